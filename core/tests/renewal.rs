//! Renewal when due, seen from a browser: it keeps what it is given for as long as it is told, and sends it back.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::collections::BTreeMap;

use cookie::Cookie;
use hardtack::{DomainSetting, Edit, Policy, Renew, Scheme, Settings, decide};
use hardtack_conformance::OwnedExchange;
use proptest::collection::vec;
use proptest::prelude::*;

/// A browser's cookies: name, value, and the second at which it drops them.
#[derive(Default)]
struct Browser(BTreeMap<String, (String, u64)>);

impl Browser {
    /// Opens a page at `now`; says whether anything was set, and which id the server decided on.
    fn visit(&mut self, policy: &Policy, now: u64, entropy: [u8; 16]) -> (bool, String) {
        self.0.retain(|_, (_, until)| now < *until);
        let pairs = self
            .0
            .iter()
            .map(|(name, (value, _))| format!("{name}={value}"));
        let cookies = pairs.collect::<Vec<_>>().join("; ");
        let exchange = page(cookies);
        let exchange = exchange.borrow();
        let decision = decide(policy, &exchange, now, entropy);
        let mut set = false;
        for edit in decision.edits() {
            if let Edit::AppendSetCookie(line) = edit {
                set = true;
                self.keep(&line.to_string(), now);
            }
        }
        (
            set,
            decision.id().map(|id| id.to_string()).unwrap_or_default(),
        )
    }

    fn keep(&mut self, line: &str, now: u64) {
        let cookie = Cookie::parse(line).unwrap();
        let age = u64::try_from(cookie.max_age().unwrap().whole_seconds()).unwrap();
        let kept = (cookie.value().to_string(), now + age);
        self.0.insert(cookie.name().to_string(), kept);
    }
}

fn page(cookies: String) -> OwnedExchange {
    let field = |name: &str, value: String| (name.as_bytes().to_vec(), value.into_bytes());
    OwnedExchange {
        method: b"GET".to_vec(),
        scheme: Scheme::Https,
        host: b"www.example.com".to_vec(),
        path: b"/".to_vec(),
        country: None,
        request: vec![
            field("sec-fetch-dest", "document".to_string()),
            field("cookie", cookies),
        ],
        status: 200,
        response: vec![field("content-type", "text/html".to_string())],
    }
}

fn policy(max_age: u64, period: u32) -> Policy {
    let mut settings = Settings::default();
    settings.cookie.domain = DomainSetting::HostOnly;
    settings.cookie.max_age = max_age;
    settings.renew.when = Renew::WhenDue(period);
    match Policy::new(&settings, None) {
        Ok(policy) => policy,
        Err(error) => panic!("{error}"),
    }
}

const NOW: u64 = 1_750_000_000;

proptest! {
    /// However many pages are opened within the period, the first one sets cookies and the others set none.
    #[test]
    fn one_page_of_a_period_sets_cookies(period in 2_u32..1_000_000, more in 1_u64..1_000_000, at in vec(any::<prop::sample::Index>(), 1..40)) {
        let policy = policy(u64::from(period) + more, period);
        let mut times: Vec<u64> = at.iter().map(|at| at.index(period as usize) as u64).collect();
        times.sort_unstable();
        let first = times[0];
        let mut browser = Browser::default();
        let set: Vec<bool> = times.iter().map(|time| browser.visit(&policy, NOW + time - first, [*time as u8; 16]).0).collect();
        prop_assert_eq!(set.iter().filter(|set| **set).count(), 1);
        prop_assert!(set[0]);
    }

    /// Who comes back within the lifetime less the period is never lost, however often and for however long.
    #[test]
    fn who_comes_back_in_time_is_never_lost(period in 1_u64..10_000, spare in 1_u64..10_000, gaps in vec(any::<prop::sample::Index>(), 1..60)) {
        let max_age = period + spare;
        let policy = policy(max_age, period as u32);
        let mut browser = Browser::default();
        let mut now = NOW;
        let (_, id) = browser.visit(&policy, now, [1; 16]);
        for gap in gaps {
            now += gap.index(spare as usize) as u64;
            let (_, again) = browser.visit(&policy, now, [2; 16]);
            prop_assert_eq!(&again, &id);
        }
    }

    /// Deciding on what we have set ourselves keeps it.
    #[test]
    fn our_own_output_is_kept(period in 1_u32..1_000_000, entropy: [u8; 16]) {
        let policy = policy(2_000_000, period);
        let mut browser = Browser::default();
        let (_, id) = browser.visit(&policy, NOW, entropy);
        prop_assert_eq!(browser.visit(&policy, NOW, [9; 16]), (false, id));
    }
}
