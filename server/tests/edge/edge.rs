//! A site behind the local CloudFront, and what a visitor gets of it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use hardtack::Settings;
use hardtack_cloudfront::local::{EdgeArtifact, EdgeError, EdgeOutcome};
use hardtack_server::peer::TrustedProxies;
use hardtack_server::proxy::{Timeouts, Upstream, UpstreamLimits};
use hardtack_server::{
    AccessLog, Config, EdgeRun, Inspection, Limits, PolicyInForce, Server, Site,
};
use hardtack_tower::Decided;
use tempfile::{NamedTempFile, TempDir};
use tokio::sync::oneshot;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A function that appends one cookie.
pub(crate) const APPENDS: &str =
    "export const handler = async ({ Records: [{ cf: { response } }] }) => {
    (response.headers['set-cookie'] ??= []).push({ key: 'Set-Cookie', value: 'FPD=new' });
    return response;
};";

/// A server with a function, stopped when dropped.
pub(crate) struct Edge {
    address: SocketAddr,
    /// What the link to the inspector has after its `?`.
    token: String,
    log: Arc<Recorded>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    _folder: TempDir,
}

/// What came of each request: path and outcome.
#[derive(Debug, Default)]
struct Recorded(Mutex<Vec<(String, EdgeOutcome)>>);

impl AccessLog for Recorded {
    fn record(&self, decided: &Decided<'_>) {
        panic!("the policy decided on {}", decided.uri);
    }

    fn ran(&self, run: &EdgeRun<'_>) {
        let line = (run.path.to_string(), run.outcome.clone());
        self.0.lock().unwrap().push(line);
    }
}

/// Starts a zip that holds this module; or this, as it is, if it is a CloudFront Function.
pub(crate) fn artifact(module: &str) -> Result<EdgeArtifact, EdgeError> {
    let file = NamedTempFile::new().unwrap();
    if module.contains("function handler") {
        std::fs::write(file.path(), module).unwrap();
        return EdgeArtifact::start(file.path(), "node");
    }
    let mut zip = ZipWriter::new(file.reopen().unwrap());
    zip.start_file("index.mjs", SimpleFileOptions::default())
        .unwrap();
    zip.write_all(module.as_bytes()).unwrap();
    zip.finish().unwrap();
    EdgeArtifact::start(file.path(), "node")
}

fn ready(module: &str) -> EdgeArtifact {
    match artifact(module) {
        Err(EdgeError::NoNode(_)) => {
            panic!("these tests need Node.js: `apt-get install nodejs`, or run ./test, which does")
        }
        started => started.unwrap(),
    }
}

impl Edge {
    /// A folder with the page `/`.
    pub(crate) fn over_files(module: &str) -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("index.html"), "<p>page").unwrap();
        std::fs::write(folder.path().join("404.html"), "<p>missing").unwrap();
        let site = Site::folder(folder.path()).unwrap();
        Self::start(module, site, folder)
    }

    /// An upstream that answers every request with these bytes.
    pub(crate) fn over_upstream(module: &str, response: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        // Ends with the test's process: nothing asks it then.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let _ = read_head(&mut stream);
                let _ = stream.write_all(response.as_bytes());
            }
        });
        let site = Site::Upstream(Upstream::parse(&url).unwrap(), Timeouts::default());
        Self::start(module, site, TempDir::new().unwrap())
    }

    fn start(module: &str, site: Site, folder: TempDir) -> Self {
        let log = Arc::new(Recorded::default());
        let server = Server::bind(config(), site, Some(Arc::clone(&log) as Arc<dyn AccessLog>));
        let server = server.unwrap().with_edge(ready(module));
        let address = server.local_addr().unwrap();
        let link = server.inspector_link().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let run = async { drop(stopped.await) };
        let thread = thread::spawn(move || server.run(run).unwrap());
        Self {
            address,
            token: link.split_once('?').unwrap().1.to_string(),
            log,
            stop: Some(stop),
            thread: Some(thread),
            _folder: folder,
        }
    }

    /// Sends a request for `/` with these header lines, and returns status line, headers and body as they came.
    pub(crate) fn get(&self, headers: &str) -> String {
        self.ask(&format!(
            "GET / HTTP/1.1\r\nhost: www.example.com\r\n{headers}"
        ))
    }

    /// Sends a request. `head` needs no blank line.
    pub(crate) fn ask(&self, head: &str) -> String {
        self.ask_until(head, "\0")
    }

    /// The same for a response without an end: reads until this text has come.
    pub(crate) fn ask_until(&self, head: &str, text: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        stream
            .write_all(format!("{}\r\nconnection: close\r\n\r\n", head.trim_end()).as_bytes())
            .unwrap();
        let (mut response, mut piece) = (String::new(), [0; 4096]);
        while !response.contains(text) {
            let len = stream.read(&mut piece).unwrap();
            if len == 0 {
                break;
            }
            response += &String::from_utf8_lossy(&piece[..len]);
        }
        response
    }

    /// The decisions that the inspector shows, until this text has come.
    pub(crate) fn inspected_until(&self, text: &str) -> String {
        let target = format!("/.hardtack/decisions?{}", self.token);
        self.ask_until(&format!("GET {target} HTTP/1.1\r\nhost: localhost"), text)
    }

    /// What was logged so far.
    pub(crate) fn log(&self) -> Vec<(String, EdgeOutcome)> {
        self.log.0.lock().unwrap().clone()
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        let _ = self.stop.take().map(|stop| stop.send(()));
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(thread::panicking() || ended.is_none_or(|ended| ended.is_ok()));
    }
}

/// The values of a header in a response as it came.
pub(crate) fn values<'a>(response: &'a str, name: &str) -> Vec<&'a str> {
    let (head, _) = response.split_once("\r\n\r\n").unwrap_or((response, ""));
    let fields = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "));
    fields
        .filter(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
        .collect()
}

/// The status in a response as it came.
pub(crate) fn status(response: &str) -> u16 {
    response
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or_else(|| panic!("{response:?}"))
}

fn config() -> Config {
    Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        reuse_port: false,
        workers: NonZeroUsize::new(2).unwrap(),
        tls: None,
        limits: Limits::default(),
        upstream_limits: UpstreamLimits::default(),
        trusted: TrustedProxies::none(),
        proxy_protocol: false,
        public_url: None,
        policy: PolicyInForce {
            policy: Arc::new(hardtack_policy::defaults()),
            settings: Arc::new(Settings::default()),
            source: "built-in defaults".to_string(),
        },
        inspector: Inspection::Loopback,
    }
}

fn read_head(stream: &mut TcpStream) -> Vec<u8> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
        head.extend_from_slice(&byte);
    }
    head
}
