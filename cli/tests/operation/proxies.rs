//! Behind each proxy of docs/serve.md, with the flags that stand there: the cookie is `Secure` and for the whole
//! domain, and the access log has the client's address, whatever the visitor claims.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;
use tempfile::TempDir;

use crate::served::{Running, Served, attributes, await_port, free_port, visit, visit_after};
use crate::{python_tool, read, run};

/// What a visitor sends to be taken for another, and to get another site's cookie.
const CLAIMS: [&str; 5] = [
    "X-Forwarded-For: 203.0.113.66",
    "X-Forwarded-Host: www.example.org",
    "X-Forwarded-Proto: http",
    "Forwarded: for=203.0.113.66;host=www.example.org;proto=http",
    "CF-Connecting-IP: 203.0.113.66",
];

const SECURE: &str = "Max-Age=63072000; Domain=example.com; Path=/; Secure; HttpOnly; SameSite=Lax";

/// The block of this language below this heading.
fn documented(heading: &str, language: &str) -> String {
    let page = read("docs/serve.md");
    let (_, section) = page.split_once(&format!("{heading}\n")).unwrap();
    let (_, block) = section.split_once(&format!("```{language}\n")).unwrap();
    block.split_once("```").unwrap().0.to_string()
}

/// The flags of the command below this heading, except those that say what is served and where.
fn flags(heading: &str) -> Vec<String> {
    let command = documented(heading, "sh")
        .replace("\\\n    ", "")
        .replace("\\\n", "");
    let words = command.strip_prefix("hardtack serve ").unwrap();
    let mut words = words.split_whitespace().map(ToString::to_string);
    let mut kept = Vec::new();
    while let Some(word) = words.next() {
        match &*word {
            "--upstream" | "--listen" => drop(words.next()),
            _ => kept.push(word),
        }
    }
    kept
}

/// Starts the documented command; the proxy is on this machine.
fn start(heading: &str) -> Served {
    let mut flags = flags(heading);
    let trust = flags.iter().position(|flag| flag == "--trust").unwrap() + 1;
    flags[trust] += ",127.0.0.1";
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    Served::start(&flags)
}

