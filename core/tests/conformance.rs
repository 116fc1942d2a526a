//! The contract, run natively: in one go with `decide`, and in two halves with `foresee` and `conclude`.

use std::collections::BTreeMap;

use hardtack::{Decision, LogLine, conclude, decide, foresee};
use hardtack_conformance::{Case, Observed, cases};

/// How many cases each file has at least, so that a file that is lost does not go unseen.
const AT_LEAST: [(&str, usize); 16] = [
    ("attributes", 47),
    ("content-type", 40),
    ("cookie-header", 98),
    ("domains", 180),
    ("ids", 83),
    ("long-headers", 11),
    ("loopback", 61),
    ("navigation", 121),
    ("order", 23),
    ("origin-cookie", 46),
    ("scope-redirect", 124),
    ("scope-request", 82),
    ("scope-status", 52),
    ("signals", 62),
    ("tutorial", 41),
    ("visitors", 22),
];

/// Cases that do not hold yet. A case that is listed here and holds makes the test fail: take it off.
const KNOWN_FAILURES: &[&str] = &[];

#[test]
fn every_case_holds_in_one_go() {
    check_all(|case| {
        let exchange = case.exchange.borrow();
        observe(
            case,
            decide(&case.policy, &exchange, case.now, case.entropy),
        )
    });
}

#[test]
fn every_case_holds_in_two_halves() {
    check_all(|case| {
        let exchange = case.exchange.borrow();
        let visit = foresee(&case.policy, &exchange.request, case.now, case.entropy);
        let target = exchange.request.target;
        observe(
            case,
            conclude(&case.policy, visit, target, &exchange.response),
        )
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
    let mut problems = Vec::new();
    for case in cases() {
        let known = KNOWN_FAILURES.contains(&case.id().as_str());
        match case.check(&run(&case)) {
            Err(mismatch) if !known => problems.push(mismatch.to_string()),
            Ok(()) if known => problems.push(format!("{} holds: take it off the list", case.id())),
            _ => {}
        }
    }
    assert!(
        problems.is_empty(),
        "{} problems:\n{}",
        problems.len(),
        problems.join("\n")
    );
}

fn observe(case: &Case, decision: Decision<'_>) -> Observed {
    let line = LogLine::new(case.now, decision, &case.exchange.borrow());
    Observed::of(&decision, case.policy.logs().then(|| line.to_string()))
}
