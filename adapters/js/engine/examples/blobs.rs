//! Reads `{"policy": …, "host": …, "seal_keys": […]}` line by line, in the policy file's shape, and prints for each the
//! policy's blob in hex, its domains resolved for that host; or `!` and why there is none.
#![expect(clippy::print_stdout, reason = "a filter for tests")]

use std::io::{self, BufRead as _};

use hardtack_conformance::seal_key;
use serde_json::Value;

#[path = "../tests/site/mod.rs"]
mod site;

fn main() -> io::Result<()> {
    for line in io::stdin().lock().lines() {
        match blob(&line?) {
            Ok(blob) => println!("{}", hex(&blob)),
            Err(problem) => println!("!{problem}"),
        }
    }
    Ok(())
}

fn blob(line: &str) -> Result<Vec<u8>, String> {
    let line: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let host = line["host"].as_str().ok_or("`host` is no string")?;
    let keys = line["seal_keys"].as_array().map_or(&[][..], Vec::as_slice);
    let keys = keys
        .iter()
        .map(|key| seal_key(key.as_str().unwrap_or_default()));
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    site::blob(&line["policy"], &keys, host)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