/// Visits a proxy from 127.0.0.2, with all claims.
fn visit_through(url: &str, port: u16) -> String {
    let mut command = Command::new("curl");
    command.args([
        "-ksS",
        "-D",
        "-",
        "-o",
        "/dev/null",
        "--interface",
        "127.0.0.2",
    ]);
    // Caddy makes its certificate after it has opened the port.
    command.args([
        "--retry",
        "9",
        "--retry-all-errors",
        "--retry-max-time",
        "30",
    ]);
    command.args(["--resolve", &format!("www.example.com:{port}:127.0.0.1")]);
    command.args([
        "-A",
        "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    ]);
    for line in ["Accept: text/html"].iter().chain(&CLAIMS) {
        command.args(["-H", line]);
    }
    let (output, text) = run(command.arg(format!("{url}:{port}/")));
    assert!(output.status.success(), "{text}");
    text
}

#[test]
fn caddy_as_documented() {
    let served = start("### Caddy");
    let (folder, port) = (TempDir::new().unwrap(), free_port());
    let site = documented("### Caddy", "caddyfile")
        .replace("8080", &served.port.to_string())
        // No certificate from the network, and any port.
        .replace(
            "www.example.com {",
            &format!("https://www.example.com:{port} {{\n    tls internal"),
        );
    let options = "{\n    admin off\n    skip_install_trust\n    auto_https disable_redirects\n}\n";
    fs::write(folder.path().join("Caddyfile"), format!("{options}{site}")).unwrap();
    let mut caddy = Running(start_caddy(folder.path()));
    await_port(&mut caddy, port);

    let response = visit_through("https://www.example.com", port);
    assert_eq!(attributes(&response), SECURE);
    assert_eq!(served.entry()["client"], json!("127.0.0.2"));
}

fn start_caddy(folder: &Path) -> std::process::Child {
    let mut command = Command::new(python_tool("caddy"));
    command.args(["run", "--config", "Caddyfile", "--adapter", "caddyfile"]);
    command.current_dir(folder).env("HOME", folder);
    command
        .env("XDG_DATA_HOME", folder)
        .env("XDG_CONFIG_HOME", folder);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

#[test]
fn nginx_as_documented() {
    let served = Served::start(&["--trust", "127.0.0.1"]);
    let (folder, port) = (TempDir::new().unwrap(), free_port());
    let dir = folder.path().display();
    let location = documented("# `hardtack serve` behind a proxy", "nginx")
        .replace("8080", &served.port.to_string())
        // This nginx has no TLS of its own.
        .replace("$scheme", "https");
    let config = format!(
        "daemon off; master_process off; pid {dir}/pid; error_log {dir}/log; events {{}}\n\
         http {{ access_log off; client_body_temp_path {dir}/b; proxy_temp_path {dir}/p; fastcgi_temp_path {dir}/f;\n\
         uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s; server {{ listen 127.0.0.1:{port}; {location} }} }}\n"
    );
    fs::write(folder.path().join("nginx.conf"), config).unwrap();
    let mut command = Command::new("nginx");
    command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    command
        .arg("-c")
        .arg(folder.path().join("nginx.conf"))
        .arg("-p")
        .arg(folder.path());
    let child = command.stderr(Stdio::null()).spawn();
    let mut nginx =
        Running(child.unwrap_or_else(|error| panic!("nginx: {error}; `./test` installs it")));
    await_port(&mut nginx, port);

    let response = visit_through("http://www.example.com", port);
    assert_eq!(attributes(&response), SECURE);
    assert_eq!(served.entry()["client"], json!("127.0.0.2"));
}

/// Sends what a proxy sends that nobody here can run, for a visitor at 198.51.100.7 with all claims. The proxy adds to
/// what it does not replace.
fn visit_as(served: &Served, replaced: &[&str], lines: &str) {
    let claims = CLAIMS.iter().filter(|claim| {
        let name = claim.split(':').next().unwrap();
        !replaced.contains(&name)
    });
    let claims: String = claims.map(|claim| format!("{claim}\r\n")).collect();
    let response = visit(served.port, "www.example.com", &(claims + lines));
    assert_eq!(attributes(&response), SECURE);
    assert_eq!(served.entry()["client"], json!("198.51.100.7"));
}

#[test]
fn an_application_load_balancer_as_documented() {
    let served = start("### AWS Application Load Balancer");
    visit_as(
        &served,
        &["X-Forwarded-For", "X-Forwarded-Proto"],
        "X-Forwarded-For: 203.0.113.66, 198.51.100.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Port: 443\r\n\
         X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678\r\n",
    );
}

#[test]
fn a_health_check_gets_no_cookie() {
    let served = start("### AWS Application Load Balancer");
    let mut command = Command::new("curl");
    command.args([
        "-sS",
        "-D",
        "-",
        "-o",
        "/dev/null",
        "-A",
        "ELB-HealthChecker/2.0",
    ]);
    let (output, text) = run(command.arg(format!("http://127.0.0.1:{}/", served.port)));
    assert!(output.status.success(), "{text}");
    assert!(
        text.starts_with("HTTP/1.1 200 ") && !text.contains("set-cookie"),
        "{text}"
    );
}

/// What a Network Load Balancer sends before the bytes of a visitor at 198.51.100.7: with the endpoint that the
/// connection came through, if it did.
const NETWORK_LOAD_BALANCER: &[u8] =
    b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x27\xc6\x33\x64\x07\x0a\0\0\x05\x12\x67\
    \x01\xbb\xea\0\x18\x01vpce-08d2bf15fac5001c9a";

#[test]
fn a_network_load_balancer_as_documented() {
    let served = start("### AWS Network Load Balancer");
    let claims: String = CLAIMS.iter().map(|claim| format!("{claim}\r\n")).collect();
    let response = visit_after(
        NETWORK_LOAD_BALANCER,
        served.port,
        "www.example.com",
        &claims,
    );
    assert_eq!(attributes(&response), SECURE);
    assert_eq!(served.entry()["client"], json!("198.51.100.7"));
    // A health check.
    let local = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0";
    let response = visit_after(local, served.port, "www.example.com", "");
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    assert_eq!(visit(served.port, "www.example.com", ""), "");
}

const CLOUDFLARE: &str = "CF-Connecting-IP: 198.51.100.7\r\nX-Forwarded-For: 203.0.113.66,198.51.100.7\r\n\
     X-Forwarded-Proto: https\r\nCF-Visitor: {\"scheme\":\"https\"}\r\nCF-Ray: 230b030023ae2822-SJC\r\n\
     CDN-Loop: cloudflare; loops=1\r\nCF-IPCountry: US\r\n";

#[test]
fn cloudflare_as_documented() {
    let served = start("### Cloudflare");
    let replaced = ["X-Forwarded-For", "X-Forwarded-Proto", "CF-Connecting-IP"];
    visit_as(&served, &replaced, CLOUDFLARE);
}

#[test]
fn no_header_says_the_country() {
    let folder = TempDir::new().unwrap();
    let policy = folder.path().join("hardtack.toml");
    let text = "[consent]\nrequired = [\"DE\"]\nfrom = [\"tcf\"]\n";
    fs::write(&policy, text).unwrap();
    let served = Served::start(&["--trust", "127.0.0.1", "--policy", policy.to_str().unwrap()]);
    let response = visit(served.port, "www.example.com", CLOUDFLARE);
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    assert!(!response.contains("set-cookie: FPD="), "{response}");
}
