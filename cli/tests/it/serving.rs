//! What `hardtack serve` prints while it runs: the link to the inspector, and hints about proxies.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};

use insta::assert_snapshot;
use serde_json::Value;

use crate::sandbox::{Sandbox, run};

/// A server on a free port, with `--json`. It is ended on drop.
struct Serving {
    process: Child,
    stdout: BufReader<ChildStdout>,
    first: Value,
    folder: Sandbox,
}

impl Serving {
    fn start(flags: &[&str]) -> Self {
        let folder = Sandbox::with("index.html", "<p>hi");
        let always = ["serve", "--json", "--workers", "2", "--listen"];
        let listen = if flags.contains(&"0.0.0.0") {
            "0.0.0.0:0"
        } else {
            "127.0.0.1:0"
        };
        let flags = flags.iter().filter(|flag| **flag != "0.0.0.0");
        let words: Vec<&str> = always
            .into_iter()
            .chain([listen])
            .chain(flags.copied())
            .collect();
        let mut command = folder.command(&words);
        let mut process = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        Self {
            process,
            stdout,
            first: serde_json::from_str(&line).unwrap(),
            folder,
        }
    }

    fn link(&self) -> Option<&str> {
        self.first["inspector"].as_str()
    }

    fn port(&self) -> &str {
        let url = self.first["listening"].as_str().unwrap();
        url.trim_end_matches('/').rsplit(':').next().unwrap()
    }

    /// Requests a page and returns the response's head, as it came.
    fn ask(&self, host: &str, path: &str, lines: &str) -> String {
        let mut stream = TcpStream::connect(format!("127.0.0.1:{}", self.port())).unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n{lines}Connection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        response
    }

    /// Waits until the server answers, if only by closing a connection: then it has printed all that it does at first.
    fn is_up(&self) {
        let mut stream = TcpStream::connect(format!("127.0.0.1:{}", self.port())).unwrap();
        let _ = stream.write_all(b"GET / HTTP/1.0\r\n\r\n");
        let _ = stream.read_to_end(&mut Vec::new());
    }

