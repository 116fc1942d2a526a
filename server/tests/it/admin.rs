//! The address for whoever runs the server: metrics, health, and what it must not become.

use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use hardtack_server::proxy::{Timeouts, Upstream};
use hardtack_server::{AccessLog, Config, Limits, Site};
use hardtack_tower::Decided;

use crate::http2::{self, Client};
use crate::origin::{Origin, unused_address};
use crate::served::{EXAMPLE, Served, limited, page, policy, usual};
use crate::wire::{Answer, HANG_TIMEOUT, Wire};

const OPEN_METRICS: &str = "Accept: application/openmetrics-text;version=1.0.0\r\n";

/// A server that counts, and where it says so.
struct Observed {
    server: Served,
    admin: SocketAddr,
}

impl Observed {
    /// Serves the example site. There is no log: what is counted does not depend on one.
    fn example() -> Self {
        Self::of(usual(), Site::folder(EXAMPLE).unwrap())
    }

    fn before(upstream: SocketAddr, config: Config) -> Self {
        let upstream = Upstream::parse(&format!("http://{upstream}")).unwrap();
        Self::of(config, Site::Upstream(upstream, Timeouts::default()))
    }

    fn of(config: Config, site: Site) -> Self {
        let (server, admin) = Served::observed(config, site, None);
        Self { server, admin }
    }

    #[track_caller]
    fn ask(&self, line: &str, fields: &str) -> Answer {
        ask(self.admin, line, fields)
    }

    #[track_caller]
    fn scrape(&self) -> String {
        let answer = self.ask("GET /metrics", "");
        assert_eq!(answer.status, 200, "{answer:?}");
        String::from_utf8(answer.body).unwrap()
    }

