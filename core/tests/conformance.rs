//! The contract, run natively: in one go with `decide`, and in two halves with `on_request` and `on_response`.

use std::collections::BTreeSet;

use hardtack::{Decision, LogLine, RequestDecision, decide, on_request, on_response};
use hardtack_conformance::{Case, Observed, cases};

/// How many files and cases there are at least, so that one that is lost does not go unseen.
const FILES: usize = 37;
const CASES: usize = 1_743;

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
    let files: BTreeSet<_> = cases().into_iter().map(|case| case.file).collect();
    assert!(files.len() >= FILES, "{} files: {files:?}", files.len());
    let count = cases().len();
    assert!(count >= CASES, "{count} cases, not {CASES} or more");
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
