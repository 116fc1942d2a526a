//! Reads the fixtures, which are User-Agents grouped by product, and the list of words.

use saphyr::{LoadableYamlNode as _, Yaml};

/// One `User-Agent`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// The group that it belongs to: a product, or a family of products.
    pub group: String,
    /// The field's value.
    pub text: String,
}

/// The crawlers of isbot's fixtures.
///
/// # Panics
///
/// If the file does not have the known format.
pub fn crawlers() -> Vec<Agent> {
    read(include_str!("../data/crawlers.yml"))
}

/// The browsers of isbot's fixtures.
///
/// # Panics
///
/// If the file does not have the known format.
pub fn browsers() -> Vec<Agent> {
    read(include_str!("../data/browsers.yml"))
}

/// Browsers that the fixtures lack, each a group of its own.
pub fn people() -> Vec<Agent> {
    let agent = |text: &str| Agent {
        group: text.to_string(),
        text: text.to_string(),
    };
    lines(include_str!("../data/people.txt"))
        .map(agent)
        .collect()
}

/// The words chosen by hand.
pub fn words() -> Vec<&'static str> {
    lines(include_str!("../data/words.txt")).collect()
}

/// Whether a list has put this text in the right place: it is not among the exceptions.
pub fn is_rightly_listed(agent: &Agent) -> bool {
    exceptions().all(|text| text != agent.text)
}

/// Texts that a list puts in the wrong place, so that they count in no figure.
fn exceptions() -> impl Iterator<Item = &'static str> {
    lines(include_str!("../data/exceptions.txt"))
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[expect(clippy::expect_used, reason = "the files are part of the sources")]
fn read(yaml: &str) -> Vec<Agent> {
    let documents = Yaml::load_from_str(yaml).expect("a fixture is YAML");
    let groups = documents[0].as_mapping().expect("groups of agents");
    let group = |(name, texts): (&Yaml<'_>, &Yaml<'_>)| -> Vec<Agent> {
        let name = name.as_str().expect("a group's name");
        let texts = texts.as_sequence().expect("a list");
        let text = |text: &Yaml<'_>| Agent {
            group: name.to_string(),
            text: text.as_str().expect("a text").to_string(),
        };
        texts.iter().map(text).collect()
    };
    let agents = groups.iter().flat_map(group);
    agents.filter(is_rightly_listed).collect()
}
