//! Reads `{"policy": …, "host": …}` line by line, in the policy file's shape, and prints for each the policy's blob in
//! hex, its domains resolved for that host; or `!` and why there is none.
#![expect(clippy::print_stdout, reason = "a filter for tests")]

use std::io::{self, BufRead as _};

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
    site::blob(&line["policy"], host)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
