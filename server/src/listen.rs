//! The server: listens, and hands connections to its workers until it is stopped.

use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hardtack_cloudfront::local::EdgeArtifact;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::sleep;

use crate::app::{App, Origin};
use crate::config::{AccessLog, Config, Site};
use crate::connection::Connections;
use crate::files::Files;
use crate::inspector::Inspector;
use crate::proxy::{Proxy, Timeouts, Upstream};
use crate::runtime;
use crate::worker::Worker;

/// The most connections that may wait to be accepted; the system may allow fewer.
const BACKLOG: u32 = 4096;

/// The pause after a failed `accept`. If too many files are open, other connections can close some meanwhile.
const ACCEPT_RETRY: Duration = Duration::from_millis(50);

/// A server that listens already, and answers once it [runs](Self::run).
#[derive(Debug)]
pub struct Server {
    config: Config,
    origin: SharedOrigin,
    log: Option<Arc<dyn AccessLog>>,
    edge: Option<EdgeArtifact>,
    listener: StdListener,
}

/// What each worker makes its [`Origin`] from.
#[derive(Clone, Debug)]
enum SharedOrigin {
    Files(Arc<Files>),
    Upstream(Upstream, Timeouts),
}

impl Server {
    /// Opens the port. `log` receives each decision.
    ///
    /// # Errors
    ///
    /// If the address is in use, or is not an address of this machine.
    pub fn bind(config: Config, site: Site, log: Option<Arc<dyn AccessLog>>) -> io::Result<Self> {
        let listener = bind(config.listen)?;
        let origin = match site {
            Site::Files(files) => SharedOrigin::Files(Arc::new(files)),
            Site::Upstream(upstream, timeouts) => SharedOrigin::Upstream(upstream, timeouts),
        };
        Ok(Self {
            config,
            origin,
            log,
            edge: None,
            listener,
        })
    }

    /// Runs this artifact instead of the policy, as CloudFront would.
    #[must_use]
    pub fn with_edge(mut self, artifact: EdgeArtifact) -> Self {
        self.edge = Some(artifact);
        self
    }

    /// The address, with the port that was chosen.
    ///
    /// # Errors
    ///
    /// If the system does not report it.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop` completes; then accepts no more connections, lets exchanges in flight complete, and returns.
    ///
    /// # Errors
    ///
    /// If a worker cannot be started: the system has no more threads, or no certificate authorities for an `https`
    /// upstream.
    pub fn run(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let (stopping, stopped) = watch::channel(false);
        let inspector = Inspector::new(&self.config, stopped.clone());
        let workers = (0..self.config.workers.get())
            .map(|_| self.worker(&inspector, stopped.clone()))
            .collect::<io::Result<Vec<_>>>()?;
        runtime::current_thread()?.block_on(hand_out(
            self.listener,
            &self.config,
            &workers,
            stop,
        ))?;
        // It does not matter if all workers have ended already.
        let _ = stopping.send(true);
        join(workers)
    }

    fn worker(
        &self,
        inspector: &Option<Arc<Inspector>>,
        stopped: watch::Receiver<bool>,
    ) -> io::Result<Worker> {
        let origin = self.origin.for_worker(&self.config)?;
        let (log, edge) = (self.log.clone(), self.edge.clone());
        let app = App::new(&self.config, origin, inspector.clone(), log, edge);
        let connections = Connections::new(&self.config, Arc::new(app), stopped);
        Worker::start(connections, self.config.limits.shutdown)
    }
}

impl SharedOrigin {
    fn for_worker(&self, config: &Config) -> io::Result<Origin> {
        Ok(match self {
            Self::Files(files) => Origin::Files(Arc::clone(files)),
            Self::Upstream(upstream, timeouts) => {
                let proxy = Proxy::new(upstream.clone(), *timeouts, config.trusted.clone())?;
                let proxy = proxy
                    .limit_bodies(config.limits.body_bytes)
                    .signal_header(config.policy.policy.request_header());
                Origin::Upstream(Box::new(proxy))
            }
        })
    }
}

/// Accepts connections and hands each to the worker with the fewest, until `stop` completes.
///
/// If the workers accepted for themselves, the load would be uneven: the first to wake would take all that wait.
async fn hand_out(
    listener: StdListener,
    config: &Config,
    workers: &[Worker],
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let permits = Arc::new(Semaphore::new(config.limits.connections));
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            biased;
            () = &mut stop => return Ok(()),
            (stream, peer, permit) = accept(&listener, &permits) => {
                let running = workers.iter().filter(|worker| worker.is_running());
                if let Some(worker) = running.min_by_key(|worker| worker.load()) {
                    worker.hand_off(stream, peer, permit);
                }
            }
        }
    }
}

async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    // Only a closed semaphore gives `None`, and this one is never closed.
    let permit = Arc::clone(permits).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, permit),
            Err(error) if is_client_abort(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "failed to accept a connection");
                sleep(ACCEPT_RETRY).await;
            }
        }
    }
}

/// Whether the client closed the connection before it was accepted.
fn is_client_abort(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
    )
}

/// Opens the port. Tokio needs a runtime for that, but must not block on it: the caller may be inside another one.
fn bind(address: SocketAddr) -> io::Result<StdListener> {
    let runtime = runtime::current_thread()?;
    let listener = {
        let _guard = runtime.enter();
        listen(address).and_then(TcpListener::into_std)
    };
    runtime.shutdown_background();
    listener
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // A restarted server must not wait until the system has forgotten the connections of the old one.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Stops all workers, then waits for each.
fn join(workers: Vec<Worker>) -> io::Result<()> {
    let stopping: Vec<_> = workers.into_iter().map(Worker::stop).collect();
    stopping.into_iter().try_for_each(|worker| {
        worker
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("a worker panicked")))
    })
}
