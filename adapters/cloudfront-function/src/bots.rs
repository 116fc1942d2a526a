//! The core's patterns of bots, as regular expressions that backtrack little.

use std::collections::BTreeMap;

use hardtack::{BotPattern, BotSettings, bot_patterns};

use crate::lines::Lines;
use crate::literal::{strings, verbatim};

/// User-Agents as most browsers send them. No pattern of bots can stand in any of them, and to see that one is
/// such takes njs a fiftieth of the time.
pub(crate) const BROWSER: &str = r"/^Mozilla\/5\.0 \((?:Windows NT 10\.0; Win64; x64|Macintosh; Intel Mac OS X [\d_.]+|X11; Linux x86_64|Linux; Android \d+; K|(?:iPhone; CPU iPhone|iPad; CPU) OS [\d_]+ like Mac OS X)(?:; rv:[\d.]+)?\) (?:AppleWebKit\/[\d.]+ \(KHTML, like Gecko\)|Gecko\/[\d.]+)(?: (?:Chrome|Safari|Version|Mobile|Firefox|Edg|EdgA|OPR|CriOS|SamsungBrowser)(?:\/[\dE.]+)?)+$/";

/// Writes the constants that recognise bots.
pub(crate) fn set(lines: &mut Lines, bots: &BotSettings, parts: &[&str]) {
    if parts.contains(&"browsers") {
        lines.set("BROWSER", BROWSER);
    }
    let texts = |wanted: &dyn Fn(&BotPattern<'static>) -> bool| {
        let patterns = bot_patterns().filter(|pattern| wanted(pattern));
        patterns.map(|pattern| pattern.text()).collect::<Vec<_>>()
    };
    let tells = parts.contains(&"previews");
    lines.set("BOTS", format!("[{}]", expressions(!tells).join(", ")));
    if tells {
        let previews = alternatives(&texts(&BotPattern::is_preview));
        lines.set("PREVIEWS", format!("/{previews}/"));
    }
    lines.set("PEOPLES", peoples());
    if parts.contains(&"agents") {
        lines.set("ALSO", lower(&bots.also));
        lines.set("PEOPLE", lower(&bots.people));
    }
}

/// What is people's, each with the byte before it, and with the device's name that follows it.
fn peoples() -> String {
    let texts = |wanted: &dyn Fn(&BotPattern<'static>, bool) -> bool| {
        let those = bot_patterns().filter(|pattern| {
            let ends_letter = pattern.text().ends_with(|c: char| c.is_ascii_alphabetic());
            pattern.is_peoples() && wanted(pattern, ends_letter)
        });
        alternatives(&those.map(|pattern| pattern.text()).collect::<Vec<_>>())
    };
    let words = texts(&|pattern, ends_letter| !pattern.names_device() && ends_letter);
    let others = texts(&|pattern, ends_letter| !pattern.names_device() && !ends_letter);
    let systems = texts(&|pattern, ends_letter| pattern.names_device() && ends_letter);
    let marks = texts(&|pattern, ends_letter| pattern.names_device() && !ends_letter);
    format!(
        r"/([^a-z])(?:(?:{words})(?![a-z])|{others})|(?:(?:{systems})(?![a-z])|{marks})(?:[^)]*?build\/[^;)]*|[^)]*)/g"
    )
}

fn lower(texts: &[String]) -> String {
    let lower: Vec<_> = texts.iter().map(|text| text.to_ascii_lowercase()).collect();
    strings(&lower)
}

/// One expression for those patterns that ask for the same boundaries. Link previews' are among them only where they
/// need not be told from the rest.
fn expressions(with_previews: bool) -> Vec<String> {
    let part = |(starts, ends)| {
        let all = bot_patterns()
            .filter(|pattern| !pattern.is_peoples() && (with_previews || !pattern.is_preview()));
        let those =
            all.filter(|pattern| (pattern.starts_word(), pattern.ends_word()) == (starts, ends));
        let texts: Vec<_> = those.map(|pattern| pattern.text()).collect();
        let before = if starts { "[^a-z]" } else { "" };
        let behind = if ends { "(?![a-z])" } else { "" };
        let texts = (!texts.is_empty()).then(|| alternatives(&texts))?;
        Some(match (starts, ends) {
            (false, false) => format!("/{texts}/"),
            _ => format!("/{before}(?:{texts}){behind}/"),
        })
    };
    let bounds = [(false, true), (false, false), (true, false), (true, true)];
    bounds.into_iter().filter_map(part).collect()
}

