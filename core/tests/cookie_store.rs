//! Every cookie that is set is one that the crate `cookie_store`, an independent judge, keeps as it was meant; and what
//! takes it back leaves nothing behind.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use cookie::SameSite;
use cookie_store::{CookieDomain, CookieExpiration, CookieStore};
use hardtack::Scheme;
use proptest::prelude::*;
use time::{Duration, OffsetDateTime};
use url::Url;

#[expect(dead_code, reason = "shared with other tests, which use the rest")]
mod arbitrary;
mod judged;

use judged::{Judged, Meant, judged};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn cookies_are_kept_as_meant_and_taken_back(case in judged(String::new())) {
        let mut store = CookieStore::default();
        take(&mut store, &case, &case.set);
        let kept: Vec<Meant> = store.iter_unexpired().map(|cookie| kept(cookie, &case)).collect();
        prop_assert_eq!(sorted(kept), sorted(case.meant.clone()));
        take(&mut store, &case, &case.expire);
        prop_assert_eq!(store.iter_unexpired().count(), 0);
    }
}

fn take(store: &mut CookieStore, case: &Judged, lines: &[String]) {
    let scheme = match case.scheme {
        Scheme::Http => "http",
        Scheme::Https => "https",
    };
    let url = Url::parse(&format!("{scheme}://{}{}", case.host, case.path)).unwrap();
    for line in lines {
        // A line that expires what is not there is answered with an error, too: only what is left counts.
        let _ = store.parse(line, &url);
    }
}

fn kept(cookie: &cookie_store::Cookie<'_>, case: &Judged) -> Meant {
    let name = cookie.name().to_string();
    let meant = case.meant.iter().find(|meant| meant.name == name);
    Meant {
        domain: match &cookie.domain {
            CookieDomain::Suffix(domain) => Some(domain.clone()),
            _ => None,
        },
        path: cookie.path.as_ref().to_string(),
        max_age: match (&cookie.expires, meant) {
            (CookieExpiration::AtUtc(at), Some(meant)) if is_in(at, meant.max_age) => meant.max_age,
            _ => 0,
        },
        value: cookie.value().to_string(),
        secure: cookie.secure().unwrap_or(false),
        http_only: cookie.http_only().unwrap_or(false),
        same_site: cookie.same_site().map(|value| match value {
            SameSite::Strict => "Strict",
            SameSite::Lax => "Lax",
            SameSite::None => "None",
        }),
        name,
    }
}

/// Whether a time is as many seconds from now, a minute more or less.
fn is_in(at: &OffsetDateTime, seconds: u64) -> bool {
    let left = *at - OffsetDateTime::now_utc();
    (left - Duration::seconds(seconds as i64)).abs() < Duration::minutes(1)
}

fn sorted(mut cookies: Vec<Meant>) -> Vec<Meant> {
    cookies.sort();
    cookies
}
