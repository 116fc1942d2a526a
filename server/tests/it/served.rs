//! A server that runs as long as the test.

use std::fmt::Display;
use std::io;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle, ThreadId};
use std::time::{Duration, Instant};

use hardtack_server::peer::TrustedProxies;
use hardtack_server::proxy::{Timeouts, Upstream, UpstreamLimits};
use hardtack_server::{
    AccessEntry, AccessLog, Admin, Config, Control, Inspection, Limits, PolicyInForce, Server, Site,
};
use hardtack_tower::Decided;
use tokio::sync::oneshot;

use crate::wire::{Answer, HANG_TIMEOUT, Wire};

/// A site of real pages, with a style sheet, images and a font.
pub(crate) const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/site");

/// The timeout in tests in which one must expire.
pub(crate) const SOON: Duration = Duration::from_millis(300);

/// The defaults, on a free port and with one worker.
pub(crate) fn usual() -> Config {
    Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        reuse_port: false,
        workers: NonZeroUsize::MIN,
        tls: None,
        limits: Limits::default(),
        upstream_limits: UpstreamLimits::default(),
        trusted: TrustedProxies::none(),
        proxy_protocol: false,
        public_url: None,
        policy: policy(""),
        inspector: Inspection::default(),
    }
}

/// The same, with these limits.
pub(crate) fn limited(limits: Limits) -> Config {
    Config { limits, ..usual() }
}

/// The same, and requests reach the upstream from their first byte.
pub(crate) fn streaming(mut config: Config) -> Config {
    config.upstream_limits.buffer_request = 0;
    config
}

/// The policy in this text.
pub(crate) fn policy(toml: &str) -> PolicyInForce {
    let loaded = hardtack_policy::from_toml(toml).expect("the policy is valid");
    PolicyInForce {
        policy: Arc::new(loaded.policy),
        settings: Arc::new(loaded.settings),
        source: "a test".to_string(),
    }
}

/// A server in a thread of its own, which is stopped on drop.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) control: Control,
    pub(crate) link: Option<String>,
    log: Arc<Recorded>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    ended: mpsc::Receiver<io::Result<()>>,
}

impl Served {
    /// Serves the example site with the defaults.
    pub(crate) fn example() -> Self {
        Self::folder(EXAMPLE, usual())
    }

    pub(crate) fn folder(root: impl AsRef<Path>, config: Config) -> Self {
        let site = Site::folder(root).expect("the folder is there");
        Self::start(config, site)
    }

    /// Serves a folder with no access log.
    pub(crate) fn folder_unlogged(root: impl AsRef<Path>, config: Config) -> Self {
        let site = Site::folder(root).expect("the folder is there");
        Self::start_logging(config, site, None)
    }

    /// Serves an upstream, with the default timeouts.
    pub(crate) fn before(upstream: impl Display, config: Config) -> Self {
        Self::before_within(Timeouts::default(), upstream, config)
    }

    pub(crate) fn before_within(
        timeouts: Timeouts,
        upstream: impl Display,
        config: Config,
    ) -> Self {
        let upstream = Upstream::parse(&format!("http://{upstream}")).expect("an upstream");
        Self::start(config, Site::Upstream(upstream, timeouts))
    }

    fn start(config: Config, site: Site) -> Self {
        Self::start_logging(config, site, Some(Arc::default()))
    }

    fn start_logging(config: Config, site: Site, log: Option<Arc<Recorded>>) -> Self {
        let entries = log.clone().map(|log| log as Arc<dyn AccessLog>);
        let server = Server::bind(config, site, entries).expect("a free port");
        Self::run(server, log)
    }

    /// Serves with metrics, and with this log alone.
    pub(crate) fn observed(
        config: Config,
        site: Site,
        log: Option<Arc<dyn AccessLog>>,
    ) -> (Self, SocketAddr) {
        let admin = Admin::bind(SocketAddr::from(([127, 0, 0, 1], 0)), false).expect("a free port");
        let admin = admin.count_lost_lines(|| 7);
        let address = admin.local_addr().expect("an address");
        let server = Server::bind(config, site, log).expect("a free port");
        (Self::run(server.with_admin(admin), None), address)
    }

