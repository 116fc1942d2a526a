//! Times one decision, and counts what it allocates: `cargo bench -p hardtack`.
//!
//! Each figure is the median of many batches of one run; the spread between the 10th and the 90th percentile tells how
//! noisy the machine was. "and render" writes the `Set-Cookie` into a buffer on the stack.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, and may stop"
)]

use std::alloc::System;
use std::hint::black_box;
use std::time::Instant;

use hardtack::{
    Bots, Cmp, ConsentSource, Exchange, Outcome, Policy, Renew, Request, Required, Response,
    Scheme, SealKey, Settings, Target, decide,
};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

type Headers = Vec<(&'static str, String)>;

const BATCHES: usize = 400;
const PER_BATCH: u32 = 2_000;

fn main() {
    let policy = Policy::new(&Settings::default(), Some(hardtack_psl::LIST)).unwrap();
    println!(
        "{:<52} {:>8} {:>8} {:>8} {:>12}",
        "one decision", "p10 ns", "median", "p90 ns", "allocations"
    );
    row(
        &policy,
        "new visitor, no Cookie header",
        &page(None),
        Outcome::Issued,
    );
    row(
        &policy,
        "new visitor, 600-byte Cookie header",
        &page(Some(cookies(600, None))),
        Outcome::Issued,
    );
    row(
        &policy,
        "returning, Cookie header with ours alone",
        &page(Some(ours())),
        Outcome::Renewed,
    );
    row(
        &policy,
        "returning, 600-byte Cookie header, ours last",
        &page(Some(cookies(600, Some(ours())))),
        Outcome::Renewed,
    );
    row(
        &policy,
        "returning, 4 KB Cookie header, ours last",
        &page(Some(cookies(4096, Some(ours())))),
        Outcome::Renewed,
    );
    row(
        &policy,
        "out of scope: an image, 600-byte Cookie header",
        &image(cookies(600, Some(ours()))),
        Outcome::Skipped,
    );
    let as_people = programs_as_people();
    row(
        &as_people,
        "programs as people: returning, 600 bytes, ours last",
        &page(Some(cookies(600, Some(ours())))),
        Outcome::Renewed,
    );
    let off = everything_off();
    row(
        &off,
        "all off: returning, 600 bytes, ours last",
        &page(Some(cookies(600, Some(ours())))),
        Outcome::Renewed,
    );
    let all = everything_on();
    let sealed = match decide(
        &all,
        &exchange_of(&page(Some(consented(None))), &response()),
        NOW,
        [9; 16],
    )
    .id()
    {
        Some(id) => format!("FPD={id}"),
        None => String::new(),
    };
    row(
        &all,
        "all on: new visitor, 600-byte Cookie header",
        &page(Some(cookies(600, Some(consented(None))))),
        Outcome::Issued,
    );
    row(
        &all,
        "all on: returning, 600 bytes, sealed, due",
        &page(Some(cookies(600, Some(consented(Some(&sealed)))))),
        Outcome::Renewed,
    );
    row(
        &all,
        "all on: returning, 600 bytes, sealed, not due",
        &page(Some(cookies(
            600,
            Some(format!("FPD_renewed={NOW}; {}", consented(Some(&sealed)))),
        ))),
        Outcome::Kept,
    );
}

const NOW: u64 = 1_750_000_000;

/// A visitor's cookies: consent by TCF string, and what else there is.
fn consented(ours: Option<&str>) -> String {
    let consent = "euconsent-v2=CQSkPkAQSkPkAAfACBENBkFgAP_AAAAAAAYgAAAAAAAA";
    match ours {
        Some(ours) => format!("{consent}; {ours}"),
        None => consent.to_string(),
    }
}

/// What rule 6 costs is the difference.
fn programs_as_people() -> Policy {
    let mut settings = Settings::default();
    settings.bots.policy = Bots::TreatAsPeople;
    Policy::new(&settings, Some(hardtack_psl::LIST)).unwrap()
}

/// Only what the tutorial's cookie needs: rules 6 and 11 are off, too.
fn everything_off() -> Policy {
    let mut settings = Settings::default();
    settings.bots.policy = Bots::TreatAsPeople;
    settings.caches.protect = false;
    Policy::new(&settings, Some(hardtack_psl::LIST)).unwrap()
}

/// Every rule at work: consent, sealed ids, renewal when due, adoption, caches, all signals.
fn everything_on() -> Policy {
    let mut settings = Settings::default();
    settings.id.sealed = true;
    settings.id.keys = vec![SealKey::new([7; 32])];
    settings.renew.when = Renew::WhenDue(30 * 86_400);
    settings.adopt.from = vec!["ajs_anonymous_id".to_string(), "_sp_id.*".to_string()];
    settings.signals.request_header = Some("x-visitor".to_string());
    settings.signals.response_header = Some("x-visitor".to_string());
    settings.signals.script_cookie = Some("visitor".to_string());
    settings.signals.server_timing = true;
    settings.consent.required = Required::Everywhere;
    settings.consent.from = vec![ConsentSource::new(Cmp::Tcf)];
    settings.consent.gpc = true;
    Policy::new(&settings, Some(hardtack_psl::LIST)).unwrap()
}

fn response() -> Headers {
    vec![
        ("content-type", "text/html; charset=utf-8".to_string()),
        ("cache-control", "no-cache".to_string()),
    ]
}

fn exchange_of<'a>(request: &'a Headers, response: &'a Headers) -> Exchange<'a, Headers, Headers> {
    Exchange {
        request: Request {
            target: Target {
                scheme: Scheme::Https,
                host: b"www.example.com",
            },
            method: b"GET",
            path: b"/articles/how-long-does-a-cookie-keep",
            country: None,
            fields: request,
        },
        response: Response {
            status: 200,
            fields: response,
        },
    }
}

fn row(policy: &Policy, name: &str, request: &Headers, expected: Outcome) {
    let response = response();
    let exchange = exchange_of(request, &response);
    assert_eq!(
        decide(policy, &exchange, 1_750_000_000, [9; 16]).outcome(),
        expected
    );
    report(name, || {
        black_box(decide(policy, black_box(&exchange), 1_750_000_000, [9; 16]));
    });
    if expected.sets_cookie() {
        report(&format!("{name}, and render"), || {
            let mut line = [0; 256];
            let decision = decide(policy, black_box(&exchange), 1_750_000_000, [9; 16]);
            black_box(decision.set_cookie().unwrap().render(&mut line));
        });
    }
}

fn report(name: &str, mut run: impl FnMut()) {
    let mut nanoseconds: Vec<f64> = (0..BATCHES).map(|_| batch(&mut run)).collect();
    nanoseconds.sort_by(f64::total_cmp);
    let region = Region::new(ALLOCATOR);
    run();
    let change = region.change();
    let at = |share: f64| nanoseconds[(share * (BATCHES - 1) as f64) as usize];
    println!(
        "{name:<52} {:>8.0} {:>8.0} {:>8.0} {:>12}",
        at(0.1),
        at(0.5),
        at(0.9),
        change.allocations + change.reallocations
    );
}

fn batch(run: &mut impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..PER_BATCH {
        run();
    }
    start.elapsed().as_nanos() as f64 / f64::from(PER_BATCH)
}

fn page(cookie: Option<String>) -> Headers {
    let mut headers = browser("document", "navigate");
    headers.extend(cookie.map(|cookie| ("cookie", cookie)));
    headers
}

fn image(cookie: String) -> Headers {
    let mut headers = browser("image", "no-cors");
    headers.push(("cookie", cookie));
    headers
}

/// What Chromium sends with a request.
fn browser(destination: &str, mode: &str) -> Headers {
    [
        ("host", "www.example.com"),
        ("connection", "keep-alive"),
        ("sec-ch-ua", "\"Chromium\";v=\"140\", \"Not=A?Brand\";v=\"24\""),
        ("sec-ch-ua-mobile", "?0"),
        ("sec-ch-ua-platform", "\"Linux\""),
        ("upgrade-insecure-requests", "1"),
        ("user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"),
        ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"),
        ("sec-fetch-site", "none"),
        ("sec-fetch-mode", mode),
        ("sec-fetch-user", "?1"),
        ("sec-fetch-dest", destination),
        ("accept-encoding", "gzip, deflate, br, zstd"),
        ("accept-language", "en-GB,en;q=0.9"),
    ]
    .map(|(name, value)| (name, value.to_string()))
    .into()
}

fn ours() -> String {
    "FPD=0b8f2f0e-5d1c-4b5e-9a6b-3c1d2e4f5a6b".to_string()
}

/// Analytics cookies as sites have them, up to `len` bytes in all.
fn cookies(len: usize, last: Option<String>) -> String {
    let last = last.map_or_else(String::new, |last| format!("; {last}"));
    let mut header = String::new();
    for i in 0.. {
        let pair = format!(
            "_ga_K{i}Q7=GS1.1.17{i:02}048000.{i}.1.1750048123.58.0.0; F{i}=d41d8cd98f00b204e980; "
        );
        if header.len() + pair.len() + last.len() > len {
            break;
        }
        header.push_str(&pair);
    }
    let fill = len.saturating_sub(header.len() + last.len() + 2);
    format!("{header}s={}{last}", "x".repeat(fill))
}
