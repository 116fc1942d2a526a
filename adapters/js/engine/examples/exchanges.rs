//! Writes random questions and what the engine, compiled for this machine, answers to them: for a test that asks the
//! WebAssembly module the same. Arguments: the file to write, how many questions, and a seed.
//!
//! The file holds records: a tag byte, a length as `u32`, little-endian, and as many bytes. `P` is a policy's blob, for
//! the questions that follow; `D`, `F` and `R` are inputs for `decide`, `on_request` and `read`; `A` is the answer,
//! empty where the input cannot be read.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use hardtack::{
    Cmp, ConsentSettings, ConsentSource, Country, DomainSetting, Policy, Required, SealKey,
};
use hardtack_conformance::cases;
use hardtack_engine::{OUTPUT_LEN, decide, on_request, read};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

#[path = "../../../../core/tests/arbitrary/mod.rs"]
#[expect(dead_code, reason = "shared with core's tests, which use the rest")]
mod arbitrary;
#[path = "../tests/wire/mod.rs"]
#[expect(dead_code, reason = "shared with tests, which use the rest")]
mod wire;

/// Fields that random exchanges rarely have, and that decide the outcome.
const RARE: &[(&str, &str)] = &[
    ("sec-gpc", "1"),
    ("dnt", "1"),
    ("sec-purpose", "prefetch;prerender"),
    ("cookie", "FPD=6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
    ("user-agent", "facebookexternalhit/1.1"),
    ("location", "https://elsewhere.example/"),
    ("content-type", "application/json"),
    ("set-cookie", "FPD=1"),
];

/// How many questions are asked of one policy.
const EACH: u64 = 250;

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = |name: &str| arguments.next().ok_or_else(|| other(format!("no {name}")));
    let (file, count, seed) = (argument("file")?, argument("count")?, argument("seed")?);
    let mut runner = seeded(number(&seed)?);
    let mut out = BufWriter::new(File::create(file)?);
    // Made once: it is making them that takes long, not drawing from them.
    let (policies, inputs) = (policy(), input());
    for at in 0..number(&count)?.div_ceil(EACH) {
        let policy = drawn(&mut runner, &policies)?;
        record(&mut out, b'P', &policy.to_blob().map_err(other)?)?;
        for _ in at * EACH..number(&count)?.min((at + 1) * EACH) {
            let (input, which) = drawn(&mut runner, &(&inputs, 0..8_u8))?;
            question(&mut out, &policy, &input, which)?;
        }
    }
    out.flush()
}

fn question(out: &mut impl Write, policy: &Policy, input: &[u8], which: u8) -> io::Result<()> {
    let mut answer = [0; OUTPUT_LEN];
    let (tag, len) = match which {
        0 => (b'F', on_request(policy, input, &mut answer)),
        1 => (b'R', read(policy, input, &mut answer)),
        _ => (b'D', decide(policy, input, &mut answer)),
    };
    record(out, tag, input)?;
    record(out, b'A', &answer[..len.unwrap_or(0)])
}

fn record(out: &mut impl Write, tag: u8, bytes: &[u8]) -> io::Result<()> {
    let mut record = Vec::new();
    wire::part(&mut record, tag, bytes);
    out.write_all(&record)
}

/// Policies that carry their domains, half of them with consent, a third sealed; most for the whole site and with the
/// name that is common in exchanges, for what comes after those questions is seen of no others.
fn policy() -> impl Strategy<Value = Policy> {
    let keys = prop_oneof![2 => Just(Vec::new()), 1 => vec(any::<[u8; 32]>(), 1..3)];
    let usual = prop::bool::weighted(0.7);
    let parts = (arbitrary::policy(), option::of(consent()), keys, usual);
    parts.prop_filter_map("refused", |((mut settings, _), consent, keys, usual)| {
        if usual {
            settings.cookie.path = "/".to_string();
            settings.cookie.name = "FPD".to_string();
            settings.scope.exclude = vec!["*admin*".to_string()];
        }
        if settings.cookie.domain == DomainSetting::Auto {
            let domains = ["example.com", "example.co.uk", "www.github.io"];
            settings.cookie.domain = DomainSetting::Listed(domains.map(str::to_string).to_vec());
        }
        settings.consent = consent.unwrap_or_default();
        settings.id.sealed = !keys.is_empty();
        settings.id.keys = keys.into_iter().map(SealKey::new).collect();
        Policy::new(&settings, None).ok()
    })
}

