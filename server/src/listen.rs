//! Listens and hands connections out to workers, until told to stop.

use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hardtack_cloudfront::local::EdgeArtifact;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::sleep;

use crate::app::{App, Origin};
use crate::config::{AccessLog, Config, Site};
use crate::connection::Connections;
use crate::files::Files;
use crate::inspector::Inspector;
use crate::proxy::{Proxy, Timeouts, Upstream};
use crate::worker::Worker;

/// Connections that wait to be accepted, at most; the system may allow fewer.
const BACKLOG: u32 = 4096;

/// After an error to accept, such as too many open files, others get a chance to close some.
const AFTER_ERROR: Duration = Duration::from_millis(50);

/// A server that listens already, and answers once it [runs](Self::run).
#[derive(Debug)]
pub struct Server {
    config: Config,
    origin: SharedOrigin,
    log: Option<Arc<dyn AccessLog>>,
    edge: Option<EdgeArtifact>,
    listener: StdListener,
}

/// What workers make their [`Origin`] from.
#[derive(Clone, Debug)]
enum SharedOrigin {
    Files(Arc<Files>),
    Upstream(Upstream, Timeouts),
}

impl Server {
    /// Opens the port. `log` is told of each decision.
    ///
    /// # Errors
    ///
    /// If the address is taken or not this machine's.
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

    /// Lets this artifact decide in place of the policy, as CloudFront would.
    #[must_use]
    pub fn with_edge(mut self, artifact: EdgeArtifact) -> Self {
        self.edge = Some(artifact);
        self
    }

    /// The address with the port that was taken.
    ///
    /// # Errors
    ///
    /// If the system does not tell.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop` is ready; then accepts no more, lets exchanges under way end, and returns.
    ///
    /// # Errors
    ///
    /// If a worker can't be started: no threads left, or for an `https` upstream no certificate authorities.
    pub fn run(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let (stopping, stopped) = watch::channel(false);
        let inspector = Inspector::new(&self.config, stopped.clone());
        let workers = (0..self.config.workers.get())
            .map(|_| self.worker(&inspector, stopped.clone()))
            .collect::<io::Result<Vec<_>>>()?;
        runtime()?.block_on(hand_out(self.listener, &self.config, &workers, stop))?;
        // Workers that are gone already need not be told.
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
                Origin::Upstream(Box::new(proxy.limit_bodies(config.limits.body_bytes)))
            }
        })
    }
}

/// Accepts connections and gives each to the worker that has fewest, until `stop` is ready.
///
/// Workers that accepted for themselves would not share evenly: whoever wakes first takes all that wait.
async fn hand_out(
    listener: StdListener,
    config: &Config,
    workers: &[Worker],
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let places = Arc::new(Semaphore::new(config.limits.connections));
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            biased;
            () = &mut stop => return Ok(()),
            (stream, peer, place) = accept(&listener, &places) => {
                let idlest = workers.iter().filter(|worker| worker.is_there()).min_by_key(|worker| worker.load());
                if let Some(worker) = idlest {
                    worker.take(stream, peer, place);
                }
            }
        }
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed, so there is always a permit to wait for.
    let place = Arc::clone(places).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, place),
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "failed to accept a connection");
                sleep(AFTER_ERROR).await;
            }
        }
    }
}

/// Errors of a connection that went away before it was accepted.
fn is_the_clients(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
    )
}

/// Listens. A runtime has to be there for that, but none may be waited for: the caller can be inside of another.
fn bind(address: SocketAddr) -> io::Result<StdListener> {
    let runtime = runtime()?;
    let listener = {
        let _inside = runtime.enter();
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
    // A restarted server must not wait for connections of the old one to be forgotten.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

pub(crate) fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

/// Tells all workers to end, and waits for each.
fn join(workers: Vec<Worker>) -> io::Result<()> {
    let ending: Vec<_> = workers.into_iter().map(Worker::end).collect();
    ending.into_iter().try_for_each(|worker| {
        worker
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("a worker panicked")))
    })
}
