//! A real Prometheus scrapes `hardtack serve --admin`, with the configuration of docs/serve.md, and `promtool` checks
//! the names and the text of the metrics.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that panics is a test that fails"
)]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

#[expect(dead_code, reason = "shared with other tests, which use the rest")]
mod served;

use served::Served;

/// Far longer than a start and a scrape take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that counts.
struct Counting {
    site: String,
    admin: String,
    _served: Served,
}

impl Counting {
    fn start() -> Self {
        let words = ["serve", "examples/site", "--admin", "127.0.0.1:0"];
        let words = words.map(str::to_string).to_vec();
        let served = Served::start_with(words, "127.0.0.1:0");
        let admin = served.admin().expect("an admin address");
        Self {
            site: served.url("").replace("http://localhost", "127.0.0.1"),
            admin: admin
                .strip_prefix("http://")
                .unwrap()
                .trim_end_matches('/')
                .to_string(),
            _served: served,
        }
    }

    fn visit(&self) {
        let page = get(
            &self.site,
            "/",
            "Sec-Fetch-Dest: document\r\nAccept: text/html\r\n",
        );
        assert!(page.starts_with("HTTP/1.0 200 "), "{page}");
    }
}

/// A Prometheus with its data in a temporary folder. It is ended on drop.
struct Prometheus {
    process: Child,
    address: String,
    folder: TempDir,
}

impl Prometheus {
    fn scraping(admin: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = format!(
            "global: {{scrape_interval: 1s, scrape_timeout: 1s}}\n{}",
            documented().replace("127.0.0.1:9900", admin)
        );
        let file = folder.path().join("prometheus.yml");
        fs::write(&file, config).unwrap();
        let address = format!("127.0.0.1:{}", free_port());
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let process = Command::new("prometheus")
            .arg(format!("--config.file={}", file.display()))
            .arg(format!(
                "--storage.tsdb.path={}",
                folder.path().join("data").display()
            ))
            .arg(format!("--web.listen-address={address}"))
            .stdout(Stdio::null())
            .stderr(log)
            .spawn();
        let process =
            process.unwrap_or_else(|error| panic!("prometheus: {error}; `./test` installs it"));
        Self {
            process,
            address,
            folder,
        }
    }

    /// Waits until a query has this value.
    #[track_caller]
    fn answers(&mut self, query: &str, expected: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let value = self.query(query);
            if value.as_deref() == Some(expected) {
                return;
            }
            let ended = self.process.try_wait().unwrap();
            let log = || fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(
                ended.is_none() && Instant::now() < deadline,
                "`{query}` is {value:?}\n{}",
                log()
            );
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// The first value of an instant query, without braces or quotes: its API takes it in the URL.
    fn query(&self, query: &str) -> Option<String> {
        TcpStream::connect(&self.address).ok()?;
        let response = get(&self.address, &format!("/api/v1/query?query={query}"), "");
        let (_, body) = response.split_once("\r\n\r\n")?;
        let answer: Value = serde_json::from_str(body).ok()?;
        let value = answer["data"]["result"][0]["value"][1].as_str()?;
        Some(value.to_string())
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// The configuration in docs/serve.md.
fn documented() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/serve.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, block) = page.split_once("```yaml\n").unwrap();
    block.split_once("```").unwrap().0.to_string()
}

/// Over HTTP/1.0, so that no response is chunked.
fn get(address: &str, target: &str, lines: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(
        stream,
        "GET {target} HTTP/1.0\r\nHost: localhost\r\n{lines}\r\n"
    )
    .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

#[test]
fn prometheus_scrapes_it() {
    let counting = Counting::start();
    counting.visit();
    let mut prometheus = Prometheus::scraping(&counting.admin);
    prometheus.answers("up", "1");
    prometheus.answers("sum(hardtack_requests_total)", "1");
    prometheus.answers("sum(hardtack_decisions_total)", "1");
    // All buckets were read, too.
    prometheus.answers("count(hardtack_request_duration_seconds_bucket)", "15");
    counting.visit();
    prometheus.answers("sum(hardtack_requests_total)", "2");
}

#[test]
fn promtool_has_nothing_to_say_of_names_and_text() {
    let counting = Counting::start();
    counting.visit();
    let metrics = get(&counting.admin, "/metrics", "");
    let (_, text) = metrics.split_once("\r\n\r\n").unwrap();
    let checker = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut checker =
        checker.unwrap_or_else(|error| panic!("promtool: {error}; `./test` installs it"));
    checker
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let checked = checker.wait_with_output().unwrap();
    let said = [checked.stdout, checked.stderr].concat();
    assert!(
        checked.status.success() && said.is_empty(),
        "{}\n{text}",
        String::from_utf8_lossy(&said)
    );
}
