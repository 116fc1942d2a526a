//! The server: listens, and hands connections to its workers until it is stopped.

use std::future::Future;
use std::io;
use std::mem;
use std::net::{SocketAddr, TcpListener as StdListener, TcpStream as StdStream};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hardtack_cloudfront::local::EdgeArtifact;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::watch;
use tokio_rustls::rustls::ServerConfig;

use crate::access_log::AccessLog;
use crate::admission::{Admission, Place};
use crate::app::{App, Origin};
use crate::config::{Config, PolicyInForce, Site};
use crate::connection::Connections;
use crate::files::Files;
use crate::heartbeat::{Heartbeat, Heartbeats};
use crate::inspector::{Access, Inspector};
use crate::open_connections::OpenConnections;
use crate::port::{self, BACKLOG};
use crate::proxy::{Proxy, Queue, Timeouts, Upstream};
use crate::rate::Rates;
use crate::runtime;
use crate::worker::Worker;

/// A server that listens already, and answers once it [runs](Self::run).
#[derive(Debug)]
pub struct Server {
    config: Config,
    origin: SharedOrigin,
    log: Option<Arc<dyn AccessLog>>,
    edge: Option<EdgeArtifact>,
    access: Option<Access>,
    listener: StdListener,
    /// Whether connections in the port's queue are lost once this process closes it.
    owns_port: bool,
    changes: (UnboundedSender<Change>, UnboundedReceiver<Change>),
    heartbeat: Option<Heartbeat>,
}

/// Changes a server that runs. Clones are for the same server.
#[derive(Clone, Debug)]
pub struct Control(UnboundedSender<Change>);

impl Control {
    /// Puts a policy and certificates in force: all of them for each connection that is accepted from now on.
    ///
    /// Connections that are open complete the exchanges that are in flight by what was in force before, and close.
    /// Whether there is TLS at all does not change. After the server has stopped, nothing happens.
    pub fn reload(&self, policy: PolicyInForce, tls: Option<Arc<ServerConfig>>) {
        drop(self.0.send(Change { policy, tls }));
    }
}

#[derive(Debug)]
struct Change {
    policy: PolicyInForce,
    tls: Option<Arc<ServerConfig>>,
}

/// What outlasts a reload.
struct Lasting {
    inspector: Option<Arc<Inspector>>,
    rates: Option<Rates>,
    open: OpenConnections,
    stopped: watch::Receiver<bool>,
}

/// What each worker makes its [`Origin`] from.
#[derive(Clone, Debug)]
enum SharedOrigin {
    Files(Arc<Files>),
    Upstream(Upstream, Timeouts, Queue),
}

impl Server {
    /// Opens the port. `log` receives each exchange.
    ///
    /// # Errors
    ///
    /// If the address is in use, or is not an address of this machine.
    pub fn bind(config: Config, site: Site, log: Option<Arc<dyn AccessLog>>) -> io::Result<Self> {
        let listener = port::bind(config.listen, config.reuse_port)?;
        let server = Self::on(listener, config, site, log)?;
        Ok(Self {
            owns_port: true,
            ..server
        })
    }

