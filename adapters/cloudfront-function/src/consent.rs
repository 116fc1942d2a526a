//! The policy's say on consent, as constants.

use std::fmt::Write as _;

use hardtack::{Cmp, ConsentSettings, ConsentSource, Shape};

use crate::feature::{has_part, reader};
use crate::lines::Lines;
use crate::literal::{BLANK, string, strings, verbatim};

/// Writes the constants that rule 5 asks for.
pub(crate) fn set(lines: &mut Lines, consent: &ConsentSettings, parts: &[&str]) {
    if parts.contains(&"region") {
        // A policy that names anything else has been refused.
        let countries = consent.required.countries().unwrap_or_default();
        let codes: Vec<_> = countries.iter().map(ToString::to_string).collect();
        lines.set("COUNTRIES", string(&codes.join(" ")));
    }
    if parts.contains(&"onetrust") {
        lines.set("CLOSED", pattern("OptanonAlertBoxClosed"));
    }
    if !parts.contains(&"sources") {
        return;
    }
    let counts = |source: &&ConsentSource| source.cmp != Cmp::UsPrivacy || consent.us_opt_out;
    let sources: Vec<_> = consent.from.iter().filter(counts).collect();
    let words = Words::of(&sources);
    if let Some((yes, no)) = &words.0 {
        lines.set("YES", yes);
        lines.set("NO", no);
    }
    let sources: Vec<_> = sources.iter().map(|source| words.source(source)).collect();
    lines.set("SOURCES", format!("[{}]", sources.join(", ")));
}

/// The words of the first source that has any, which are nearly always those of all.
struct Words(Option<(String, String)>);

impl Words {
    fn of(sources: &[&ConsentSource]) -> Self {
        let first = sources.iter().find(|source| has_words(source));
        Self(first.map(|source| words(source)))
    }

    /// Who reads it, what finds it, and what the reader asks for.
    fn source(&self, source: &ConsentSource) -> String {
        let (name, pattern) = (function(reader(source)), pattern(&source.cookie));
        let rest = match source.cmp {
            Cmp::UsPrivacy => String::new(),
            Cmp::Tcf | Cmp::Gpp => format!(", {}, {}", purposes(source), source.vendor),
            Cmp::TrustArc => format!(", {}", strings(&source.needs)),
            _ => format!(", {}, {}", strings(&source.needs), self.answers(source)),
        };
        format!("[{name}, {pattern}{rest}]")
    }

    fn answers(&self, source: &ConsentSource) -> String {
        match &self.0 {
            Some(known) if *known == words(source) => "YES, NO".to_string(),
            _ => {
                let (yes, no) = words(source);
                format!("{yes}, {no}")
            }
        }
    }
}

const fn has_words(source: &ConsentSource) -> bool {
    !matches!(
        source.cmp,
        Cmp::Tcf | Cmp::Gpp | Cmp::UsPrivacy | Cmp::TrustArc
    )
}

/// Words that grant and words that deny: in JSON their case counts.
fn words(source: &ConsentSource) -> (String, String) {
    let reader = reader(source);
    let folds =
        matches!(reader, Cmp::Plain | Cmp::Form) || matches!(reader.shape(), Shape::Pairs(..));
    let list = |words: &[String]| {
        let words = words.iter().filter(|word| !word.is_empty());
        let words = words.map(|word| {
            if folds {
                word.to_ascii_lowercase()
            } else {
                word.clone()
            }
        });
        strings(&words.collect::<Vec<_>>())
    };
    (list(&source.granted), list(&source.denied))
}

/// The function that reads a platform's cookies.
fn function(cmp: Cmp) -> &'static str {
    match cmp {
        Cmp::UsPrivacy => "usPrivacy",
        Cmp::Json => "jsonPath",
        other => other.as_str(),
    }
}

/// The functions for platforms whose answers have a general shape.
pub(crate) fn readers(consent: &ConsentSettings) -> String {
    let mut text = String::new();
    let mut written = Vec::new();
    for cmp in consent
        .from
        .iter()
        .map(reader)
        .filter(|cmp| !has_part(*cmp))
    {
        let Some(body) = body(cmp.shape()).filter(|_| !written.contains(&cmp)) else {
            continue;
        };
        written.push(cmp);
        let _ = write!(
            text,
            "\nfunction {}(text, source) {{\n  return {body};\n}}\n",
            function(cmp)
        );
    }
    text
}

fn body(shape: Shape) -> Option<String> {
    let says = |function, paths: &str| {
        let (path, otherwise) = paths.split_once('|').unwrap_or((paths, ""));
        let (path, otherwise) = (string(path), string(otherwise));
        Some(format!(
            "{function}(quoted(text), source, {path}, {otherwise})"
        ))
    };
    match shape {
        Shape::Members(paths) => says("memberSays", paths),
        Shape::Listed(paths) => says("listSays", paths),
        Shape::Pairs(marks) => {
            let (separator, equals) = marks.split_at(1);
            let (separator, equals) = (string(separator), string(equals));
            Some(format!(
                "every(source, (need) => word(pair(unescaped(text, 2), {separator}, need + {equals}), source))"
            ))
        }
        _ => None,
    }
}

/// Finds values, which a comma ends only where another pair follows: some platforms write commas. A star stands for a
/// number.
fn pattern(cookie: &str) -> String {
    let (stem, number) = match cookie.strip_suffix('*') {
        Some(stem) => (stem, r"\d*"),
        None => (cookie, ""),
    };
    format!(
        r"/[;,]{BLANK}{}{number}=(?=((?:[^;,]|,(?!{BLANK}[\w.$-]+=))*))/g",
        verbatim(stem)
    )
}

/// Purposes 1 to 24, the first in the highest of 24 bits. Anything but a number has been refused.
fn purposes(source: &ConsentSource) -> u32 {
    let numbers = source
        .needs
        .iter()
        .filter_map(|need| need.parse::<u32>().ok());
    let bits = numbers.map(|number| 24_u32.checked_sub(number).map_or(0, |place| 1 << place));
    bits.fold(0, |all, bit| all | bit)
}
