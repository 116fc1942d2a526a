//! The proxy reads raw requests as a real nginx does: the same bytes go to both, and both have an upstream that records
//! what reaches it.
//!
//! `requests.txt` has the requests, `differences.txt` every difference with its reason. A difference that is not
//! listed fails, and so does a listed one that is gone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that panics is a test that fails"
)]

mod case;
mod client;
mod differences;
mod nginx;
mod upstream;

#[path = "../served/mod.rs"]
#[expect(dead_code, reason = "shared with other tests, which use the rest")]
mod served;

use std::collections::BTreeMap;
use std::thread;

use serde_json::Value;

use case::Case;
use differences::{Difference, Differences};
use nginx::Nginx;
use served::Served;
use upstream::Upstream;

/// Servers of each kind. Each has an upstream of its own and gets one request after another, so that what an upstream
/// records belongs to one of them.
const LANES: usize = 12;

/// How long a server waits for the rest of a request.
const PATIENCE: &str = "3";

/// What became of a case.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    /// The statuses that the client got until the connection ended.
    statuses: Vec<u16>,
    /// The requests that the upstream got, each on one line.
    requests: Vec<String>,
}

impl Seen {
    /// The same with the class of each status: which error it is, is a matter of taste.
    fn classes(&self) -> (Vec<u16>, &[String]) {
        let classes = self.statuses.iter().map(|status| status / 100);
        (classes.collect(), &self.requests)
    }
}

#[test]
fn requests_are_read_as_nginx_reads_them() {
    let cases = case::all();
    let nginxes = thread::spawn(nginx_sees);
    let (ours, entries) = we_see();
    let nginxes = nginxes.join().unwrap();
    print_counts(&cases, &ours, &nginxes);
    for (case, ours) in cases.iter().zip(&ours) {
        let smuggled = ours
            .requests
            .iter()
            .find(|seen| seen.contains("/smuggled ["));
        assert_eq!(smuggled, None, "{}: a request was smuggled", case.name);
    }
    every_answer_is_logged(&ours, &entries);
    let found = cases.iter().zip(ours.iter().zip(&nginxes));
    let found = found.filter(|(_, (ours, nginxes))| ours.classes() != nginxes.classes());
    let found = found.map(|(case, (ours, nginxes))| Difference::new(case, ours, nginxes));
    Differences::listed().check(found.collect());
}

#[expect(clippy::print_stderr, reason = "figures, beside the verdict")]
fn print_counts(cases: &[Case], ours: &[Seen], nginxes: &[Seen]) {
    let mut kinds: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for (case, (ours, nginxes)) in cases.iter().zip(ours.iter().zip(nginxes)) {
        let [all, different] = kinds.entry(&case.kind).or_default();
        *all += 1;
        *different += usize::from(ours.classes() != nginxes.classes());
    }
    for (kind, [all, different]) in &kinds {
        eprintln!("{all:4} requests, {different:3} answered differently: {kind}");
    }
    let different: usize = kinds.values().map(|[_, different]| different).sum();
    eprintln!(
        "{:4} requests, {different:3} answered differently",
        cases.len()
    );
    assert!(cases.len() >= 300, "{} cases", cases.len());
}

/// Each status that a client got is in the access log, refusals included.
fn every_answer_is_logged(seen: &[Seen], entries: &[Value]) {
    let logged = entries.iter().filter_map(|entry| entry["status"].as_u64());
    let got = seen.iter().flat_map(|seen| &seen.statuses);
    let got = counts(got.map(|status| u64::from(*status)));
    assert_eq!(counts(logged), got, "logged, and answered, by status");
}

fn counts(statuses: impl Iterator<Item = u64>) -> BTreeMap<u64, usize> {
    let mut counts = BTreeMap::new();
    for status in statuses {
        *counts.entry(status).or_default() += 1;
    }
    counts
}

/// What becomes of each case behind nginx.
fn nginx_sees() -> Vec<Seen> {
    let upstreams: Vec<Upstream> = (0..LANES).map(|_| Upstream::start()).collect();
    let nginx = Nginx::start(&upstreams, PATIENCE);
    let ports = nginx.ports.iter().zip(&upstreams);
    in_lanes(ports.map(|(port, upstream)| (*port, upstream)).collect())
}

/// What becomes of each case behind hardtack, and the entries of its access log.
fn we_see() -> (Vec<Seen>, Vec<Value>) {
    let upstreams: Vec<Upstream> = (0..LANES).map(|_| Upstream::start()).collect();
    let servers: Vec<Served> = upstreams.iter().map(serve).collect();
    let ports = servers.iter().map(port).zip(&upstreams);
    let seen = in_lanes(ports.collect());
    let entries = servers.into_iter().flat_map(Served::stop_and_read_log);
    (seen, entries.collect())
}

fn serve(upstream: &Upstream) -> Served {
    let upstream = format!("http://127.0.0.1:{}", upstream.port);
    let words = [
        "serve",
        "--upstream",
        &upstream,
        "--workers",
        "1",
        "--inspector",
        "off",
    ];
    let patience = ["--header-timeout", "--idle-timeout", "--body-timeout"];
    let patience = patience.iter().flat_map(|flag| [*flag, PATIENCE]);
    let words = words.into_iter().chain(patience).map(str::to_string);
    Served::start_with(words.collect(), "127.0.0.1:0")
}

fn port(served: &Served) -> u16 {
    let url = served.url("");
    url.rsplit(':').next().unwrap().parse().unwrap()
}

/// Sends every case, each lane its share one after the other; what became of each, in their order.
fn in_lanes(lanes: Vec<(u16, &Upstream)>) -> Vec<Seen> {
    let cases = case::all();
    let share = |lane| cases.iter().enumerate().skip(lane).step_by(LANES);
    let mut seen: Vec<(usize, Seen)> = thread::scope(|scope| {
        let start = |(lane, (port, upstream))| {
            scope.spawn(move || {
                let answered = share(lane).map(|(index, case)| (index, see(case, port, upstream)));
                answered.collect::<Vec<_>>()
            })
        };
        let running: Vec<_> = lanes.into_iter().enumerate().map(start).collect();
        running
            .into_iter()
            .flat_map(|lane| lane.join().unwrap())
            .collect()
    });
    seen.sort_by_key(|(index, _)| *index);
    seen.into_iter().map(|(_, seen)| seen).collect()
}

fn see(case: &Case, port: u16, upstream: &Upstream) -> Seen {
    let statuses = client::statuses(case, port);
    Seen {
        statuses,
        requests: upstream.take(),
    }
}
