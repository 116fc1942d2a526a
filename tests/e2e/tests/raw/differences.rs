//! What is listed in `differences.txt`: each request that hardtack answers or forwards otherwise than nginx, and why.
//!
//! A reason is a paragraph that begins with `#`. Below it stand the requests that it explains, three lines each: the
//! name, what becomes of it here, what becomes of it behind nginx. The statuses that the client gets come first, then
//! the requests that the upstream gets, each behind a bar.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::Seen;
use crate::case::Case;

/// One request that is not treated alike.
#[derive(Debug, PartialEq)]
pub(crate) struct Difference {
    name: String,
    ours: String,
    nginx: String,
}

impl Difference {
    pub(crate) fn new(case: &Case, ours: &Seen, nginx: &Seen) -> Self {
        Self {
            name: case.name.clone(),
            ours: shown(ours),
            nginx: shown(nginx),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}\n  ours:  {}\n  nginx: {}",
            self.name, self.ours, self.nginx
        )
    }
}

fn shown(seen: &Seen) -> String {
    let statuses: Vec<String> = seen.statuses.iter().map(u16::to_string).collect();
    let statuses = match &statuses[..] {
        [] => "-".to_string(),
        statuses => statuses.join(" "),
    };
    let requests = seen.requests.iter().map(|request| format!(" | {request}"));
    statuses + &requests.collect::<String>()
}

/// By name.
pub(crate) struct Differences(BTreeMap<String, Difference>);

impl Differences {
    pub(crate) fn listed() -> Self {
        let blocks = include_str!("differences.txt").split("\n\n");
        let differences = blocks.flat_map(|block| {
            let (reason, listed): (Vec<&str>, Vec<&str>) =
                block.lines().partition(|line| line.starts_with('#'));
            assert!(
                listed.is_empty() || !reason.is_empty(),
                "no reason above {listed:?}"
            );
            listed.chunks(3).map(parse).collect::<Vec<_>>()
        });
        let mut by_name = BTreeMap::new();
        for difference in differences {
            let before = by_name.insert(difference.name.clone(), difference);
            assert_eq!(before, None, "listed twice");
        }
        Self(by_name)
    }

    /// Fails unless these are the listed ones.
    pub(crate) fn check(&self, found: Vec<Difference>) {
        let names: BTreeSet<&String> = found.iter().map(|difference| &difference.name).collect();
        let gone: Vec<&String> = self.0.keys().filter(|name| !names.contains(name)).collect();
        let new = found
            .iter()
            .filter(|found| self.0.get(&found.name) != Some(found));
        let new: Vec<String> = new.map(ToString::to_string).collect();
        assert!(
            new.is_empty() && gone.is_empty(),
            "differences that are not listed so:\n{}\n\nlisted, but gone: {gone:#?}",
            new.join("\n")
        );
    }
}

fn parse(lines: &[&str]) -> Difference {
    let [name, ours, nginx] = lines else {
        panic!("not three lines: {lines:?}");
    };
    let after = |line: &str, word| {
        let value = line.trim_start().strip_prefix(word);
        value
            .unwrap_or_else(|| panic!("no {word:?} in {line:?}"))
            .trim_start()
            .to_string()
    };
    Difference {
        name: (*name).to_string(),
        ours: after(ours, "ours:"),
        nginx: after(nginx, "nginx:"),
    }
}
