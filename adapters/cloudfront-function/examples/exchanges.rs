//! Draws random policies that the function carries and random exchanges, and prints what the core decides: for a test that
//! asks the functions the same. Arguments: how many, and a seed. A line is `{"plain": …}`, a function for all lines that
//! follow, or `{"exchange": …, "entropy": …, "now": …, "set_cookie": …, "headers": …}`, strings as in the contract.
#![expect(clippy::print_stdout, reason = "a generator for tests")]

use std::error::Error;

use hardtack::{DomainSetting, Policy, Scheme, Settings, decide};
use hardtack_cloudfront_function::{Carried, Feature, Function, Secret, Style};
use hardtack_conformance::{FieldList, Observed, OwnedExchange};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

#[path = "../../../core/tests/arbitrary/mod.rs"]
#[expect(dead_code, reason = "shared with core's tests, which use the rest")]
mod arbitrary;

/// How many exchanges each policy gets.
const EACH: u64 = 100;
const NOW: u64 = 1_750_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = || arguments.next().unwrap_or_default().parse::<u64>();
    let (count, seed) = (number()?, number()?);
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let policies = arbitrary::policy();
    let exchanges = (
        prop_oneof![1 => arbitrary::exchange(), 3 => arbitrary::page()],
        arbitrary::entropy(),
    );
    let mut printed = 0;
    while printed < count {
        let (settings, _) = policies
            .new_tree(&mut runner)
            .map_err(|reason| reason.to_string())?
            .current();
        let Some((policy, text)) = function(settings) else {
            continue;
        };
        println!("{}", json!({ "plain": text }));
        for _ in 0..EACH {
            let (mut exchange, entropy) = exchanges
                .new_tree(&mut runner)
                .map_err(|reason| reason.to_string())?
                .current();
            exchange.scheme = Scheme::Https;
            println!("{}", decided(&policy, &exchange, entropy));
            printed += 1;
        }
    }
    Ok(())
}

/// With what the function does not carry left out.
fn function(given: Settings) -> Option<(Policy, String)> {
    let mut settings = Settings {
        cookie: given.cookie,
        ..Settings::default()
    };
    settings.id.accept = given.id.accept;
    settings.scope.exclude = given.scope.exclude;
    settings.scope.documents_only = given.scope.documents_only;
    settings.caches = given.caches;
    settings.signals.response_header = given.signals.response_header;
    settings.renew.when = given.renew.when;
    if Carried::of(&settings) != Carried::All {
        settings.renew = Settings::default().renew;
    }
    if settings.cookie.domain == DomainSetting::Auto {
        let domains = ["example.com", "example.co.uk", "www.github.io"];
        settings.cookie.domain = DomainSetting::Listed(domains.map(str::to_string).to_vec());
    }
    let policy = Policy::new(&settings, None).ok()?;
    let secret = Secret::new([7; 32]);
    let function = Function::with(
        &settings,
        &secret,
        Style::Readable,
        None,
        &[Feature::Injected],
    );
    Some((policy, function.ok()?.text))
}

fn decided(policy: &Policy, exchange: &OwnedExchange, entropy: [u8; 16]) -> Value {
    let borrowed = exchange.borrow();
    let decision = decide(policy, &borrowed, NOW, entropy);
    let observed = Observed::of(&decision, None);
    json!({
        "exchange": {
            "method": latin1(&exchange.method),
            "scheme": "https",
            "host": latin1(&exchange.host),
            "path": latin1(&exchange.path),
            "request": list(&exchange.request),
            "status": exchange.status,
            "response": list(&exchange.response),
        },
        "entropy": entropy.iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
        "now": NOW,
        "set_cookie": observed.set_cookie,
        "headers": observed.headers,
    })
}

fn list(fields: &FieldList) -> Vec<[String; 2]> {
    let pair = |(name, value): &(Vec<u8>, Vec<u8>)| [latin1(name), latin1(value)];
    fields.iter().map(pair).collect()
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}