    fn run(server: Server, log: Option<Arc<Recorded>>) -> Self {
        let address = server.local_addr().expect("an address");
        let control = server.control();
        let link = server.inspector_link();
        let (stop, stopped) = oneshot::channel();
        let (end, ended) = mpsc::channel();
        let thread = thread::spawn(move || {
            let result = server.run(async { stopped.await.unwrap_or_default() });
            let _ = end.send(result);
        });
        Self {
            address,
            control,
            link,
            log: log.unwrap_or_default(),
            stop: Some(stop),
            thread: Some(thread),
            ended,
        }
    }

    pub(crate) fn wire(&self) -> Wire {
        Wire::to(self.address)
    }

    /// Sends one request on a connection of its own.
    #[track_caller]
    pub(crate) fn ask(&self, request: &str) -> Answer {
        self.wire().ask(request)
    }

    /// Requests a page as a browser on this machine does.
    #[track_caller]
    pub(crate) fn page(&self, path: &str, fields: &[&str]) -> Answer {
        self.ask(&page("localhost", path, fields))
    }

    /// The link to the inspector, without scheme and host.
    pub(crate) fn link(&self) -> &str {
        self.link.as_deref().expect("the inspector is on")
    }

    /// The cookie of a browser that has opened the link.
    pub(crate) fn pass(&self) -> String {
        let (_, token) = self.link().split_once("token=").expect("a token");
        format!("hardtack_inspector_{}={token}", self.address.port())
    }

    /// A request of such a browser.
    pub(crate) fn inspecting(&self, path: &str, fields: &[&str]) -> String {
        let pass = format!("Cookie: {}", self.pass());
        page("localhost", path, &[&[&*pass], fields].concat())
    }

    /// All decisions since the last call. A decision is recorded before its response is sent.
    pub(crate) fn decisions(&self) -> Vec<Decision> {
        std::mem::take(&mut self.log.decisions.lock().unwrap())
    }

    /// Waits for this many entries of the access log since the last call.
    #[track_caller]
    pub(crate) fn entries(&self, count: usize) -> Vec<AccessEntry> {
        let deadline = Instant::now() + HANG_TIMEOUT;
        loop {
            let mut entries = self.log.entries.lock().unwrap();
            if entries.len() >= count {
                return std::mem::take(&mut entries);
            }
            assert!(Instant::now() < deadline, "{entries:#?}");
            drop(entries);
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Stops the server, and does not wait.
    pub(crate) fn stop(&mut self) {
        drop(self.stop.take());
    }

    /// Waits until the server has ended.
    #[track_caller]
    pub(crate) fn end(&mut self) {
        let ended = self.ended.recv_timeout(HANG_TIMEOUT);
        ended.expect("the server ends").expect("without an error");
        self.thread.take().map(JoinHandle::join);
    }

    /// Asserts that the server still answers a request for a page.
    #[track_caller]
    pub(crate) fn still_serves(&self) {
        let answer = self.page("/", &[]);
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A GET as a browser sends it for a page.
pub(crate) fn page(host: &str, path: &str, fields: &[&str]) -> String {
    let fields: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html,*/*;q=0.8\r\n{fields}\r\n")
}

/// One record of the access log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) path: String,
    pub(crate) host: String,
    pub(crate) scheme: &'static str,
    pub(crate) status: u16,
    pub(crate) outcome: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) id: Option<String>,
    /// The thread that decided.
    pub(crate) worker: ThreadId,
}

impl Decision {
    /// Status, outcome and reason in one line.
    pub(crate) fn line(&self) -> String {
        let Self {
            path,
            status,
            outcome,
            reason,
            ..
        } = self;
        format!("{path} {status} {outcome} {reason}")
    }
}

#[derive(Debug, Default)]
struct Recorded {
    decisions: Mutex<Vec<Decision>>,
    entries: Mutex<Vec<AccessEntry>>,
}

impl AccessLog for Recorded {
    fn record(&self, decided: &Decided<'_>) {
        self.decisions.lock().unwrap().push(Decision {
            path: decided.uri.path().to_string(),
            host: String::from_utf8_lossy(decided.target.host).into_owned(),
            scheme: decided.target.scheme.as_str(),
            status: decided.status.as_u16(),
            outcome: decided.decision.outcome().as_str(),
            reason: decided.decision.reason().as_str(),
            id: decided.decision.id().map(|id| id.to_string()),
            worker: thread::current().id(),
        });
    }

    fn ended(&self, entry: &AccessEntry) {
        self.entries.lock().unwrap().push(entry.clone());
    }
}
