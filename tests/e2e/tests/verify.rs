//! `hardtack verify` against running sites: our own server, the local CloudFront with our artifact, and the local
//! CloudFront with the handler of a widespread tutorial.

#![allow(
    clippy::expect_used,
    reason = "a test that panics is a test that fails"
)]

#[allow(dead_code, reason = "other tests use the rest")]
mod served;

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;

use serde_json::Value;
use served::{Served, hardtack};

/// The folder for a test's own files.
fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_string).collect()
}

/// Runs `verify`, and returns its exit code and report.
fn verify(arguments: &[&str]) -> (Option<i32>, Value) {
    let output = hardtack()
        .args(["verify", "--json"])
        .args(arguments)
        .output()
        .expect("the command runs");
    let report = serde_json::from_slice(&output.stdout);
    let report = report.unwrap_or_else(|error| panic!("{error}: {output:?}"));
    (output.status.code(), report)
}

fn found(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().expect("findings");
    let mut words: Vec<&str> = findings
        .iter()
        .map(|finding| finding["fault"].as_str().expect("a word"))
        .collect();
    words.sort_unstable();
    words
}

#[track_caller]
fn assert_clean(served: &Served, more: &[&str]) {
    let url = served.url("/");
    let (code, report) = verify(&[&[&*url], more].concat());
    assert_eq!(found(&report), Vec::<&str>::new(), "{report:#}");
    assert_eq!(code, Some(0));
    assert!(
        report["probes"].as_array().expect("probes").len() >= 18,
        "{report:#}"
    );
}

#[test]
fn our_own_server_has_no_faults() {
    assert_clean(&Served::start("127.0.0.1:0"), &["--strict"]);
}

#[test]
fn the_lambda_artifact_has_no_faults() {
    let folder = scratch("clean");
    let built = hardtack()
        .args([
            "build",
            "lambda-edge",
            "-q",
            "--host",
            "www.example.com",
            "-o",
        ])
        .arg(&folder)
        .status();
    assert!(built.expect("the command runs").success());
    let zip = folder.join("lambda-edge.zip");
    let arguments = format!("serve --edge {} examples/site", zip.display());
    assert_clean(
        &Served::start_with(words(&arguments), "127.0.0.1:0"),
        &["--strict"],
    );
}

/// Reads the first Cookie header, accepts any value, uses the last two labels as the domain, never renews, replaces the
/// origin's Set-Cookie, and checks nothing else.
const TUTORIAL: &str = r"'use strict';
const { randomUUID } = require('crypto');

exports.handler = async (event) => {
  const { request, response } = event.Records[0].cf;
  const cookies = {};
  for (const pair of (request.headers.cookie?.[0].value ?? '').split(';')) {
    const [name, value] = pair.split('=');
    cookies[decodeURIComponent(name.trim())] = decodeURIComponent(value ?? '');
  }
  if (!cookies.FPD) {
    const domain = '.' + request.headers.host[0].value.split(':')[0].split('.').slice(-2).join('.');
    const value = `FPD=${randomUUID()}; Domain=${domain}; Path=/; Max-Age=63072000; Secure; HttpOnly; SameSite=Lax`;
    response.headers['set-cookie'] = [{ key: 'Set-Cookie', value }];
  }
  return response;
};
";

#[test]
fn each_defect_of_the_tutorial_s_handler_is_reported() {
    let folder = scratch("tutorial");
    fs::create_dir_all(&folder).expect("a folder");
    let zip = zipped("index.js", TUTORIAL, &folder.join("tutorial.zip"));
    let (cert, key) = certificate(&folder);
    let upstream = upstream();
    let arguments = format!(
        "serve --edge {} --upstream {upstream} --cert {} --key {}",
        zip.display(),
        cert.display(),
        key.display()
    );
    let served = Served::start_with(words(&arguments), "127.0.0.1:0");
    let url = served
        .url("/")
        .replace("127.0.0.1", HOST)
        .replace("localhost", HOST);
    let page = folder.join("report.html");
    let (code, report) = verify(&[
        &url,
        "--ca",
        &cert.display().to_string(),
        "--resolve",
        &format!("{HOST}=127.0.0.1"),
        "--html",
        &page.display().to_string(),
    ]);
    assert_eq!(
        found(&report),
        [
            "asset_sets_cookie",
            "bot_gets_id",
            "duplicate_misread",
            "fetch_sets_cookie",
            "frame_sets_cookie",
            "head_sets_cookie",
            "invalid_kept",
            "no_hsts",
            "not_renewed",
            "odd_cookies_break",
            "origin_cookies_lost",
            "public_suffix_domain",
            "second_header_ignored",
        ],
        "{report:#}"
    );
    assert_eq!(code, Some(1));
    assert_fits_a_terminal(&url, &cert);
    let html = fs::read_to_string(page).expect("the HTML report");
    assert!(html.contains("Domain is a public suffix") && !html.contains("<script"));
}

