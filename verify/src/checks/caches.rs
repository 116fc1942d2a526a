//! Shared caches must not store responses with the cookie, or that show a visitor's id (RFC 9111 §3).

use super::findings::Findings;
use crate::fault::Fault;
use crate::report::Row;
use crate::results::Exchange;

pub(crate) fn check(rows: &[Row], findings: &mut Findings) {
    for row in rows {
        let Some((fault, header)) = leak(row) else {
            continue;
        };
        let probe = row.exchange.probe;
        let place = match (fault, &row.exchange.shows_id) {
            (Fault::IdInCacheablePage, Some(place)) => format!(", with the id in {place}"),
            _ => String::new(),
        };
        findings.add(fault, format!("{probe}: {header}{place}"));
    }
}

/// What a shared cache may serve to other visitors, and the header that lets it.
pub(super) fn leak(row: &Row) -> Option<(Fault, String)> {
    let fault = match (row.observed.set(), &row.exchange.shows_id) {
        (Some(_), _) => Fault::CacheableForAll,
        (None, Some(_)) => Fault::IdInCacheablePage,
        (None, None) => return None,
    };
    stored_for_all(&row.exchange).map(|header| (fault, header))
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

/// Whether it keeps shared caches from storing the response, or from serving the cookie.
fn forbids(value: &str) -> bool {
    directives(value).any(|(name, argument)| match &*name {
        "private" | "no-cache" => argument.is_empty() || argument.contains("set-cookie"),
        "no-store" => true,
        _ => false,
    })
}

/// Whether the response has a lifetime.
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
    use crate::probe::Probe;
    use crate::results::Exchange;

    #[track_caller]
    fn check(headers: &[(&str, &str)], stored: bool) {
        let exchange = Exchange {
            probe: Probe::New,
            url: "https://a.example/".parse().unwrap(),
            method: "GET",
            request_headers: Vec::new(),
            status: 200,
            response_headers: headers
                .iter()
                .map(|(n, v)| (n.to_string(), v.to_string()))
                .collect(),
            shows_id: None,
            peer: None,
            at: 0,
        };
        assert_eq!(stored_for_all(&exchange).is_some(), stored, "{headers:?}");
    }

    #[test]
    fn responses_that_shared_caches_may_store_are_found() {
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
    fn responses_that_they_may_not_store_are_ignored() {
        check(&[], false);
        check(&[("cache-control", "private, max-age=60")], false);
        check(&[("cache-control", "no-store")], false);
        check(&[("cache-control", "max-age=60, no-store")], false);
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
