//! Responses with the cookie must not be stored for others (RFC 9111 §3).

use crate::checks::Findings;
use crate::fault::Fault;
use crate::report::Row;
use crate::survey::Exchange;

pub(crate) fn check(rows: &[Row], findings: &mut Findings) {
    for row in rows.iter().filter(|row| row.came.set().is_some()) {
        if let Some(header) = stored_for_all(&row.exchange) {
            let visit = row.exchange.visit;
            findings.add(Fault::CacheableForAll, format!("{visit}: {header}"));
        }
    }
}

/// The header that lets a shared cache store the response, if one does.
fn stored_for_all(exchange: &Exchange) -> Option<String> {
    // A CDN's own headers win over Cache-Control in that CDN (RFC 9213).
    for name in ["cdn-cache-control", "surrogate-control"] {
        if let Some(value) = exchange.values(name).next()
            && !forbids(value)
            && lasts(value)
        {
            return Some(format!("{name}: {value}"));
        }
    }
    let all: Vec<&str> = exchange.values("cache-control").collect();
    let value = all.join(", ");
    let is_stored = !forbids(&value) && (has(&value, "public") || lasts(&value));
    is_stored.then(|| format!("cache-control: {value}"))
}

fn directives(value: &str) -> impl Iterator<Item = (String, String)> {
    let parts = value
        .split(',')
        .map(|part| part.trim().to_ascii_lowercase());
    parts.map(|part| match part.split_once('=') {
        Some((name, argument)) => (
            name.trim().to_string(),
            argument.trim().trim_matches('"').to_string(),
        ),
        None => (part, String::new()),
    })
}

fn has(value: &str, name: &str) -> bool {
    directives(value).any(|(directive, _)| directive == name)
}

/// Whether it keeps shared caches from storing the response, or from handing on the cookie.
fn forbids(value: &str) -> bool {
    directives(value).any(|(name, argument)| match &*name {
        "private" | "no-cache" => argument.is_empty() || argument.contains("set-cookie"),
        "no-store" => true,
        _ => false,
    })
}

/// Whether it is fresh for a while.
fn lasts(value: &str) -> bool {
    let age = |wanted: &str| {
        directives(value)
            .find(|(name, _)| name == wanted)
            .and_then(|(_, age)| age.parse::<u64>().ok())
    };
    age("s-maxage")
        .or_else(|| age("max-age"))
        .is_some_and(|age| age > 0)
}

#[cfg(test)]
mod tests {
    use super::stored_for_all;
    use crate::{Exchange, Visit};

    #[track_caller]
    fn check(headers: &[(&str, &str)], stored: bool) {
        let exchange = Exchange {
            visit: Visit::New,
            url: "https://a.example/".parse().unwrap(),
            method: "GET",
            sent: Vec::new(),
            status: 200,
            came: headers
                .iter()
                .map(|(n, v)| (n.to_string(), v.to_string()))
                .collect(),
            peer: None,
            at: 0,
        };
        assert_eq!(stored_for_all(&exchange).is_some(), stored, "{headers:?}");
    }

    #[test]
    fn what_may_be_stored_for_all_is_told() {
        check(&[("cache-control", "public, max-age=60")], true);
        check(&[("cache-control", "max-age=60")], true);
        check(&[("cache-control", "s-maxage=60, max-age=0")], true);
        check(
            &[
                ("cache-control", "max-age=60"),
                ("cache-control", "s-maxage=1"),
            ],
            true,
        );
        check(&[("cache-control", "public")], true);
        check(
            &[
                ("cache-control", "private"),
                ("cdn-cache-control", "max-age=60"),
            ],
            true,
        );
        check(
            &[
                ("cache-control", "private"),
                ("surrogate-control", "max-age=60"),
            ],
            true,
        );
    }

    #[test]
    fn what_may_not_is_left_alone() {
        check(&[], false);
        check(&[("cache-control", "private, max-age=60")], false);
        check(&[("cache-control", "no-store")], false);
        check(&[("cache-control", "no-cache")], false);
        check(
            &[(
                "cache-control",
                "public, max-age=60, no-cache=\"Set-Cookie\"",
            )],
            false,
        );
        check(&[("cache-control", "max-age=0, s-maxage=0")], false);
        check(
            &[
                ("cache-control", "private"),
                ("cdn-cache-control", "no-store"),
            ],
            false,
        );
    }
}
