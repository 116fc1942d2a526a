//! A real nginx in front of `hardtack serve`: the inspector is not for those who come through it, whatever it passes
//! on, and visitors' cookies are what they are without a proxy.
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

use tempfile::TempDir;

#[expect(dead_code, reason = "shared with other tests, which use the rest")]
mod served;

use served::Served;

/// The default: `Host` is the upstream's address, and nothing else tells of the visitor.
const DEFAULT: &str = "location / { proxy_pass http://127.0.0.1:8080; }";

/// `Host` is the visitor's word.
const HOST: &str =
    "location / { proxy_pass http://127.0.0.1:8080; proxy_set_header Host $http_host; }";

const HOSTS: [&str; 3] = ["www.example.com", "localhost", "127.0.0.1:8080"];

/// nginx with this location in front of a server with these flags.
struct Proxied {
    nginx: Child,
    port: u16,
    served: Served,
    folder: TempDir,
}

impl Proxied {
    fn start(location: &str, flags: &[&str]) -> Self {
        let words = ["serve", "examples/site"].iter().chain(flags);
        let words = words.map(ToString::to_string).collect();
        let served = Served::start_with(words, "127.0.0.1:0");
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let behind = served.url("");
        let behind = behind.rsplit(':').next().unwrap();
        let location = location.replace("8080", behind);
        let config = write_config(folder.path(), port, &location);
        let mut proxied = Self {
            nginx: start_nginx(folder.path(), &config),
            port,
            served,
            folder,
        };
        proxied.wait();
        proxied
    }

    fn wait(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.nginx.try_wait().unwrap();
            assert!(
                ended.is_none() && Instant::now() < deadline,
                "nginx does not listen: {}",
                fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Requests a page as the browser of a new visitor does; the response as it came.
    fn get(&self, host: &str, target: &str, lines: &str) -> String {
        get(self.port, host, target, lines)
    }

    /// Checks that whoever comes through the proxy gets the site's own page for what is missing, even with these lines.
    #[track_caller]
    fn hides_the_inspector(&self, lines: &str) {
        for host in HOSTS {
            let missing = self.get(host, "/no-such-page", lines);
            assert!(missing.starts_with("HTTP/1.1 404 "), "{missing}");
            for target in [
                "/.hardtack",
                "/.hardtack/",
                "/.hardtack/page.js",
                "/.hardtack/state",
                "/.hardtack/decisions",
                "/.hardtack/state?token=",
                "/.hardtack/?token=00000000000000000000000000000000",
            ] {
                let response = self.get(host, target, lines);
                assert_eq!(body(&response), body(&missing), "{host} {target}");
                assert!(response.starts_with("HTTP/1.1 404 "), "{response}");
            }
        }
    }

    /// Checks the attributes of a new visitor's cookie.
    #[track_caller]
    fn sets(&self, lines: &str, attributes: &str) {
        let response = self.get("www.example.com", "/", lines);
        let is_ours = |line: &&str| line.to_ascii_lowercase().starts_with("set-cookie: fpd=");
        let cookie = response.lines().find(is_ours);
        let cookie = cookie.unwrap_or_else(|| panic!("no cookie in {response}"));
        assert_eq!(cookie.split_once("; ").unwrap().1, attributes, "{lines}");
    }
}

impl Drop for Proxied {
    fn drop(&mut self) {
        let _ = self.nginx.kill();
        let _ = self.nginx.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn write_config(folder: &Path, port: u16, location: &str) -> String {
    let dir = folder.display();
    let config = format!(
        "daemon off; master_process off; pid {dir}/pid; error_log {dir}/log; events {{}}\n\
         http {{ access_log off; client_body_temp_path {dir}/b; proxy_temp_path {dir}/p; fastcgi_temp_path {dir}/f;\n\
         uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s; server {{ listen 127.0.0.1:{port}; {location} }} }}\n"
    );
    let path = folder.join("nginx.conf");
    fs::write(&path, config).unwrap();
    path.display().to_string()
}

fn start_nginx(folder: &Path, config: &str) -> Child {
    let nginx = Command::new("nginx")
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .args(["-c", config, "-p"])
        .arg(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    nginx.unwrap_or_else(|error| panic!("nginx: {error}; `./test` installs it"))
}

fn get(port: u16, host: &str, target: &str, lines: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    write!(
        stream,
        "GET {target} HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Dest: document\r\nAccept: text/html\r\n\
         User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0\r\n{lines}Connection: close\r\n\r\n",
    )
    .unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).unwrap();
    String::from_utf8_lossy(&response).into_owned()
}

fn body(response: &str) -> &str {
    response.split_once("\r\n\r\n").unwrap().1
}

/// The location in docs/serve.md.
fn documented() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/serve.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, block) = page.split_once("```nginx\n").unwrap();
    block.split_once("```").unwrap().0.to_string()
}

/// Lines with which visitors claim to be local, or to be the proxy.
const CLAIMS: [&str; 4] = [
    "",
    "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Host: localhost\r\n",
    "Forwarded: for=127.0.0.1;host=localhost;proto=http\r\n",
    "Cookie: hardtack_inspector_8080=00000000000000000000000000000000; FPD=1\r\n",
];

#[test]
fn who_comes_through_nginx_does_not_see_the_inspector() {
    for location in [DEFAULT, HOST, &documented()] {
        for flags in [
            &[][..],
            &["--inspector", "everybody"],
            &["--trust", "loopback"],
        ] {
            let proxied = Proxied::start(location, flags);
            for lines in CLAIMS {
                proxied.hides_the_inspector(lines);
            }
        }
    }
}

/// The control: on this machine, past the proxy, the link works. Through a proxy that passes on nothing, whoever has
/// stolen the link gets in, so it must be kept.
#[test]
fn on_this_machine_the_link_shows_it() {
    let proxied = Proxied::start(DEFAULT, &[]);
    let link = proxied.served.inspector().unwrap();
    let (server, target) = link.split_once("/.hardtack").unwrap();
    let port = server.rsplit(':').next().unwrap().parse().unwrap();
    let target = format!("/.hardtack{target}");
    let response = get(port, "localhost", &target, "");
    assert!(response.starts_with("HTTP/1.1 303 "), "{response}");
    let marked = "X-Real-IP: 192.0.2.1\r\n";
    let response = proxied.get("localhost", &target, marked);
    assert!(response.starts_with("HTTP/1.1 404 "), "{response}");
}

#[test]
fn with_a_public_url_cookies_are_secure_and_have_a_domain() {
    let flags = ["--public-url", "https://www.example.com"];
    let attributes = "Max-Age=63072000; Domain=example.com; Path=/; Secure; HttpOnly; SameSite=Lax";
    for location in [DEFAULT, HOST, &documented()] {
        let proxied = Proxied::start(location, &flags);
        for lines in CLAIMS {
            proxied.sets(lines, attributes);
        }
    }
}

#[test]
fn with_a_trusted_proxy_that_reports_both_they_are_too() {
    let flags = ["--trust", "loopback"];
    // This nginx has no TLS of its own.
    let location = documented().replace("$scheme", "https");
    let attributes = "Max-Age=63072000; Domain=example.com; Path=/; Secure; HttpOnly; SameSite=Lax";
    let proxied = Proxied::start(&location, &flags);
    for lines in CLAIMS {
        proxied.sets(lines, attributes);
    }
}

/// The fault that both mend: without either, the cookie is that of a page on this machine.
#[test]
fn without_either_they_are_neither() {
    let proxied = Proxied::start(DEFAULT, &[]);
    proxied.sets("", "Max-Age=63072000; Path=/; HttpOnly; SameSite=Lax");
}