    /// Takes a port that is open already, such as one that systemd opened, in place of [`Config::listen`].
    ///
    /// # Errors
    ///
    /// If the system refuses to accept from it without waiting.
    pub fn on(
        listener: StdListener,
        config: Config,
        site: Site,
        log: Option<Arc<dyn AccessLog>>,
    ) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let access = Access::new(config.inspector, listener.local_addr()?.port());
        let origin = match site {
            Site::Files(files) => SharedOrigin::Files(Arc::new(files)),
            Site::Upstream(upstream, timeouts) => {
                let queue = Queue::new(&config.upstream_limits, config.workers.get());
                SharedOrigin::Upstream(upstream, timeouts, queue)
            }
        };
        Ok(Self {
            config,
            origin,
            log,
            edge: None,
            access,
            listener,
            owns_port: false,
            changes: mpsc::unbounded_channel(),
            heartbeat: None,
        })
    }

    /// What changes the server while it runs.
    pub fn control(&self) -> Control {
        Control(self.changes.0.clone())
    }

    /// Calls `beat` at each interval for as long as the listener and every worker answer: for whoever restarts a server
    /// that hangs.
    #[must_use]
    pub fn with_heartbeat(mut self, interval: Duration, beat: impl Fn() + Send + 'static) -> Self {
        let beat = Box::new(beat);
        self.heartbeat = Some(Heartbeat { interval, beat });
        self
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

    /// Path and query of the link to the inspector, with the random token that admits to it. `None` if nobody may see
    /// it.
    pub fn inspector_link(&self) -> Option<String> {
        self.access.as_ref().map(Access::link)
    }

    /// Serves until `stop` completes; then accepts no more connections, lets exchanges in flight complete, and returns.
    ///
    /// # Errors
    ///
    /// If a worker cannot be started: the system has no more threads, or no certificate authorities for an `https`
    /// upstream. Later, if all workers have ended, so that nobody would answer.
    pub fn run(mut self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let (stopping, stopped) = watch::channel(false);
        let access = self.access.clone();
        let lasting = Lasting {
            inspector: access
                .map(|access| Arc::new(Inspector::new(&self.config, access, stopped.clone()))),
            rates: self.config.limits.rate.map(Rates::new),
            open: OpenConnections::default(),
            stopped,
        };
        let workers = (0..self.config.workers.get())
            .map(|_| Worker::start(self.connections(&lasting)?, self.config.limits.shutdown))
            .collect::<io::Result<Vec<_>>>()?;
        let runtime = runtime::current_thread()?;
        runtime.block_on(self.hand_out(&workers, &lasting, stop))?;
        // Closes the port: connections would wait in its queue for a server that accepts none.
        drop(self);
        // It does not matter if all workers have ended already.
        let _ = stopping.send(true);
        join(workers)
    }

    /// What a worker needs for connections, by the configuration that is in force.
    fn connections(&self, lasting: &Lasting) -> io::Result<Connections> {
        let origin = self.origin.for_worker(&self.config)?;
        let (log, edge) = (self.log.clone(), self.edge.clone());
        let inspector = lasting.inspector.clone();
        let rates = lasting.rates.clone();
        let app = App::new(&self.config, origin, inspector, log, edge, rates);
        let (open, stopped) = (lasting.open.clone(), lasting.stopped.clone());
        Ok(Connections::new(&self.config, Arc::new(app), open, stopped))
    }

    /// Accepts connections and hands each to the worker with the fewest, until `stop` completes. Fails if none is left.
    ///
    /// If the workers accepted for themselves, the load would be uneven: the first to wake would take all that wait.
    async fn hand_out(
        &mut self,
        workers: &[Worker],
        lasting: &Lasting,
        stop: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let listener = TcpListener::from_std(self.listener.try_clone()?)?;
        let mut admission = Admission::new(listener, &self.config, lasting.open.clone());
        let mut heartbeats = Heartbeats::of(self.heartbeat.as_ref());
        let mut stop = pin!(stop);
        loop {
            tokio::select! {
                biased;
                () = &mut stop => break,
                () = all_ended(workers) => return Err(io::Error::other("all workers have ended")),
                Some(change) = self.changes.1.recv() => self.reload(change, workers, lasting),
                () = heartbeats.next() => self.beat(workers),
                (stream, peer, place) = admission.accept() => {
                    hand_off(workers, stream, peer, place);
                }
            }
        }
        if self.owns_port {
            self.hand_out_queued(workers, &admission);
        }
        Ok(())
    }

    /// Hands out the connections that wait in the port's queue, as far as there are places. Closing the port would
    /// reset them.
    fn hand_out_queued(&self, workers: &[Worker], admission: &Admission) {
        for _ in 0..BACKLOG {
            let Ok((stream, peer)) = self.listener.accept() else {
                return;
            };
            if let (Some(place), Ok(stream)) = (admission.admit(peer), on_runtime(stream)) {
                hand_off(workers, stream, peer, place);
            }
        }
    }

    /// Puts a change in force on every worker, or on none.
    fn reload(&mut self, change: Change, workers: &[Worker], lasting: &Lasting) {
        let Change { policy, tls } = change;
        let (policy, tls) = (
            mem::replace(&mut self.config.policy, policy),
            mem::replace(&mut self.config.tls, tls),
        );
        let made: io::Result<Vec<_>> = workers.iter().map(|_| self.connections(lasting)).collect();
        match made {
            Ok(made) => {
                let pairs = workers.iter().zip(made);
                pairs.for_each(|(worker, connections)| worker.reload(connections));
                if let Some(inspector) = &lasting.inspector {
                    inspector.explain(self.config.policy.clone());
                }
            }
            Err(error) => {
                tracing::warn!(%error, "failed to reload: what was in force stays");
                (self.config.policy, self.config.tls) = (policy, tls);
            }
        }
    }

    fn beat(&self, workers: &[Worker]) {
        // Each of them is asked again, whatever the others say.
        let silent = workers.iter().filter(|worker| !worker.answers()).count();
        match &self.heartbeat {
            Some(heartbeat) if silent == 0 => (heartbeat.beat)(),
            _ => {}
        }
    }
}

