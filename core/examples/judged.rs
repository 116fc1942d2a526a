//! Prints cookies for judges in other languages, one page a line as JSON: `{"url", "set", "expire", "meant"}`, the
//! first two lists of `Set-Cookie` values. Arguments: how many pages, and a seed.
#![expect(clippy::print_stdout, reason = "a filter for tests")]

use hardtack::Scheme;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

#[path = "../tests/arbitrary/mod.rs"]
#[expect(dead_code, reason = "shared with tests, which use the rest")]
mod arbitrary;
#[path = "../tests/judged/mod.rs"]
mod judged;

fn main() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let mut number = || arguments.next().and_then(Result::ok);
    let (count, seed) = number().zip(number()).ok_or("two numbers are needed")?;
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let config = Config {
        max_local_rejects: u32::MAX,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, rng);
    for at in 0..count {
        let tree = judged::judged(at.to_string()).new_tree(&mut runner);
        println!(
            "{}",
            line(&tree.map_err(|reason| reason.to_string())?.current())
        );
    }
    Ok(())
}

fn line(case: &judged::Judged) -> Value {
    let scheme = match case.scheme {
        Scheme::Http => "http",
        Scheme::Https => "https",
    };
    let meant = case.meant.iter().map(|meant| {
        json!({
            "name": meant.name, "value": meant.value, "domain": meant.domain, "path": meant.path, "maxAge": meant.max_age,
            "secure": meant.secure, "httpOnly": meant.http_only, "sameSite": meant.same_site,
        })
    });
    json!({
        "url": format!("{scheme}://{}{}", case.host, case.path), "set": case.set, "expire": case.expire,
        "meant": meant.collect::<Vec<_>>(),
    })
}