fn consent() -> impl Strategy<Value = ConsentSettings> {
    let listed = ["EEA", "GB", "CH"].map(str::to_string).to_vec();
    let required = [
        Required::Nowhere,
        Required::Everywhere,
        Required::In(listed),
    ];
    let flags = any::<[bool; 3]>();
    (select(required.to_vec()), vec(source(), 0..4), flags).prop_map(
        |(required, from, [gpc, dnt, us_opt_out])| {
            let mut consent = ConsentSettings::default();
            consent.required = required;
            consent.from = from;
            (consent.gpc, consent.dnt, consent.us_opt_out) = (gpc, dnt, us_opt_out);
            consent
        },
    )
}

fn source() -> impl Strategy<Value = ConsentSource> {
    (select(&Cmp::ALL[..]), select(&[0, 0, 755][..])).prop_map(|(cmp, vendor)| {
        let mut source = ConsentSource::new(cmp);
        if matches!(cmp, Cmp::Tcf | Cmp::Gpp) {
            source.vendor = vendor;
        }
        if source.cookie.is_empty() {
            source.cookie = "prefs".to_string();
        }
        let one_answer = matches!(
            cmp,
            Cmp::UsPrivacy | Cmp::Complianz | Cmp::Plain | Cmp::Piano
        );
        if source.needs.is_empty() && !one_answer {
            source.needs = vec!["matomo".to_string()];
        }
        source
    })
}

/// `Cookie` headers as consent platforms write them, whole or cut off.
fn consent_cookie() -> impl Strategy<Value = Vec<u8>> {
    let cases = cases();
    let cases = cases
        .iter()
        .filter(|case| case.file.starts_with("consent-"));
    let headers = cases.flat_map(|case| case.exchange.request.clone());
    let cookies: Vec<_> = headers
        .filter(|(name, value)| name == b"cookie" && value.len() < 2000)
        .map(|(_, value)| value)
        .collect();
    let cut = option::weighted(0.2, any::<Index>());
    (select(cookies), cut).prop_map(|(mut cookie, cut)| {
        if let Some(at) = cut.filter(|_| !cookie.is_empty()) {
            cookie.truncate(at.index(cookie.len()));
        }
        cookie
    })
}

/// Exchanges, one in eight with some bytes wrong or missing.
fn input() -> impl Strategy<Value = Vec<u8>> {
    let exchange = prop_oneof![arbitrary::exchange(), arbitrary::page()];
    let countries = [None, Some("FR"), Some("US"), Some("GB"), Some("EU")];
    let asked = (option::of(consent_cookie()), select(countries.to_vec()));
    let rare = option::weighted(0.3, select(RARE));
    let exchange = (exchange, asked, rare).prop_map(|(mut exchange, (cookie, country), rare)| {
        let cookie = cookie.map(|value| (b"cookie".to_vec(), value));
        exchange.request.extend(cookie);
        let field = |name: &str, value: &str| (name.into(), value.into());
        match rare {
            Some(("location", value)) => {
                exchange.status = 302;
                exchange.response.push(field("location", value));
            }
            Some((name @ ("content-type" | "set-cookie"), value)) => {
                exchange.response.push(field(name, value))
            }
            Some((name, value)) => exchange.request.push(field(name, value)),
            None => {}
        }
        exchange.country = country.and_then(|code| Country::parse(code.as_bytes()));
        exchange
    });
    let encoded = (exchange, any::<u64>(), arbitrary::entropy());
    let encoded =
        encoded.prop_map(|(exchange, now, entropy)| wire::encode(&exchange, now, entropy));
    let changes = vec((any::<Index>(), any::<u8>()), 1..4);
    (encoded, changes, any::<Index>(), 0..16).prop_map(|(mut input, changes, at, chance)| {
        match chance {
            0 => input.truncate(at.index(input.len())),
            1 => changes
                .into_iter()
                .for_each(|(at, byte)| *at.get_mut(&mut input) = byte),
            _ => {}
        }
        input
    })
}

fn drawn<S: Strategy>(runner: &mut TestRunner, strategy: &S) -> io::Result<S::Value> {
    let tree = strategy
        .new_tree(runner)
        .map_err(|reason| other(reason.to_string()))?;
    Ok(tree.current())
}

fn seeded(seed: u64) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    TestRunner::new_with_rng(Config::default(), rng)
}

fn number(text: &str) -> io::Result<u64> {
    text.parse()
        .map_err(|_| other(format!("`{text}` is not a valid number")))
}

fn other(problem: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::other(problem)
}
