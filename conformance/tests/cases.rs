//! What the schema cannot say of the files: names are unique, and every outcome and reason has its cases.

use std::collections::BTreeSet;

use hardtack::{Outcome, Reason};
use hardtack_conformance::{Case, Observed, cases, known_failures};

/// Words of which the cases must use all, and which cases use which.
#[track_caller]
fn all_are_used(words: impl IntoIterator<Item = &'static str>, of: impl Fn(&Case) -> &str) {
    let cases = cases();
    let used: BTreeSet<&str> = cases.iter().map(of).collect();
    let known: BTreeSet<&str> = words.into_iter().collect();
    let unused: BTreeSet<&str> = known.difference(&used).copied().collect();
    let unknown: BTreeSet<&str> = used.difference(&known).copied().collect();
    assert_eq!(unknown, BTreeSet::new(), "no such words");
    let to_come: BTreeSet<&str> = known.intersection(&TO_COME.into()).copied().collect();
    assert_eq!(unused, to_come, "without a case, and those that may be");
}

/// Words of rules that no policy can ask for yet.
const TO_COME: [&str; 0] = [];

#[test]
fn no_two_cases_of_a_file_share_a_name() {
    let mut names = BTreeSet::new();
    for case in cases() {
        assert!(names.insert(case.id()), "{} is there twice", case.id());
    }
}

#[test]
fn every_known_failure_is_a_case() {
    let ids: BTreeSet<String> = cases().iter().map(Case::id).collect();
    for id in known_failures().unwrap().into_keys() {
        assert!(ids.contains(&id), "{id} is no case");
    }
}

#[test]
fn a_known_failure_that_holds_is_reported() {
    let mut case = cases().remove(0);
    let (expected, other) = (case.expect.clone(), Observed::default());
    assert!(case.check(&expected).is_ok() && case.check(&other).is_err());
    case.known_failure = Some("a test".to_string());
    assert!(case.check(&expected).is_err() && case.check(&other).is_ok());
}

#[test]
fn names_and_reasons_are_sentences() {
    for case in cases() {
        for sentence in [Some(&case.name), case.why.as_ref()].into_iter().flatten() {
            assert!(sentence.ends_with(['.', '`']), "{}: {sentence}", case.id());
        }
    }
}

#[test]
fn every_outcome_has_a_case() {
    all_are_used(Outcome::ALL.map(Outcome::as_str), |case| {
        &case.expect.outcome
    });
}

#[test]
fn every_reason_has_a_case() {
    all_are_used(Reason::ALL.map(Reason::as_str), |case| &case.expect.reason);
}

#[test]
fn an_id_is_expected_unless_the_exchange_is_skipped_or_the_visitor_forgotten() {
    for case in cases() {
        let without = matches!(case.expect.outcome.as_str(), "skipped" | "forgotten");
        assert_eq!(case.expect.id.is_none(), without, "{}", case.id());
    }
}

#[test]
fn a_cookie_with_the_id_is_expected_where_the_outcome_sets_one() {
    for case in cases() {
        let sets = Outcome::ALL
            .into_iter()
            .any(|outcome| outcome.as_str() == case.expect.outcome && outcome.sets_cookie());
        let start = format!(
            "{}={}; ",
            case.policy.cookie_name(),
            case.expect.id.as_deref().unwrap_or_default()
        );
        let first = case.expect.set_cookie.first();
        let carries =
            case.expect.id.is_some() && first.is_some_and(|line| line.starts_with(&start));
        assert_eq!(carries, sets, "{}", case.id());
    }
}
