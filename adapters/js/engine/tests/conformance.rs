//! The contract through the byte protocol: each case's policy as a blob, its exchange as parts, its result read back.

use hardtack::Policy;
use hardtack_conformance::{Case, Observed, cases};
use hardtack_engine::OUTPUT_LEN;

mod site;
mod wire;

#[test]
fn every_case_holds() {
    let problems: Vec<String> = cases()
        .iter()
        .filter_map(|case| case.check(&run(case)).err())
        .map(|mismatch| mismatch.to_string())
        .collect();
    assert!(
        problems.is_empty(),
        "{} problems:\n{}",
        problems.len(),
        problems.join("\n")
    );
}

fn run(case: &Case) -> Observed {
    let (policy, input) = (policy(case), input(case));
    let mut output = [0; OUTPUT_LEN];
    let len = hardtack_engine::decide(&policy, &input, &mut output).unwrap_or(0);
    let observed = wire::decode(&output[..len]).unwrap_or_default();
    let len = hardtack_engine::on_request(&policy, &input, &mut output).unwrap_or(0);
    let half = wire::decode(&output[..len]).unwrap_or_default();
    let set = half
        .headers
        .into_iter()
        .map(|(name, value)| (name, Some(value)));
    let removed = half.remove.into_iter().map(|name| (name, None));
    Observed {
        origin: set.chain(removed).collect(),
        ..observed
    }
}

fn input(case: &Case) -> Vec<u8> {
    wire::encode(&case.exchange, case.now, case.entropy)
}

/// Bytes of a host are characters here, as in the case files.
fn policy(case: &Case) -> Policy {
    let host: String = case
        .exchange
        .host
        .iter()
        .map(|byte| char::from(*byte))
        .collect();
    let blob = site::blob(&case.policy_json, &case.seal_keys, &host);
    match blob.as_deref().map(hardtack_engine::load) {
        Ok(Ok(policy)) => policy,
        other => panic!("{}: {other:?}", case.id()),
    }
}
