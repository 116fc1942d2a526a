//! A real HAProxy in front of `hardtack serve` that passes on bytes, and says whose they are by the PROXY protocol.
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

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// HAProxy with this backend in front of a server with these flags.
struct Proxied {
    haproxy: Child,
    port: u16,
    served: Option<Served>,
    folder: TempDir,
}

impl Proxied {
    fn start(backend: &str, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        write_certificate(folder.path());
        let in_folder = |flag: &&str| match Path::new(flag).extension() {
            Some(pem) if pem == "pem" => folder.path().join(flag).display().to_string(),
            _ => flag.to_string(),
        };
        let words = ["serve", "examples/site", "--log-client-address", "full"];
        let words = words.iter().chain(&["--admin", "0"]).chain(flags);
        let served = Served::start_with(words.map(in_folder).collect(), "127.0.0.1:0");
        let behind = served.url("");
        let backend = backend.replace("8443", behind.rsplit(':').next().unwrap());
        let port = free_port();
        let mut proxied = Self {
            haproxy: start_haproxy(folder.path(), port, &backend),
            port,
            served: Some(served),
            folder,
        };
        proxied.wait();
        proxied
    }

    fn wait(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.haproxy.try_wait().unwrap();
            assert!(
                ended.is_none() && Instant::now() < deadline,
                "HAProxy does not listen: {}",
                fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Requests a page from this address of this machine, with what a visitor claims.
    #[track_caller]
    fn visit(&self, scheme: &str, from: &str) {
        let mut command = Command::new("curl");
        command.args([
            "-ksS",
            "--retry",
            "9",
            "--retry-all-errors",
            "-o",
            "/dev/null",
        ]);
        command.args(["-w", "%{http_code}", "--interface", from]);
        command.args(["-H", "X-Forwarded-For: 203.0.113.66"]);
        let host = if from.contains(':') {
            "[::1]"
        } else {
            "127.0.0.1"
        };
        let url = format!("{scheme}://{host}:{}/", self.port);
        let output = command
            .arg(url)
            .output()
            .expect("curl; `./test` installs it");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "200", "{output:?}");
    }

    /// How many connections were closed because of their header.
    fn errors(&self) -> Vec<String> {
        let admin = self.served.as_ref().unwrap().admin().unwrap();
        let address = admin.trim_start_matches("http://").trim_end_matches('/');
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET /metrics HTTP/1.0\r\n\r\n").unwrap();
        let mut metrics = String::new();
        stream.read_to_string(&mut metrics).unwrap();
        let errors = metrics.lines().map(str::to_string);
        errors
            .filter(|line| line.starts_with("hardtack_proxy_protocol_errors_total"))
            .collect()
    }

    /// The clients of all visits, as the access log has them.
    fn clients(mut self) -> Vec<Value> {
        let served = self.served.take().unwrap();
        let mut decisions = served.stop();
        decisions
            .iter_mut()
            .map(|decision| decision["client"].take())
            .collect()
    }
}

impl Drop for Proxied {
    fn drop(&mut self) {
        let _ = self.haproxy.kill();
        let _ = self.haproxy.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn write_certificate(folder: &Path) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_string()]).unwrap();
    fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
}

fn start_haproxy(folder: &Path, port: u16, backend: &str) -> Child {
    let config = format!(
        "defaults\n    timeout connect 30s\n    timeout client 30s\n    timeout server 30s\n\n\
         frontend visitors\n    mode tcp\n    bind 127.0.0.1:{port}\n    bind [::1]:{port}\n    default_backend hardtack\n\n\
         {backend}"
    );
    let file = folder.join("haproxy.cfg");
    fs::write(&file, config).unwrap();
    let log = fs::File::create(folder.join("log")).unwrap();
    let haproxy = Command::new("haproxy")
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .arg("-db")
        .arg("-f")
        .arg(&file)
        .stdout(Stdio::null())
        .stderr(log)
        .spawn();
    haproxy.unwrap_or_else(|error| panic!("haproxy: {error}; `./test` installs it"))
}

/// The first block of this language in docs/serve.md below the heading.
fn documented(language: &str) -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/serve.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, section) = page.split_once("### HAProxy\n").unwrap();
    let (_, block) = section.split_once(&format!("```{language}\n")).unwrap();
    block.split_once("```").unwrap().0.to_string()
}

#[test]
fn as_documented_the_log_has_the_visitor_and_health_checks_are_no_errors() {
    let command = documented("sh").replace("\\\n", "");
    let (_, flags) = command.split_once("--listen 127.0.0.1:8443 ").unwrap();
    let flags: Vec<&str> = flags.split_whitespace().collect();
    let backend = documented("haproxy").replace("check", "check inter 100ms");
    let proxied = Proxied::start(&backend, &flags);
    proxied.visit("https", "127.0.0.2");
    proxied.visit("https", "::1");
    proxied.visit("https", "127.0.0.3");
    let errors = proxied.errors();
    assert_eq!(errors.len(), 5, "{errors:?}");
    assert!(errors.iter().all(|line| line.ends_with(" 0")), "{errors:?}");
    assert_eq!(proxied.clients(), ["127.0.0.2", "::1", "127.0.0.3"]);
}

#[test]
fn each_form_of_header_that_it_sends_is_read() {
    for options in [
        "send-proxy",
        "send-proxy-v2",
        "send-proxy-v2-ssl-cn",
        "send-proxy-v2 proxy-v2-options crc32c,unique-id,authority",
    ] {
        let backend = documented("haproxy").replace("send-proxy-v2", options);
        assert!(backend.contains(options), "{backend}");
        let proxied = Proxied::start(&backend, &["--proxy-protocol", "--trust", "127.0.0.1"]);
        proxied.visit("http", "127.0.0.2");
        proxied.visit("http", "::1");
        assert_eq!(proxied.clients(), ["127.0.0.2", "::1"], "{options}");
    }
}

/// The control: the address is the proxy's, and the visitor's claim is not heard.
#[test]
fn a_proxy_that_is_not_trusted_reports_nothing() {
    let backend = documented("haproxy");
    let proxied = Proxied::start(&backend, &["--proxy-protocol", "--trust", "10.0.0.0/8"]);
    proxied.visit("http", "127.0.0.2");
    assert_eq!(proxied.clients(), ["127.0.0.1"]);
}
