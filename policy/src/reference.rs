//! The reference page of the policy file.

use std::fmt::Write as _;

use crate::key::{Key, Section};
use crate::keys::{KEYS, SECTIONS};
use crate::profile::PROFILES;

/// The page, in Markdown.
pub fn reference() -> String {
    let mut page = INTRODUCTION.to_string();
    for section in SECTIONS {
        write_section(&mut page, section);
    }
    page.push_str("\n## Profiles\n\n`hardtack init --profile NAME` writes one of these, with every key explained.\n\n");
    for profile in PROFILES {
        let _ = writeln!(
            page,
            "- `{}`: {}.",
            profile.name,
            lower_first(profile.summary)
        );
    }
    page
}

const INTRODUCTION: &str = "\
<!-- Generated from policy/src/keys.rs by `HARDTACK_UPDATE=1 cargo test -p hardtack-policy`. -->

# The policy file, `hardtack.toml`

A policy is a [TOML](https://toml.io) file. Every key has a default, so an empty file is a good policy: the cookie `FPD`
for 730 days, on the registrable domain of the host, `Secure`, `HttpOnly`, `SameSite=Lax`, renewed with every page.
Anything the file does not know (a misspelt key, a wrong type, attributes that browsers refuse together) is an error with its
line and column.

```toml
[cookie]
name = \"visitor\"
max_age = \"393d\"
domain = [\"example.com\", \"example.org\"]

[scope]
exclude = [\"/admin/*\"]
```

`hardtack init` writes a file that explains every key, and `hardtack check` tells what browsers will make of one. Editors
that know JSON Schema take [`policy.schema.json`](policy.schema.json).
";

fn write_section(page: &mut String, section: &Section) {
    let _ = writeln!(page, "\n## `[{}]`\n\n{}.\n", section.name, section.summary);
    page.push_str("| key | takes | default |\n|---|---|---|\n");
    let keys = KEYS.iter().filter(|key| key.section == section.name);
    for key in keys.clone() {
        let anchor = format!("{}{}", section.name, key.name);
        let _ = writeln!(
            page,
            "| [`{}`](#{anchor}) | {} | {} |",
            key.name,
            key.takes(),
            default(key)
        );
    }
    for key in keys {
        write_key(page, key);
    }
}

fn write_key(page: &mut String, key: &Key) {
    let _ = writeln!(page, "\n### `{}`\n\n{}.", key.path(), key.summary);
    if !key.details.is_empty() {
        let _ = writeln!(page, "\n{}", key.details);
    }
    for (i, word) in key.words().iter().enumerate() {
        let blank = if i == 0 { "\n" } else { "" };
        let _ = writeln!(page, "{blank}- `\"{}\"`: {}", word.word, word.meaning);
    }
    let _ = writeln!(page, "\nDefault: {}. Example:\n", default(key));
    let _ = writeln!(
        page,
        "```toml\n[{}]\n{} = {}\n```",
        key.section, key.name, key.example
    );
}

fn default(key: &Key) -> String {
    match key.default() {
        Some(default) => format!("`{default}`"),
        None => "absent".to_string(),
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_lowercase().chain(chars).collect())
        .unwrap_or_default()
}
