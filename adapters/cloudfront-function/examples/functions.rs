//! Reads `{"policy": …, "host": …, "seal_keys": […]}` line by line, in the policy file's shape, and prints for each, as
//! JSON, the function as it is uploaded but for its random bytes, which come from `event.context.entropy`, and another
//! one that also tells outcome and reason; or `{"refused": …}` and why there is none.
#![expect(clippy::print_stdout, reason = "a filter for tests")]

use std::io::{self, BufRead as _};

use hardtack::Settings;
use hardtack_cloudfront_function::{Feature, Function, Secret, Style};
use hardtack_conformance::seal_key;
use serde_json::{Value, json};

fn main() -> io::Result<()> {
    for line in io::stdin().lock().lines() {
        println!(
            "{}",
            answer(&line?).unwrap_or_else(|why| json!({ "refused": why }))
        );
    }
    Ok(())
}

fn answer(line: &str) -> Result<Value, String> {
    let line: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let host = line["host"].as_str().ok_or("`host` is no string")?;
    let file = toml::to_string(&line["policy"]).map_err(|error| error.to_string())?;
    let keys = line["seal_keys"].as_array().map_or(&[][..], Vec::as_slice);
    let keys = keys
        .iter()
        .map(|key| seal_key(key.as_str().unwrap_or_default()));
    let keys: Vec<_> = keys.collect::<Result<_, _>>()?;
    let settings = hardtack_policy::from_toml_with_keys(&file, &keys)
        .map_err(|error| error.to_string())?
        .settings;
    let settings = hardtack_policy::resolved(&settings, &[host]);
    let mut telling = settings.clone();
    telling.signals.response_header = Some("x-told".to_string());
    Ok(
        json!({ "plain": text(&settings, Style::Readable)?, "minified": text(&settings, Style::Minified)?, "telling": text(&telling, Style::Readable)? }),
    )
}

fn text(settings: &Settings, style: Style) -> Result<String, String> {
    let secret = Secret::new([7; 32]);
    Function::text_with(settings, &secret, style, &[Feature::Injected])
        .map_err(|error| error.to_string())
}
