//! Plain http, HSTS and the server's clock.

use std::time::UNIX_EPOCH;

use super::findings::Findings;
use crate::fault::Fault;
use crate::probe::Probe;
use crate::report::Row;

pub(crate) fn check(rows: &[Row], findings: &mut Findings) {
    for row in rows {
        match row.exchange.probe {
            Probe::New => {
                hsts(row, findings);
                clock(row, findings);
            }
            Probe::PlainHttp => plain(row, findings),
            _ => {}
        }
    }
}

fn hsts(row: &Row, findings: &mut Findings) {
    let exchange = &row.exchange;
    let is_named = exchange.url.domain().is_some() && !exchange.is_on_loopback();
    let lasts = |value: &str| {
        let mut directives = value
            .split(';')
            .filter_map(|part| part.trim().split_once('='));
        directives
            .any(|(name, age)| name.eq_ignore_ascii_case("max-age") && age.trim_matches('"') != "0")
    };
    let is_sent = exchange.values("strict-transport-security").any(lasts);
    if exchange.url.scheme() == "https" && is_named && !is_sent {
        findings.add(
            Fault::NoHsts,
            format!("{} answered without it", exchange.url),
        );
    }
}

/// Five minutes: a clock that is set by hand may be off by less.
const SKEW: u64 = 300;

fn clock(row: &Row, findings: &mut Findings) {
    let date = row.exchange.values("date").next();
    let date = date.and_then(|date| httpdate::parse_http_date(date).ok());
    let Some(date) = date.and_then(|date| date.duration_since(UNIX_EPOCH).ok()) else {
        return;
    };
    // A response from a cache is older, by its Age.
    let age: u64 = row
        .exchange
        .values("age")
        .next()
        .and_then(|age| age.parse().ok())
        .unwrap_or_default();
    let off = row.exchange.at.abs_diff(date.as_secs() + age);
    if off > SKEW {
        findings.add(
            Fault::ClockSkew,
            format!("the Date header is {off} seconds off"),
        );
    }
}

fn plain(row: &Row, findings: &mut Findings) {
    let exchange = &row.exchange;
    if (200..300).contains(&exchange.status) {
        findings.add(
            Fault::PlainHttpServes,
            format!("{} answered {}", exchange.url, exchange.status),
        );
    }
}