impl SharedOrigin {
    fn for_worker(&self, config: &Config) -> io::Result<Origin> {
        Ok(match self {
            Self::Files(files) => Origin::Files(Arc::clone(files)),
            Self::Upstream(upstream, timeouts, queue) => {
                let proxy = Proxy::new(upstream.clone(), *timeouts, config.trusted.clone())?;
                let workers = config.workers.get();
                let proxy = proxy
                    .limits(config.upstream_limits, queue.clone(), workers)
                    .limit_bodies(config.limits.body_bytes)
                    .signal_header(config.policy.policy.request_header());
                Origin::Upstream(Box::new(proxy))
            }
        })
    }
}

/// Hands a connection to the worker with the fewest.
fn hand_off(workers: &[Worker], stream: TcpStream, peer: SocketAddr, place: Place) {
    let running = workers.iter().filter(|worker| worker.is_running());
    if let Some(worker) = running.min_by_key(|worker| worker.load()) {
        worker.hand_off(stream, peer, place);
    }
}

fn on_runtime(stream: StdStream) -> io::Result<TcpStream> {
    stream.set_nonblocking(true)?;
    TcpStream::from_std(stream)
}

/// Completes once no worker is left.
async fn all_ended(workers: &[Worker]) {
    for worker in workers {
        worker.ended().await;
    }
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

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::num::NonZeroUsize;

    use super::*;
    use crate::peer::TrustedProxies;
    use crate::proxy::UpstreamLimits;
    use crate::{Inspection, Limits};

    fn config() -> Config {
        let loaded = hardtack_policy::from_toml("").unwrap();
        Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            workers: NonZeroUsize::MIN,
            tls: None,
            limits: Limits::default(),
            upstream_limits: UpstreamLimits::default(),
            trusted: TrustedProxies::none(),
            public_url: None,
            reuse_port: false,
            policy: PolicyInForce {
                policy: Arc::new(loaded.policy),
                settings: Arc::new(loaded.settings),
                source: "a test".to_string(),
            },
            inspector: Inspection::default(),
        }
    }

    #[tokio::test]
    async fn a_server_whose_workers_have_all_ended_ends_with_an_error() {
        let site = Site::folder(env!("CARGO_MANIFEST_DIR")).unwrap();
        let mut server = Server::bind(config(), site, None).unwrap();
        let lasting = Lasting {
            inspector: None,
            rates: None,
            open: OpenConnections::default(),
            stopped: watch::channel(false).1,
        };
        let workers = [Worker::ended_early(), Worker::ended_early()];
        let running = server.hand_out(&workers, &lasting, pending());
        let ended = tokio::time::timeout(Duration::from_secs(20), running).await;
        let error = ended.expect("the server ends").unwrap_err();
        assert_eq!(error.to_string(), "all workers have ended");
    }
}