    /// Waits until the metrics have this line: an exchange is counted once its response is written.
    #[track_caller]
    fn counts(&self, line: &str) {
        let deadline = Instant::now() + HANG_TIMEOUT;
        loop {
            let metrics = self.scrape();
            if metrics.lines().any(|it| it == line) {
                return;
            }
            assert!(Instant::now() < deadline, "no `{line}` in\n{metrics}");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

#[track_caller]
fn ask(admin: SocketAddr, line: &str, fields: &str) -> Answer {
    Wire::to(admin).ask(&format!("{line} HTTP/1.1\r\nHost: a\r\n{fields}\r\n"))
}

/// Asks until the status is this.
#[track_caller]
fn await_status(admin: SocketAddr, path: &str, status: u16) {
    let deadline = Instant::now() + HANG_TIMEOUT;
    while ask(admin, &format!("GET {path}"), "").status != status {
        assert!(Instant::now() < deadline, "{path} is never {status}");
    }
}

#[test]
fn each_path_has_its_answer() {
    let observed = Observed::example();
    await_status(observed.admin, "/readyz", 200);
    for (line, status) in [
        ("GET /metrics", 200),
        ("HEAD /metrics", 200),
        ("GET /healthz", 200),
        ("HEAD /readyz", 200),
        ("GET /readyz?verbose", 200),
        ("GET /", 404),
        ("GET /metrics/", 404),
        ("GET /about", 404),
        ("POST /metrics", 405),
        ("DELETE /healthz", 405),
        ("POST /", 404),
    ] {
        assert_eq!(observed.ask(line, "").status, status, "{line}");
    }
    assert_eq!(
        observed.ask("PUT /readyz", "").field("allow"),
        Some("GET, HEAD")
    );
}

#[test]
fn a_scraper_gets_the_form_that_it_asks_for() {
    let observed = Observed::example();
    observed.server.page("/", &[]);
    let plain = observed.ask("GET /metrics", "");
    assert_eq!(
        plain.field("content-type"),
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
    let plain = String::from_utf8(plain.body).unwrap();
    assert!(
        plain.contains("# TYPE hardtack_requests_total counter\n"),
        "{plain}"
    );
    assert!(
        !plain.contains("# EOF") && !plain.contains("# UNIT"),
        "{plain}"
    );
    let open = observed.ask("GET /metrics", OPEN_METRICS);
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!(open.field("content-type"), Some(content_type));
    let open = String::from_utf8(open.body).unwrap();
    assert!(
        open.contains("# TYPE hardtack_requests counter\n"),
        "{open}"
    );
    assert!(open.ends_with("# EOF\n"), "{open}");
}

#[test]
fn what_happens_is_counted_without_a_log() {
    let observed = Observed::example();
    let size = observed.server.page("/about", &[]).body.len();
    observed.server.page("/no-such-page", &[]);
    observed.counts("hardtack_requests_total{class=\"2xx\"} 1");
    observed.counts("hardtack_requests_total{class=\"4xx\"} 1");
    observed.counts("hardtack_requests_total{class=\"none\"} 0");
    observed.counts("hardtack_decisions_total{outcome=\"issued\",reason=\"new_visitor\"} 1");
    observed.counts("hardtack_decisions_total{outcome=\"skipped\",reason=\"error_status\"} 1");
    observed.counts("hardtack_request_duration_seconds_count 2");
    // One of 64 is timed, the first of them first.
    observed.counts("hardtack_decision_duration_seconds_count 1");
    observed.counts("hardtack_connections_accepted_total 2");
    observed.counts("hardtack_connections 0");
    observed.counts("hardtack_file_cache_entries 2");
    observed.counts("hardtack_log_lines_lost_total 7");
    observed.counts(&format!(
        "hardtack_build_info{{version=\"{}\"}} 1",
        env!("CARGO_PKG_VERSION")
    ));
    let bytes = observed.scrape();
    let bytes = bytes
        .lines()
        .find_map(|line| line.strip_prefix("hardtack_response_bytes_total "));
    assert!(bytes.unwrap().parse::<usize>().unwrap() > size, "{bytes:?}");
}

#[test]
fn http2_counts_as_well() {
    let observed = Observed::example();
    Client::to(&observed.server).ask(http2::page("http://localhost/about"));
    observed.counts("hardtack_requests_total{class=\"2xx\"} 1");
    observed.counts("hardtack_decisions_total{outcome=\"issued\",reason=\"new_visitor\"} 1");
}

#[test]
fn what_is_refused_is_counted() {
    let observed = Observed::of(
        limited(Limits {
            body_bytes: 10,
            ..Limits::default()
        }),
        Site::folder(EXAMPLE).unwrap(),
    );
    for (request, count) in [
        ("GE<T / HTTP/1.1\r\nHost: a\r\n\r\n", 1),
        ("GET / HTTP/1.1\r\n\r\n", 2),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n",
            3,
        ),
    ] {
        let mut wire = observed.server.wire();
        wire.try_send(request);
        wire.rest();
        observed.counts(&format!("hardtack_refused_requests_total {count}"));
        observed.counts(&format!("hardtack_requests_total{{class=\"4xx\"}} {count}"));
    }
}

#[test]
fn an_upstream_that_fails_is_counted_by_kind() {
    let observed = Observed::before(unused_address(), usual());
    observed.server.page("/", &[]);
    observed.counts("hardtack_upstream_errors_total{kind=\"unreachable\"} 1");
    observed.counts("hardtack_upstream_errors_total{kind=\"no_response\"} 0");
    observed.counts("hardtack_requests_total{class=\"5xx\"} 1");
    observed.counts("hardtack_refused_requests_total 0");
    assert!(!observed.scrape().contains("file_cache"));
    let origin = Origin::start(|mut wire| drop(wire.until("\r\n\r\n")));
    let observed = Observed::before(origin.address, usual());
    observed.server.page("/", &[]);
    observed.counts("hardtack_upstream_errors_total{kind=\"no_response\"} 1");
}

#[test]
fn the_origins_time_is_not_the_decisions() {
    let pause = Duration::from_millis(200);
    let origin = Origin::start(move |mut wire| {
        wire.until("\r\n\r\n");
        thread::sleep(pause);
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
    });
    let observed = Observed::before(origin.address, usual());
    observed.server.page("/", &[]);
    observed.counts("hardtack_decision_duration_seconds_count 1");
    let metrics = observed.scrape();
    let sum = |name: &str| -> f64 {
        let sum = metrics.lines().find_map(|line| line.strip_prefix(name));
        sum.unwrap().trim().parse().unwrap()
    };
    assert!(sum("hardtack_request_duration_seconds_sum") >= pause.as_secs_f64());
    assert!(sum("hardtack_decision_duration_seconds_sum") < pause.as_secs_f64());
}

#[test]
fn counts_outlast_a_reload() {
    let observed = Observed::example();
    observed.server.page("/", &[]);
    observed
        .server
        .control
        .reload(policy("[cookie]\nname = \"OTHER\""), None);
    observed.counts("hardtack_reloads_total{result=\"success\"} 1");
    observed.server.control.count_failed_reload();
    observed.counts("hardtack_reloads_total{result=\"failure\"} 1");
    observed.server.page("/", &[]);
    observed.counts("hardtack_decisions_total{outcome=\"issued\",reason=\"new_visitor\"} 2");
}

#[test]
fn nothing_that_visitors_send_is_in_the_metrics() {
    let observed = Observed::example();
    observed.server.page("/", &[]);
    let before = observed.scrape().lines().count();
    for number in 0..50 {
        let request = format!(
            "M{number}CANARY /canary{number}?canary HTTP/1.1\r\nHost: canary{number}.example\r\n\
             User-Agent: canary\r\nCookie: FPD=canary\r\nConnection: close\r\n\r\n"
        );
        observed.server.ask(&request);
    }
    let after = observed.scrape();
    assert!(!after.to_ascii_lowercase().contains("canary"), "{after}");
    // At most one more pair of outcome and reason.
    assert!(after.lines().count() <= before + 1, "{after}");
}

#[test]
fn visitors_do_not_reach_it() {
    let observed = Observed::example();
    for path in ["/metrics", "/healthz", "/readyz"] {
        let missing = observed.server.page("/no-such-page", &[]);
        let answer = observed.server.page(path, &[]);
        assert_eq!(
            (answer.status, &answer.body),
            (404, &missing.body),
            "{path}"
        );
    }
}

#[test]
fn whoever_sends_too_much_or_nothing_keeps_nobody_else_waiting() {
    let observed = Observed::example();
    let _idle: Vec<_> = (0..8).map(|_| Wire::to(observed.admin)).collect();
    let field = format!("A: {}\r\n", "a".repeat(200_000));
    assert_eq!(observed.ask("GET /metrics", &field).status, 431);
    assert_eq!(observed.ask("GET /healthz", "").status, 200);
}

#[test]
fn a_server_that_stops_is_alive_and_not_ready() {
    let (release, released) = channel::<()>();
    let (arrived, arrives) = channel();
    let released = Arc::new(Mutex::new(released));
    let origin = Origin::start(move |mut wire| {
        wire.until("\r\n\r\n");
        arrived.send(()).unwrap();
        let _ = released.lock().unwrap().recv();
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    let mut observed = Observed::before(origin.address, usual());
    let mut wire = observed.server.wire();
    wire.send(page("localhost", "/", &[]));
    arrives.recv_timeout(HANG_TIMEOUT).unwrap();
    observed.server.stop();
    await_status(observed.admin, "/readyz", 503);
    assert_eq!(observed.ask("GET /healthz", "").status, 200);
    drop(release);
    assert_eq!(wire.answer().status, 200);
    observed.server.end();
    assert!(std::net::TcpStream::connect(observed.admin).is_err());
}

/// A log that blocks the worker at each decision until the other end is dropped.
#[derive(Debug)]
struct Blocking(Mutex<Receiver<()>>);

impl AccessLog for Blocking {
    fn record(&self, _: &Decided<'_>) {
        let _ = self.0.lock().unwrap().recv();
    }
}

#[test]
fn a_worker_that_hangs_is_reported() {
    let (release, blocked) = channel::<()>();
    let log = Arc::new(Blocking(Mutex::new(blocked)));
    let site = Site::folder(EXAMPLE).unwrap();
    let (server, admin) = Served::observed(usual(), site, Some(log));
    assert_eq!(ask(admin, "GET /healthz", "").status, 200);
    let mut wire = server.wire();
    wire.send(page("localhost", "/", &[]));
    await_status(admin, "/healthz", 503);
    assert_eq!(ask(admin, "GET /metrics", "").status, 200);
    drop(release);
    assert_eq!(wire.answer().status, 200);
    await_status(admin, "/healthz", 200);
}