fn assert_fits_a_terminal(url: &str, cert: &Path) {
    let mut command = hardtack();
    command.args(["verify", url, "--resolve", &format!("{HOST}=127.0.0.1")]);
    let output = command.arg("--ca").arg(cert).env("NO_COLOR", "1").output();
    let text = String::from_utf8(output.expect("the command runs").stdout).expect("UTF-8");
    assert!(!text.contains('\x1b'), "{text}");
    let too_long: Vec<_> = text
        .lines()
        .skip(1)
        .filter(|line| line.chars().count() > 80)
        .collect();
    assert_eq!(too_long, Vec::<&str>::new());
}

/// Consent is required, granted once and denied once: the tutorial's handler knows none of it.
#[test]
fn the_missing_consent_of_the_tutorial_s_handler_is_reported() {
    let folder = scratch("consent");
    fs::create_dir_all(&folder).expect("a folder");
    let zip = zipped("index.js", TUTORIAL, &folder.join("tutorial.zip"));
    let policy = folder.join("hardtack.toml");
    let text = "[consent]\nrequired = \"everywhere\"\nfrom = [\"plain\"]\ngpc = \"deny\"\n";
    fs::write(&policy, text).expect("the policy");
    let upstream = upstream();
    let arguments = format!("serve --edge {} --upstream {upstream}", zip.display());
    let served = Served::start_with(words(&arguments), "127.0.0.1:0");
    let (code, report) = verify(&[
        &served.url("/"),
        "--policy",
        &policy.display().to_string(),
        "--granted",
        "hardtack_consent=granted",
        "--denied",
        "hardtack_consent=denied",
    ]);
    let found = found(&report);
    for fault in ["denial_ignored", "withdrawal_ignored", "unexpected_cookie"] {
        assert!(found.contains(&fault), "{fault}: {report:#}");
    }
    assert_eq!(code, Some(1));
}

const HOST: &str = "shop.example.co.uk";

fn zipped(name: &str, text: &str, to: &Path) -> PathBuf {
    let file = fs::File::create(to).expect("a file");
    let mut zip = zip::ZipWriter::new(file);
    zip.start_file(name, zip::write::SimpleFileOptions::default())
        .expect("an entry");
    zip.write_all(text.as_bytes()).expect("its text");
    zip.finish().expect("a zip");
    to.to_owned()
}

fn certificate(folder: &Path) -> (PathBuf, PathBuf) {
    let made = rcgen::generate_simple_self_signed([HOST.to_string()]).expect("a certificate");
    let (cert, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    fs::write(&cert, made.cert.pem()).expect("the certificate on disk");
    fs::write(&key, made.signing_key.serialize_pem()).expect("the key on disk");
    (cert, key)
}

/// An origin with a cookie of its own, which runs as long as the test.
fn upstream() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("its address");
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || answer(stream));
        }
    });
    format!("http://{address}")
}

fn answer(mut stream: TcpStream) {
    let head: Vec<String> = BufReader::new(&stream)
        .lines()
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
        .collect();
    let path = head
        .first()
        .and_then(|line| line.split(' ').nth(1))
        .unwrap_or("/");
    let (status, kind, body) = match path {
        "/" => (
            "200 OK",
            "text/html",
            "<link rel=stylesheet href=/style.css><a href=/about>about</a>",
        ),
        "/about" => ("200 OK", "text/html", "<p>about"),
        "/style.css" => ("200 OK", "text/css", "p { }"),
        _ => ("404 Not Found", "text/html", "<p>nothing here"),
    };
    let cookie = if path == "/" {
        "Set-Cookie: session=1; Path=/\r\n"
    } else {
        ""
    };
    let body = if head.first().is_some_and(|line| line.starts_with("HEAD")) {
        ""
    } else {
        body
    };
    let text = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{cookie}Cache-Control: private\r\nETag: \"1\"\r\nConnection: close\r\n\r\n{body}"
    );
    let _ = stream.write_all(text.as_bytes());
}
