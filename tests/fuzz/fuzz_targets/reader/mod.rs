//! What the targets for consent platforms' cookies have in common: any bytes as the value of such a cookie.

use std::sync::LazyLock;

use hardtack::{Answer, Cmp, ConsentSource, DomainSetting, Exchange, Outcome, Policy, Request, Required, Response, Scheme, Settings, Target};
use hardtack::{consent_as_read, decide};

/// Policies that ask one platform, or one with something more to ask.
pub(crate) struct Readers(LazyLock<Vec<Policy>>);

impl Readers {
    pub(crate) const fn new(policies: fn() -> Vec<Policy>) -> Self {
        Self(LazyLock::new(policies))
    }

    /// Reads `data` as a reader's number, the age of the answer, and the cookie's value. There is no panic, no more
    /// time than a few looks at each byte, and the decision goes by what was read.
    pub(crate) fn check(&self, data: &[u8]) {
        let [which, age, value @ ..] = data else { return };
        let policy = &self.0[usize::from(*which) % self.0.len()];
        // The fuzzer may well write a cookie of ours into the header.
        if !value.windows(4).any(|at| at == b"FPD=") {
            decides_as_read(policy, u64::from(*age) << 23, value);
        }
    }
}

/// The policy that asks this platform for these needs; for its own where there are none.
pub(crate) fn policy(cmp: Cmp, needs: &[&str], vendor: u16) -> Policy {
    let mut source = ConsentSource::new(cmp);
    source.cookie = "c".to_string();
    source.vendor = vendor;
    if !needs.is_empty() {
        source.needs = needs.iter().map(ToString::to_string).collect();
    }
    let mut settings = Settings::default();
    settings.cookie.domain = DomainSetting::HostOnly;
    settings.consent.required = Required::Everywhere;
    settings.consent.us_opt_out = true;
    settings.consent.from = vec![source];
    Policy::new(&settings, None).expect("a policy")
}

fn decides_as_read(policy: &Policy, now: u64, value: &[u8]) {
    let cookie = [b"OptanonAlertBoxClosed=1; c=", value].concat();
    let fields = [("sec-fetch-dest", b"document".to_vec()), ("cookie", cookie)];
    let exchange = Exchange {
        request: Request {
            target: Target { scheme: Scheme::Https, host: b"www.example.com" },
            method: b"GET",
            path: b"/",
            country: None,
            fields: &fields[..],
        },
        response: Response { status: 200, fields: &[("content-type", "text/html")][..] },
    };
    let answer = consent_as_read(policy, &fields[..], now).next().and_then(|read| read.answer);
    let expected = if answer == Some(Answer::Granted) { Outcome::Issued } else { Outcome::Skipped };
    assert_eq!(decide(policy, &exchange, now, [7; 16]).outcome(), expected);
}
