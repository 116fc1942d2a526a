//! curl's cookie jar, an independent implementation, keeps every cookie as it was meant, and nothing once it is
//! expired.
#![expect(
    clippy::expect_used,
    reason = "a test that panics is a test that fails"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;
use std::thread;

use hardtack::Scheme;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, TestRunner};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

#[path = "../../../core/tests/arbitrary/mod.rs"]
#[expect(dead_code, reason = "shared with core's tests, which use the rest")]
mod arbitrary;
#[path = "../../../core/tests/judged/mod.rs"]
mod judged;

use judged::{Judged, Meant, judged};

const PAGES: usize = 200;
/// The longest lifetime in curl since 8.10, as in browsers.
const CAP: u64 = 400 * 86_400;

#[test]
fn curl_keeps_cookies_as_meant_and_deletes_expired_ones() {
    let pages: Arc<Vec<Judged>> = Arc::new(pages());
    let tls = listen(&pages, Some(tls()));
    let plain = listen(&pages, None);
    let ports = (tls, plain);
    let kept = fetch(ports, &urls(&pages, 's'));
    for page in pages.iter() {
        for meant in &page.meant {
            assert_eq!(kept.get(&meant.name), Some(&line(page, meant)), "{page:#?}");
        }
    }
    // In one run, because curl reads the jar again before every page.
    let left = fetch(ports, &(urls(&pages, 's') + &urls(&pages, 'e')));
    assert_eq!(left.keys().collect::<Vec<_>>(), [""; 0]);
}

/// The jar of a curl that has requested these pages.
fn fetch((tls, plain): (u16, u16), urls: &str) -> BTreeMap<String, Line> {
    let folder = tempfile::tempdir().expect("a folder");
    let (config, jar_file) = (folder.path().join("urls"), folder.path().join("jar"));
    fs::write(&config, urls).expect("a file");
    let status = Command::new("curl")
        .args([
            "--silent",
            "--show-error",
            "--insecure",
            "--globoff",
            "--noproxy",
            "*",
        ])
        .args(["--connect-to", &format!(":443:127.0.0.1:{tls}")])
        .args(["--connect-to", &format!(":80:127.0.0.1:{plain}")])
        .arg("--cookie-jar")
        .arg(&jar_file)
        .arg("--config")
        .arg(&config)
        .status()
        .expect("curl, from the system's package of that name");
    assert!(status.success(), "curl ends with {status}");
    jar(&fs::read_to_string(&jar_file).expect("a jar"))
}

fn pages() -> Vec<Judged> {
    let mut runner = TestRunner::new(Config {
        max_local_rejects: u32::MAX,
        ..Config::default()
    });
    let mut page = |at: usize| {
        let pages = judged(at.to_string()).prop_filter("curl differs from browsers", curl_accepts);
        pages.new_tree(&mut runner).expect("a page").current()
    };
    (0..PAGES).map(&mut page).collect()
}

/// On plain http, browsers accept a `Secure` cookie from any host below `localhost`, too; curl only from `localhost`
/// itself and from addresses without brackets.
fn curl_accepts(page: &Judged) -> bool {
    let secure = page.meant.iter().any(|meant| meant.secure);
    page.scheme == Scheme::Https || !secure || matches!(&*page.host, "localhost" | "127.0.0.1")
}

fn urls(pages: &[Judged], what: char) -> String {
    let mut config = String::new();
    for (at, page) in pages.iter().enumerate() {
        let scheme = match page.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        let (host, path) = (&page.host, &page.path);
        let _ = writeln!(
            config,
            "url = \"{scheme}://{host}{path}?{what}{at}\"\noutput = \"/dev/null\""
        );
    }
    config
}

/// A cookie as a line of the jar: domain, whether hosts below it get it, path, secure, lifetime, value, HttpOnly.
type Line = (String, bool, String, bool, u64, String, bool);

fn line(page: &Judged, meant: &Meant) -> Line {
    let host = page.host.to_ascii_lowercase();
    let host = host.trim_matches(['[', ']']).to_string();
    (
        meant.domain.clone().unwrap_or(host),
        meant.domain.is_some(),
        meant.path.clone(),
        meant.secure,
        minutes(meant.max_age.min(CAP)),
        meant.value.clone(),
        meant.http_only,
    )
}

/// The cookies of a jar in Netscape's format, by name.
fn jar(text: &str) -> BTreeMap<String, Line> {
    let now = std::time::UNIX_EPOCH.elapsed().expect("a clock").as_secs();
    let mut cookies = BTreeMap::new();
    for text in text.lines() {
        let (text, http_only) = match text.strip_prefix("#HttpOnly_") {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let fields: Vec<&str> = text.split('\t').collect();
        let [domain, below, path, secure, expires, name, value] = fields[..] else {
            continue;
        };
        let left = expires.parse::<u64>().expect("a time").saturating_sub(now);
        let line = (
            domain
                .trim_start_matches('.')
                .trim_matches(['[', ']'])
                .to_ascii_lowercase(),
            below == "TRUE",
            path.to_string(),
            secure == "TRUE",
            minutes(left.min(CAP)),
            value.to_string(),
            http_only,
        );
        cookies.insert(name.to_string(), line);
    }
    cookies
}

/// Rounds to ten minutes, because curl takes a moment.
fn minutes(seconds: u64) -> u64 {
    (seconds + 300) / 600
}

fn tls() -> Arc<ServerConfig> {
    let made =
        rcgen::generate_simple_self_signed(["localhost".to_string()]).expect("a certificate");
    let chain = vec![CertificateDer::from(made.cert.der().to_vec())];
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder().with_no_client_auth();
    Arc::new(
        config
            .with_single_cert(chain, key)
            .expect("a configuration"),
    )
}

/// Answers on a port of its own: `?s17` with the cookies that page 17 sets, `?e17` with those that it expires.
fn listen(pages: &Arc<Vec<Judged>>, tls: Option<Arc<ServerConfig>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let pages = Arc::clone(pages);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (pages, tls) = (Arc::clone(&pages), tls.clone());
            // It does not matter how curl closes the connection.
            thread::spawn(move || match tls {
                Some(config) => {
                    let connection = ServerConnection::new(config).expect("a connection");
                    answer(StreamOwned::new(connection, stream), &pages)
                }
                None => answer(stream, &pages),
            });
        }
    });
    port
}

fn answer(mut stream: impl Read + Write, pages: &[Judged]) -> io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte)? == 1 {
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let Some((_, query)) = head
        .split(' ')
        .nth(1)
        .and_then(|target| target.split_once('?'))
    else {
        return Ok(());
    };
    let page = query[1..]
        .parse::<usize>()
        .ok()
        .and_then(|at| pages.get(at))
        .expect("a page");
    let lines = if query.starts_with('s') {
        &page.set
    } else {
        &page.expire
    };
    let fields: String = lines
        .iter()
        .map(|line| format!("Set-Cookie: {line}\r\n"))
        .collect();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\n{fields}Content-Length: 0\r\nConnection: close\r\n\r\n"
    )?;
    stream.flush()
}