    /// Stops the server as an operator would; what it has printed after the first line, and its messages.
    fn stop(mut self) -> (String, String) {
        self.is_up();
        let pid = self.process.id().to_string();
        let killed = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(killed.unwrap().success());
        let (mut log, mut messages) = (String::new(), String::new());
        self.stdout.read_to_string(&mut log).unwrap();
        let stderr = self.process.stderr.as_mut().unwrap();
        stderr.read_to_string(&mut messages).unwrap();
        (log, messages)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn files_of_the_program_are_never_sent() {
    let serving = Serving::start(&[".", "--policy", "/dev/null"]);
    for name in ["hardtack.toml", "hardtack.secret", "Seal.keys", "notes.txt"] {
        std::fs::write(serving.folder.path(name), "text").unwrap();
        let expected = if name == "notes.txt" { "200" } else { "404" };
        let head = serving.ask("localhost", &format!("/{name}"), "");
        assert!(
            head.starts_with(&format!("HTTP/1.1 {expected} ")),
            "{name}: {head}"
        );
    }
}

#[test]
fn the_first_line_has_the_link_to_the_inspector() {
    let serving = Serving::start(&["."]);
    let listening = serving.first["listening"].as_str().unwrap();
    let path = serving.link().unwrap().strip_prefix(listening).unwrap();
    let token = path.strip_prefix(".hardtack/?token=").unwrap();
    assert_eq!(token.len(), 32);
    let head = serving.ask("localhost", &format!("/{path}"), "");
    assert!(head.starts_with("HTTP/1.1 303 "), "{head}");
    let head = serving.ask("localhost", "/.hardtack/", "");
    assert!(head.starts_with("HTTP/1.1 404 "), "{head}");
}

#[test]
fn the_token_is_in_no_line_of_the_log() {
    let serving = Serving::start(&[".", "--verbose"]);
    let token = serving
        .link()
        .unwrap()
        .split_once("token=")
        .unwrap()
        .1
        .to_string();
    let cookie = format!("Cookie: hardtack_inspector_{}={token}\r\n", serving.port());
    for host in ["localhost", "www.example.com"] {
        serving.ask(host, &format!("/.hardtack/?token={token}"), &cookie);
        serving.ask(host, &format!("/?token={token}"), &cookie);
    }
    let (log, messages) = serving.stop();
    assert!(log.lines().count() >= 4, "{log}");
    assert!(!log.contains(&token), "{log}");
    assert!(!messages.contains(&token), "{messages}");
}

/// Checks whether there is a link by default, or with these flags, and what is said of the inspector.
#[track_caller]
fn check_link(flags: &[&str], expected: Option<&str>, said: &str) {
    let serving = Serving::start(flags);
    let link = serving
        .link()
        .map(|link| link.split_once("token=").unwrap().0);
    let link = link.map(|link| link.replace(serving.port(), "PORT"));
    assert_eq!(link.as_deref(), expected, "{flags:?}");
    let (_, messages) = serving.stop();
    assert_eq!(
        messages.contains("the inspector is off"),
        !said.is_empty(),
        "{messages}"
    );
    assert!(messages.contains(said), "{messages}");
}

#[test]
fn the_inspector_is_off_by_default_wherever_others_may_come() {
    let local = Some("http://localhost:PORT/.hardtack/?");
    let upstream = ["--upstream", "http://127.0.0.1:1"];
    let with = |flags: &[&'static str]| [&upstream[..], flags].concat();
    let ask = "--inspector loopback";
    check_link(&["."], local, "");
    check_link(&upstream, None, ask);
    check_link(&[".", "0.0.0.0"], None, ask);
    check_link(&with(&["--inspector", "off"]), None, "");
    check_link(&with(&["--inspector", "loopback"]), local, "");
    check_link(&[".", "0.0.0.0", "--inspector", "loopback"], local, "");
    let public = [
        "--inspector",
        "everybody",
        "--public-url",
        "https://www.example.com",
    ];
    check_link(
        &with(&public),
        Some("https://www.example.com/.hardtack/?"),
        "",
    );
}

/// The hint at the start about proxies; empty if there is none.
fn hint(flags: &[&str]) -> String {
    let (_, messages) = Serving::start(flags).stop();
    let hints = messages.lines().filter(|line| line.starts_with("hint:"));
    hints.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_hint_says_how_to_name_a_proxy() {
    let loopback = "add --trust loopback; ";
    assert!(hint(&["."]).contains(loopback));
    assert!(hint(&["--upstream", "http://127.0.0.1:1"]).contains(loopback));
    let upstream = hint(&["--upstream", "http://127.0.0.1:1", "--tls"]);
    assert!(upstream.contains("add --trust ADDRESS; "), "{upstream}");
    assert!(hint(&[".", "0.0.0.0"]).contains("name it with --trust"));
    assert_eq!(hint(&[".", "--tls"]), "");
    assert_eq!(hint(&[".", "--trust", "loopback"]), "");
    let public = ["--public-url", "https://www.example.com"];
    assert_eq!(hint(&[&["."], &public[..]].concat()), "");
    assert_eq!(hint(&[&[".", "0.0.0.0"], &public[..]].concat()), "");
    let plain = hint(&[".", "--public-url", "http://www.example.com"]);
    assert!(plain.contains("https:// in --public-url"), "{plain}");
}

#[test]
fn a_proxy_that_is_not_trusted_is_warned_of_once() {
    let serving = Serving::start(&["."]);
    for header in ["Proto: https", "For: 192.0.2.1", "Host: www.example.com"] {
        for _ in 0..5 {
            serving.ask("localhost", "/", &format!("X-Forwarded-{header}\r\n"));
        }
    }
    let (_, messages) = serving.stop();
    let warnings: Vec<_> = messages
        .lines()
        .filter(|line| line.contains("WARN"))
        .collect();
    assert_eq!(warnings.len(), 1, "{messages}");
    assert!(warnings[0].contains("from 127.0.0.1"), "{messages}");
    assert!(warnings[0].contains("--trust loopback"), "{messages}");

    let trusting = Serving::start(&[".", "--trust", "loopback"]);
    trusting.ask("localhost", "/", "X-Forwarded-Proto: https\r\n");
    let (_, messages) = trusting.stop();
    assert!(!messages.contains("WARN"), "{messages}");
}

#[test]
fn a_public_url_is_a_scheme_and_a_host() {
    assert_snapshot!(run("serve . --public-url www.example.com"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'www.example.com' for '--public-url <URL>': write http:// or https:// and a host, such as https://www.example.com, without path, query or credentials

    For more information, try '--help'.
    ");
    assert_snapshot!(run("serve . --public-url https://www.example.com/shop"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'https://www.example.com/shop' for '--public-url <URL>': write http:// or https:// and a host, such as https://www.example.com, without path, query or credentials

    For more information, try '--help'.
    ");
    assert_snapshot!(run("serve . --edge a.zip --public-url https://www.example.com"), @"
    exit code: 2
    ----- stderr -----
    error: the argument '--edge <ZIP>' cannot be used with '--public-url <URL>'

    Usage: hardtack serve --edge <ZIP> <DIR>

    For more information, try '--help'.
    ");
}
