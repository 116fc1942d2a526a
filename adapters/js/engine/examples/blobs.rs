//! Reads `{"policy": …, "host": …}` line by line, in the policy file's shape, and prints for each the policy's blob in
//! hex, its domains resolved for that host; or `!` and why there is none.
#![expect(clippy::print_stdout, reason = "a filter for tests")]

use std::io::{self, BufRead as _};

use hardtack::Policy;
use hardtack_policy::{from_toml, resolved};
use serde_json::Value;

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
    let file = toml::to_string(&line["policy"]).map_err(|error| error.to_string())?;
    let settings = from_toml(&file)
        .map_err(|error| error.to_string())?
        .settings;
    let host = line["host"].as_str().ok_or("`host` is no string")?;
    let settings = resolved(&settings, &[host]);
    let policy = Policy::new(&settings, None).map_err(|error| error.to_string())?;
    policy.to_blob().map_err(|error| error.to_string())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
