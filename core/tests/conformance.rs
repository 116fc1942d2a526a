//! The contract, run natively: in one go with `decide`, and in two halves with `on_request` and `on_response`.

use std::collections::BTreeSet;

use hardtack::{
    Decision, Field, LogLine, Policy, RequestDecision, decide, on_request, on_response,
};
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

/// An adapter passes on no other fields, and no time that nothing depends on.
#[test]
fn every_case_holds_with_what_its_policy_reads_alone() {
    check_all(|case| {
        let policy = &case.policy;
        let mut exchange = case.exchange.clone();
        exchange.request.retain(|(name, _)| reads(policy, name));
        exchange.response.retain(|(name, _)| reads(policy, name));
        let exchange = exchange.borrow();
        let now = if policy.reads_time() { case.now } else { 0 };
        let visit = on_request(policy, &exchange.request, now, case.entropy);
        let decision = decide(policy, &exchange, now, case.entropy);
        observe(case, visit, decision)
    });
}

fn reads(policy: &Policy, name: &[u8]) -> bool {
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    Field::from_name(&name).is_some_and(|field| policy.reads(field))
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
