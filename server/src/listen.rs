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
use crate::admin::{Admin, AdminThread};
use crate::admission::{Admission, Place};
use crate::app::{App, Origin};
use crate::clients::Clients;
use crate::config::{Config, PolicyInForce, Site};
use crate::connection::Connections;
use crate::control::{Change, Control};
use crate::files::Files;
use crate::health::{Health, Thread};
use crate::heartbeat::Heartbeat;
use crate::inspector::{Access, Inspector};
use crate::metrics::{Metrics, Reloads};
use crate::open_connections::OpenConnections;
use crate::port;
use crate::proxy::{Proxy, Queue, Timeouts, Upstream};
use crate::proxy_protocol::ProxyProtocol;
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
    reloads: Reloads,
    admin: Option<Admin>,
}

/// What outlasts a reload.
struct Lasting {
    inspector: Option<Arc<Inspector>>,
    rates: Option<Rates>,
    clients: Clients,
    open: OpenConnections,
    stopped: watch::Receiver<bool>,
    /// `None` if nobody can see them.
    metrics: Option<Arc<Metrics>>,
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
        let listener = port::open(config.listen, config.reuse_port)?;
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
            reloads: Reloads::default(),
            admin: None,
        })
    }

    /// What changes the server while it runs.
    pub fn control(&self) -> Control {
        Control::new(self.changes.0.clone(), self.reloads.clone())
    }

    /// Calls `beat` at each interval for as long as the listener and every worker answer: for whoever restarts a server
    /// that hangs.
    #[must_use]
    pub fn with_heartbeat(mut self, interval: Duration, beat: impl Fn() + Send + 'static) -> Self {
        let beat = Box::new(beat);
        self.heartbeat = Some(Heartbeat { interval, beat });
        self
    }

    /// Counts what happens, and shows it to whoever asks at this address. Default: nothing is counted.
    #[must_use]
    pub fn with_admin(mut self, admin: Admin) -> Self {
        self.admin = Some(admin);
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
        let open = OpenConnections::default();
        let health = Arc::new(Health::default());
        let (metrics, admin) = self.start_admin(&open, &health)?.unzip();
        let lasting = Lasting {
            inspector: access
                .map(|access| Arc::new(Inspector::new(&self.config, access, stopped.clone()))),
            rates: self.config.limits.rate.map(Rates::new),
            clients: Clients::of(&self.config),
            open,
            stopped,
            metrics,
        };
        let workers = (0..self.config.workers.get())
            .map(|worker| {
                let connections = self.connections(&lasting, worker)?;
                Worker::start(connections, self.config.limits.shutdown)
            })
            .collect::<io::Result<Vec<_>>>()?;
        health.run(self.threads(&workers));
        let runtime = runtime::current_thread()?;
        if let Some(heartbeat) = self.heartbeat.take() {
            runtime.spawn(heartbeat.run(Arc::clone(&health)));
        }
        runtime.block_on(self.hand_out(&workers, &lasting, stop))?;
        health.stop();
        // Closes the port: connections would wait in its queue for a server that accepts none.
        drop(self);
        // It does not matter if all workers have ended already.
        let _ = stopping.send(true);
        let ended = join(workers);
        drop(admin);
        ended
    }

    /// Answers at the admin's address, if there is one: before the workers run, and until they have ended.
    fn start_admin(
        &mut self,
        open: &OpenConnections,
        health: &Arc<Health>,
    ) -> io::Result<Option<(Arc<Metrics>, AdminThread)>> {
        let Some(admin) = self.admin.take() else {
            return Ok(None);
        };
        let (listener, lost_lines) = admin.into_parts();
        let (workers, reloads) = (self.config.workers.get(), self.reloads.clone());
        let files = match &self.origin {
            SharedOrigin::Files(files) => Some(Arc::clone(files)),
            SharedOrigin::Upstream(..) => None,
        };
        let metrics = Arc::new(Metrics::new(
            workers,
            open.clone(),
            reloads,
            lost_lines,
            files,
        ));
        let thread = AdminThread::start(listener, Arc::clone(&metrics), Arc::clone(health))?;
        Ok(Some((metrics, thread)))
    }

    /// The listener's thread and each worker's.
    fn threads(&self, workers: &[Worker]) -> Vec<Thread> {
        let changes = self.changes.0.clone();
        let listener = Thread::new(move |ping| drop(changes.send(Change::Answer(ping))));
        let workers = workers.iter().map(Worker::thread);
        [listener].into_iter().chain(workers).collect()
    }

    /// What a worker needs for connections, by the configuration that is in force.
    fn connections(&self, lasting: &Lasting, worker: usize) -> io::Result<Connections> {
        let origin = self.origin.for_worker(&self.config)?;
        let (log, edge) = (self.log.clone(), self.edge.clone());
        let inspector = lasting.inspector.clone();
        let rates = lasting.rates.clone();
        let metrics = lasting.metrics.as_ref();
        let counters = metrics.and_then(|metrics| metrics.worker(worker));
        let app = App::new(&self.config, origin, inspector, log, edge, rates, counters);
        let (open, stopped) = (lasting.open.clone(), lasting.stopped.clone());
        let proxy_protocol = ProxyProtocol::of(&self.config, &lasting.clients);
        let connections = Connections::new(&self.config, Arc::new(app), open, stopped);
        Ok(connections.proxy_protocol(proxy_protocol))
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
        let (clients, open) = (lasting.clients.clone(), lasting.open.clone());
        let mut admission = Admission::new(listener, &self.config, clients, open);
        let mut stop = pin!(stop);
        loop {
            tokio::select! {
                biased;
                () = &mut stop => break,
                () = all_ended(workers) => return Err(io::Error::other("all workers have ended")),
                Some(change) = self.changes.1.recv() => self.change(change, workers, lasting),
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
        for _ in 0..port::BACKLOG {
            let Ok((stream, peer)) = self.listener.accept() else {
                return;
            };
            if let (Some(place), Ok(stream)) = (admission.admit(peer), on_runtime(stream)) {
                hand_off(workers, stream, peer, place);
            }
        }
    }

    fn change(&mut self, change: Change, workers: &[Worker], lasting: &Lasting) {
        match change {
            Change::Reload(policy, tls) => self.reload(policy, tls, workers, lasting),
            // Whoever asked may have given up.
            Change::Answer(ping) => drop(ping.send(())),
        }
    }

    /// Puts a change in force on every worker, or on none.
    fn reload(
        &mut self,
        policy: PolicyInForce,
        tls: Option<Arc<ServerConfig>>,
        workers: &[Worker],
        lasting: &Lasting,
    ) {
        let (policy, tls) = (
            mem::replace(&mut self.config.policy, policy),
            mem::replace(&mut self.config.tls, tls),
        );
        let made = (0..workers.len()).map(|worker| self.connections(lasting, worker));
        let made: io::Result<Vec<_>> = made.collect();
        self.reloads.count(made.is_ok());
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
mod tests;
