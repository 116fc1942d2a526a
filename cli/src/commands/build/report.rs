//! What was written, in words or as JSON.

use hardtack_platform::{BakedPolicy, NextStep, Platform};
use serde_json::{Value, json};

use super::files::Written;
use crate::error::Error;
use crate::output::{FAINT, GOOD, LITERAL, Output};

/// Prints it, with what to do next.
pub(super) fn report(
    output: &Output,
    platform: &Platform,
    built: &str,
    written: &[Written],
    baked: &BakedPolicy,
    source: &str,
) -> Result<(), Error> {
    let NextStep { command, effect } = (platform.next)(built);
    if output.wants_json() {
        return output.json(&json!({
            "platform": platform.name,
            "built": built,
            "files": written.iter().map(in_json).collect::<Vec<_>>(),
            "policy": { "source": source, "hash": baked.hash, "domains": baked.domains },
            "next": command,
        }));
    }
    if !output.is_quiet() {
        output.data(in_words(built, written, baked, source))?;
    }
    for file in written {
        output.detail(format_args!("{} sha256 {}", file.path, file.sha256));
    }
    output.hint(format_args!("`{LITERAL}{command}{LITERAL:#}` {effect}"));
    Ok(())
}

fn in_json(file: &Written) -> Value {
    json!({ "path": file.path, "bytes": file.bytes, "sha256": file.sha256 })
}

fn in_words(built: &str, written: &[Written], baked: &BakedPolicy, source: &str) -> String {
    let bytes: usize = written.iter().map(|file| file.bytes).sum();
    let what = match written {
        [file] => format!("{bytes} bytes, {FAINT}sha256 {}{FAINT:#}", file.sha256),
        files => format!("{} files, {bytes} bytes", files.len()),
    };
    let domain = match &baked.domains[..] {
        [] => "no Domain: the cookie stays with each host".to_string(),
        domains => format!("Domain={}", domains.join(" or ")),
    };
    let hash = &baked.hash;
    format!("{GOOD}wrote{GOOD:#} {built}, {what}\npolicy {hash} from {source}, {domain}")
}
