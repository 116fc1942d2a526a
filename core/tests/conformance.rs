//! The contract, run natively: in one go with `decide`, and in two halves with `on_request` and `on_response`.

use std::collections::BTreeMap;

use hardtack::{Decision, LogLine, RequestDecision, decide, on_request, on_response};
use hardtack_conformance::{Case, Observed, cases};

/// How many cases each file has at least, so that a file that is lost does not go unseen.
const AT_LEAST: [(&str, usize); 37] = [
    ("adoption", 49),
    ("attributes", 47),
    ("bots", 60),
    ("caches", 59),
    ("consent-axeptio", 14),
    ("consent-complianz", 14),
    ("consent-cookiebot", 21),
    ("consent-cookieconsent", 15),
    ("consent-cookieyes", 16),
    ("consent-didomi", 17),
    ("consent-generic", 38),
    ("consent-gpp", 37),
    ("consent-iubenda", 15),
    ("consent-klaro", 21),
    ("consent-onetrust", 22),
    ("consent-rule", 66),
    ("consent-tarteaucitron", 16),
    ("consent-tcf", 35),
    ("consent-trustarc", 16),
    ("content-type", 40),
    ("cookie-header", 98),
    ("domains", 183),
    ("ids", 83),
    ("long-headers", 11),
    ("loopback", 63),
    ("navigation", 121),
    ("order", 23),
    ("origin-cookie", 46),
    ("renewal", 50),
    ("scope-redirect", 127),
    ("scope-request", 82),
    ("scope-status", 52),
    ("sealed", 36),
    ("signals", 62),
    ("signals-to-others", 25),
    ("tutorial", 41),
    ("visitors", 22),
];

#[test]
fn every_case_holds_in_one_go() {
    check_all(|case| {
        let exchange = case.exchange.borrow();
        let visit = on_request(&case.policy, &exchange.request, case.now, case.entropy);
        let decision = decide(&case.policy, &exchange, case.now, case.entropy);
        observe(case, visit, decision)
    });
}

#[test]
fn every_case_holds_in_two_halves() {
    check_all(|case| {
        let exchange = case.exchange.borrow();
        let visit = on_request(&case.policy, &exchange.request, case.now, case.entropy);
        let target = exchange.request.target;
        let decision = on_response(&case.policy, visit, target, &exchange.response);
        observe(case, visit, decision)
    });
}

#[test]
fn no_case_has_gone_missing() {
    let mut counts = BTreeMap::new();
    for case in cases() {
        *counts.entry(case.file).or_insert(0) += 1;
    }
    for (file, least) in AT_LEAST {
        let count = counts.remove(file).unwrap_or(0);
        assert!(
            count >= least,
            "{file} has {count} cases, not {least} or more"
        );
    }
    assert!(counts.is_empty(), "no minimum for {counts:?}");
}

#[track_caller]
fn check_all(run: impl Fn(&Case) -> Observed) {
    let problems: Vec<String> = cases()
        .iter()
        .filter_map(|case| Some(case.check(&run(case)).err()?.to_string()))
        .collect();
    assert!(
        problems.is_empty(),
        "{} problems:\n{}",
        problems.len(),
        problems.join("\n")
    );
}

fn observe(case: &Case, visit: RequestDecision, decision: Decision<'_>) -> Observed {
    let line = LogLine::new(case.now, decision, &case.exchange.borrow());
    Observed::of(&decision, case.policy.logs().then(|| line.to_string()))
        .with_origin(visit.request_edits(&case.policy))
}
