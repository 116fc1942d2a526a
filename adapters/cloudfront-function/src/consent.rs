//! The policy's say on consent, as constants.

use hardtack::{Cmp, ConsentSettings, ConsentSource, Container, Effect, Reading};

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
        let first = sources.iter().find(|source| is_shaped(source.cmp));
        Self(first.map(|source| words(source)))
    }

    /// Who reads it, what finds it, and what the reader asks for.
    fn source(&self, source: &ConsentSource) -> String {
        let (reader, pattern) = (function(source), pattern(&source.cookie));
        let asked = format!("{}, {}", purposes(source), source.vendor);
        let paths = paths(&source.reading().paths);
        let rest = match source.cmp {
            Cmp::Tcf | Cmp::Gpp => format!(", {asked}"),
            Cmp::FundingChoices => format!(", {asked}, 0, {paths}"),
            Cmp::UsPrivacy => format!(", 0, 0, 0, {paths}"),
            _ => self.shaped(source),
        };
        format!("[{reader}, {pattern}{rest}]")
    }

    /// What readers by shape ask for; what they can do without at the end is left out.
    fn shaped(&self, source: &ConsentSource) -> String {
        let reading = source.reading();
        let needs = strings(&reading.needs);
        let paths = paths(&reading.paths);
        let missing = if reading.missing_denies { "-1" } else { "0" };
        let beside: Vec<_> = reading
            .beside
            .iter()
            .map(|one| beside(one, &reading))
            .collect();
        let beside = beside.join(", ");
        let mut text = format!(
            ", {needs}, {}, {paths}, {missing}, [{beside}]",
            self.answers(source)
        );
        if reading.listed || reading.container == Container::Text {
            text += &format!(", {}", string(&reading.separators));
        }
        if reading.listed {
            let nowhere = if reading.nowhere_denies { "-1" } else { "0" };
            text += &format!(", 1, {nowhere}");
        }
        text
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

/// Whether a platform's cookies are read by their shape, and by no code of their own.
pub(crate) const fn is_shaped(cmp: Cmp) -> bool {
    !matches!(
        cmp,
        Cmp::Tcf | Cmp::Gpp | Cmp::UsPrivacy | Cmp::FundingChoices
    )
}

/// The parts that a source's shape needs.
pub(crate) fn parts_of(source: &ConsentSource) -> Vec<&'static str> {
    if !is_shaped(source.cmp) {
        return Vec::new();
    }
    let reading = source.reading();
    let mut parts = vec![match (reading.container, reading.listed) {
        (Container::Text, false) => "text-word",
        (Container::Text, true) => "text-list",
        (_, false) => "json-word",
        (_, true) => "json-list",
    }];
    match reading.container {
        Container::Base64Json => parts.push("base64-json"),
        Container::PrefixedJson => parts.push("prefixed"),
        _ => {}
    }
    if !reading.beside.is_empty() {
        parts.push("beside");
    }
    parts
}

fn paths(paths: &[Vec<String>]) -> String {
    let paths: Vec<_> = paths.iter().map(|path| strings(path)).collect();
    format!("[{}]", paths.join(", "))
}

/// What stands beside an answer. Words are compared in lower case, but where fields of text list words.
fn beside((effect, path, word): &(Effect, Vec<String>, String), reading: &Reading) -> String {
    let folded = if folds(reading) {
        word.to_ascii_lowercase()
    } else {
        word.clone()
    };
    let effect = string(&effect.mark().to_string());
    format!("[{effect}, {}, {}]", string(&folded), strings(path))
}

fn folds(reading: &Reading) -> bool {
    reading.container != Container::Text || !reading.listed
}

/// Words that grant and words that deny.
fn words(source: &ConsentSource) -> (String, String) {
    let folds = folds(&source.reading());
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

/// The function that reads a source's cookies.
fn function(source: &ConsentSource) -> &'static str {
    match (source.cmp, source.reading().container) {
        (Cmp::Tcf, _) => "tcf",
        (Cmp::Gpp, _) => "gpp",
        (Cmp::UsPrivacy, _) => "uspCookie",
        (Cmp::FundingChoices, _) => "fundingChoices",
        (Cmp::OneTrust, _) => "onetrust",
        (_, Container::Text) => "inText",
        (_, Container::Base64Json) => "inBase64Json",
        (_, Container::PrefixedJson) => "inPrefixedJson",
        _ => "inJson",
    }
}

/// Finds values, which a comma ends only where another pair follows: some platforms write commas. A star stands for a
/// number, which may have an `s` before it.
fn pattern(cookie: &str) -> String {
    let (stem, number) = match cookie.strip_suffix('*') {
        Some(stem) => (stem, r"s?\d*"),
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
