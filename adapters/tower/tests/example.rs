//! The examples, running.
#![allow(clippy::expect_used, reason = "a test may stop where it stands")]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

#[test]
fn a_page_brings_the_cookie_and_a_call_knows_whose_it_is() {
    let example = Example::start("axum");

    let first = example.get("/", "Sec-Fetch-Dest: document");
    let id = cookie(&first).expect("a first page sets the cookie");
    assert!(
        first.ends_with(&format!("Visitor {id}, issued.")),
        "{first}"
    );

    let second = example.get(
        "/",
        &format!("Sec-Fetch-Dest: document\r\nCookie: FPD={id}"),
    );
    assert_eq!(cookie(&second).as_ref(), Some(&id));
    assert!(
        second.ends_with(&format!("Visitor {id}, renewed.")),
        "{second}"
    );

    let call = example.get(
        "/api/visitor",
        &format!("Sec-Fetch-Dest: empty\r\nCookie: FPD={id}"),
    );
    assert_eq!(cookie(&call), None);
    assert!(call.ends_with(&id), "{call}");
}

#[test]
fn behind_a_proxy_scheme_host_and_country_are_the_visitors() {
    let example = Example::start("behind_proxy");
    let from = |country| {
        let proxy = "X-Forwarded-Proto: https\r\nX-Forwarded-Host: www.example.com";
        let page = "Sec-Fetch-Dest: document";
        example.get(
            "/",
            &format!("{page}\r\n{proxy}\r\nCF-IPCountry: {country}"),
        )
    };
    let response = from("US");
    assert!(cookie(&response).is_some(), "{response}");
    assert!(
        response.contains("; Domain=example.com; Path=/; Secure; "),
        "{response}"
    );
    let response = from("FR");
    assert_eq!(cookie(&response), None, "{response}");
    assert!(
        response.contains("no answer from the visitor yet"),
        "{response}"
    );
}

/// An example, stopped when the test ends, however it ends.
struct Example {
    process: Child,
    port: u16,
}

impl Example {
    fn start(name: &str) -> Self {
        let port = free_port();
        let process = Command::new(built(name))
            .env("PORT", port.to_string())
            .stderr(Stdio::null())
            .spawn()
            .expect("the examples are built, as `cargo test` does; alone: `cargo test --examples --test example`");
        let example = Self { process, port };
        let patience = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < patience, "the example does not listen");
            sleep(Duration::from_millis(20));
        }
        example
    }

    fn get(&self, path: &str, fields: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0\r\n\
             {fields}\r\nConnection: close\r\n\r\n"
        )
        .expect("it takes a request");
        let mut response = String::new();
        stream.read_to_string(&mut response).expect("it answers");
        response
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn cookie(response: &str) -> Option<String> {
    let behind = response.split_once("set-cookie: FPD=")?.1;
    Some(behind.split(';').next()?.to_string())
}

/// Beside this test, where cargo puts examples.
fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a running test is a file");
    test.ancestors()
        .nth(2)
        .expect("in target/debug/deps")
        .join("examples")
        .join(name)
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound port").port()
}
