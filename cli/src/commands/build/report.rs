//! What was written, in words or as JSON.

use hardtack_adapters::Framework;
use hardtack_platform::{BakedPolicy, NextStep};
use serde_json::{Value, json};

use super::Target;
use super::files::Written;
use crate::error::Error;
use crate::output::{FAINT, GOOD, LITERAL, Output};

/// Prints it, with what to do next.
pub(super) fn report(
    output: &Output,
    target: Target,
    built: &str,
    written: &[Written],
    baked: &BakedPolicy,
    source: &str,
) -> Result<(), Error> {
    let NextStep { command, effect } = match target {
        Target::Platform(platform) => (platform.next)(built),
        Target::Framework(framework) => framework.next(built),
    };
    if output.wants_json() {
        let mut told = json!({
            "platform": target.platform().name,
            "built": built,
            "files": written.iter().map(in_json).collect::<Vec<_>>(),
            "policy": { "source": source, "hash": baked.hash, "domains": baked.domains },
            "next": command,
        });
        if let Some(framework) = target.framework() {
            told["entry"] = json!({ "path": framework.entry, "text": framework.entry_for(built) });
        }
        return output.json(&told);
    }
    if !output.is_quiet() {
        output.data(in_words(built, written, baked, source))?;
        if let Some(framework) = target.framework() {
            output.data(entry(framework, built))?;
        }
    }
    for file in written {
        output.detail(format_args!("{} sha256 {}", file.path, file.sha256));
    }
    output.hint(format_args!("`{LITERAL}{command}{LITERAL:#}` {effect}"));
    Ok(())
}

/// The file to put into the project, set off from what is said about it.
fn entry(framework: &Framework, built: &str) -> String {
    let path = framework.entry;
    let text = framework.entry_for(built);
    let lines = text.lines().map(|line| format!("    {line}"));
    let lines: Vec<_> = lines.map(|line| line.trim_end().to_string()).collect();
    format!(
        "\nput into {LITERAL}{path}{LITERAL:#}:\n\n{}\n",
        lines.join("\n")
    )
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
