//! Any bytes as the cookie of any consent platform: no panic, and the answer is what the decision goes by.
#![no_main]

use std::sync::LazyLock;

use hardtack::{Answer, Cmp, ConsentSource, Exchange, Outcome, Policy, Request, Required, Response, Scheme, Settings, Target};
use hardtack::{DomainSetting, consent_as_read, decide};
use libfuzzer_sys::fuzz_target;

static POLICIES: LazyLock<Vec<Policy>> = LazyLock::new(|| Cmp::ALL.into_iter().map(policy).collect());

fn policy(cmp: Cmp) -> Policy {
    let mut source = ConsentSource::new(cmp);
    source.cookie = "c".to_string();
    if source.needs.is_empty() && !matches!(cmp, Cmp::Plain | Cmp::Complianz | Cmp::UsPrivacy) {
        source.needs = vec!["a".to_string()];
    }
    let mut settings = Settings::default();
    settings.cookie.domain = DomainSetting::HostOnly;
    settings.consent.required = Required::Everywhere;
    settings.consent.us_opt_out = true;
    settings.consent.from = vec![source];
    Policy::new(&settings, None).expect("a policy")
}

fuzz_target!(|parts: (u8, u32, Vec<u8>)| {
    let (cmp, now, value) = parts;
    let policy = &POLICIES[usize::from(cmp) % POLICIES.len()];
    let cookie = [b"OptanonAlertBoxClosed=1; c=", &value[..]].concat();
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
    let decision = decide(policy, &exchange, now.into(), [7; 16]);
    let answer = consent_as_read(policy, &fields[..], now.into()).next().and_then(|read| read.answer);
    let expected = if answer == Some(Answer::Granted) { Outcome::Issued } else { Outcome::Skipped };
    // The fuzzer may well write a cookie of ours into the header.
    if !value.windows(4).any(|at| at == b"FPD=") {
        assert_eq!(decision.outcome(), expected);
    }
});