/// What begins alike stands together: there is less to try, and less to write.
#[derive(Default)]
struct Tree {
    ends: bool,
    next: BTreeMap<char, Self>,
}

fn alternatives(texts: &[&str]) -> String {
    let mut tree = Tree::default();
    for text in texts {
        let end = text
            .chars()
            .fold(&mut tree, |tree, c| tree.next.entry(c).or_default());
        end.ends = true;
    }
    tree.branches().join("|")
}

impl Tree {
    fn branches(&self) -> Vec<String> {
        let branch = |(c, tree): (&char, &Self)| verbatim(&c.to_string()) + &tree.pattern();
        self.next.iter().map(branch).collect()
    }

    fn pattern(&self) -> String {
        let branches = self.branches();
        let optional = if self.ends { "?" } else { "" };
        match branches.as_slice() {
            [] => String::new(),
            [one] if !self.ends || one.len() == 1 => format!("{one}{optional}"),
            _ => format!("(?:{}){optional}", branches.join("|")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BROWSER, alternatives};
    use hardtack::{bot_patterns, declared_bot};

    #[test]
    fn what_begins_alike_stands_together() {
        assert_eq!(alternatives(&["bot"]), "bot");
        assert_eq!(alternatives(&["bot", "bots"]), "bots?");
        assert_eq!(
            alternatives(&["php", "phantom", "a/"]),
            r"a\/|ph(?:antom|p)"
        );
        assert_eq!(alternatives(&["spi", "spider"]), "spi(?:der)?");
    }

    /// All that `BROWSER` lets pass, but for the digits, dots and underscores, in which no pattern can stand.
    #[test]
    fn no_browser_is_a_bot() {
        let systems = [
            "Windows NT 10.0; Win64; x64",
            "Macintosh; Intel Mac OS X 10_15.7",
            "X11; Linux x86_64",
            "Linux; Android 10; K",
            "iPhone; CPU iPhone OS 18_1 like Mac OS X",
            "iPad; CPU OS 18_1 like Mac OS X",
        ];
        let engines = ["AppleWebKit/605.1.15 (KHTML, like Gecko)", "Gecko/20100101"];
        let products = [
            "Chrome",
            "Safari",
            "Version",
            "Mobile",
            "Firefox",
            "Edg",
            "EdgA",
            "OPR",
            "CriOS",
            "SamsungBrowser",
        ];
        let known = systems.iter().chain(&engines).chain(&products);
        let known: Vec<_> = known.map(|text| text.to_ascii_lowercase()).collect();
        let has_digit = |text: &str| text.contains(|c: char| c.is_ascii_digit() || c == '_');
        let bots = bot_patterns().filter(|pattern| !pattern.is_peoples());
        for pattern in bots.filter(|pattern| has_digit(pattern.text())) {
            let mut words = pattern.text().split(|c: char| !c.is_ascii_alphabetic());
            let stands_nowhere = |word: &str| !known.iter().any(|text| text.contains(word));
            assert!(words.any(stands_nowhere), "{}", pattern.text());
        }
        for system in systems {
            for engine in engines {
                for one in products {
                    for other in products {
                        for version in ["", "/142.0.0.0", "/15E148", "/.", "/E"] {
                            let text = format!(
                                "Mozilla/5.0 ({system}; rv:145.0) {engine} {one}{version} {other}{version}"
                            );
                            assert_eq!(declared_bot(text.as_bytes()), None, "{text}");
                        }
                    }
                }
            }
        }
        // What stands in the expression stands in the texts above.
        for word in BROWSER
            .split(|c: char| !c.is_ascii_alphabetic())
            .filter(|word| word.len() > 3)
        {
            let known = systems.iter().chain(&engines).chain(&products);
            assert!(
                word == "Mozilla" || known.into_iter().any(|text| text.contains(word)),
                "{word}"
            );
        }
    }
}
