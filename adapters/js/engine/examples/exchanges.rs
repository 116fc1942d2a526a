//! Writes random questions and what the engine, compiled for this machine, answers to them: for a test that asks the
//! WebAssembly module the same. Arguments: the file to write, how many questions, and a seed.
//!
//! The file holds records: a tag byte, a length as `u32`, little-endian, and as many bytes. `P` is a policy's blob, for
//! the questions that follow; `D`, `F` and `R` are inputs for `decide`, `foresee` and `read`; `A` is the answer, empty
//! where the input cannot be read.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use hardtack::{DomainSetting, Policy};
use hardtack_engine::{OUTPUT_LEN, decide, foresee, read};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

#[path = "../../../../core/tests/arbitrary/mod.rs"]
#[expect(dead_code, reason = "shared with core's tests, which use the rest")]
mod arbitrary;
#[path = "../tests/wire/mod.rs"]
#[expect(dead_code, reason = "shared with tests, which use the rest")]
mod wire;

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
        0 => (b'F', foresee(policy, input, &mut answer)),
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

/// Policies that carry their domains.
fn policy() -> impl Strategy<Value = Policy> {
    arbitrary::policy().prop_filter_map("refused", |(mut settings, _)| {
        if settings.cookie.domain == DomainSetting::Auto {
            let domains = ["example.com", "example.co.uk", "www.github.io"];
            settings.cookie.domain = DomainSetting::Listed(domains.map(str::to_string).to_vec());
        }
        Policy::new(&settings, None).ok()
    })
}

/// Exchanges, one in eight with some bytes wrong or missing.
fn input() -> impl Strategy<Value = Vec<u8>> {
    let exchange = prop_oneof![arbitrary::exchange(), arbitrary::page()];
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
        .map_err(|_| other(format!("`{text}` is no number")))
}

fn other(problem: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::other(problem)
}
