//! The reference page of the policy file.

use std::fmt::Write as _;

use super::key::{Key, Section};
use super::keys::SECTIONS;
use super::profile::PROFILES;

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
<!-- Generated from policy/src/file/keys by `HARDTACK_UPDATE=1 cargo test -p hardtack-policy`. -->

# The policy file, `hardtack.toml`

A policy is a [TOML](https://toml.io) file. Every key has a default, so an empty file is a good policy: the cookie `FPD`
for 730 days, on the registrable domain of the host, `Secure`, `HttpOnly`, `SameSite=Lax`, renewed with every page.
Anything that is not valid (a misspelt key, a wrong type, attributes that browsers refuse together) is an error with its
line and column.

```toml
[cookie]
name = \"visitor\"
max_age = \"393d\"
domain = [\"example.com\", \"example.org\"]

[scope]
exclude = [\"/admin/*\"]
```

`hardtack init` writes a file that explains every key, and `hardtack check` explains what browsers make of it. Editors
that support JSON Schema can use [`policy.schema.json`](policy.schema.json).
";

fn write_section(page: &mut String, section: &Section) {
    let _ = writeln!(page, "\n## `[{}]`\n\n{}.\n", section.name, section.summary);
    page.push_str("| key | takes | default |\n|---|---|---|\n");
    for key in section.keys {
        let anchor = format!("{}{}", section.name, key.name);
        let _ = writeln!(
            page,
            "| [`{}`](#{anchor}) | {} | {} |",
            key.name,
            key.takes(),
            default(key)
        );
    }
    for key in section.keys {
        write_key(page, key);
    }
}

fn write_key(page: &mut String, key: &Key) {
    let _ = writeln!(page, "\n### `{}`\n\n{}.", key.path(), key.summary);
    if !key.details.is_empty() {
        let _ = writeln!(page, "\n{}", wrapped(key.details, ""));
    }
    for (i, (word, meaning)) in key.choices().into_iter().enumerate() {
        let blank = if i == 0 { "\n" } else { "" };
        let item = wrapped(&format!("- `\"{word}\"`: {meaning}"), "  ");
        let _ = writeln!(page, "{blank}{item}");
    }
    let _ = writeln!(page, "\nDefault: {}. Example:\n", default(key));
    let _ = writeln!(
        page,
        "```toml\n[{}]\n{} = {}\n```",
        key.section, key.name, key.example
    );
}

/// The text in lines of at most 120 columns, those after the first indented.
fn wrapped(text: &str, indent: &str) -> String {
    let (mut wrapped, mut column) = (String::new(), 0);
    for word in text.split(' ') {
        let width = word.chars().count();
        match column {
            0 => {}
            _ if column + 1 + width > COLUMNS && !begins_block(word) => {
                wrapped.push('\n');
                wrapped.push_str(indent);
                column = indent.len();
            }
            _ => {
                wrapped.push(' ');
                column += 1;
            }
        }
        wrapped.push_str(word);
        column += width;
    }
    wrapped
}

const COLUMNS: usize = 120;

/// Whether Markdown would take a line that begins with the word for a list, a heading or a quote.
fn begins_block(word: &str) -> bool {
    word.starts_with(['-', '+', '*', '#', '>']) || word.starts_with(|c: char| c.is_ascii_digit())
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

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[track_caller]
    fn check(words: &[(&str, usize)], indent: &str, expected: &[&str]) {
        let words: Vec<String> = words.iter().map(|(word, n)| word.repeat(*n)).collect();
        assert_eq!(wrapped(&words.join(" "), indent), expected.join("\n"));
    }

    #[test]
    fn lines_end_at_120_columns() {
        let long = "a".repeat(119);
        check(&[("a", 119), ("b", 1)], "", &[&long, "b"]);
        check(&[("a", 118), ("b", 1)], "", &[&format!("{} b", &long[1..])]);
        check(&[("a", 119), ("b", 1)], "  ", &[&long, "  b"]);
    }

    #[test]
    fn no_line_begins_a_list() {
        let long = "a".repeat(119);
        check(&[("a", 119), ("8.", 1)], "", &[&format!("{long} 8.")]);
    }
}
