//! Prints how many bots and browsers the core's table tells apart, list by list, and fails where it misses its targets.
//! The lists are fetched by `data/bots/lists`.
#![allow(
    clippy::print_stdout,
    reason = "a tool for developers, whose figures go to stdout"
)]

use std::path::Path;
use std::process::ExitCode;
use std::{collections::BTreeSet, io};

use hardtack_bots::agents::Agent;
use hardtack_bots::lists::{Holds, LISTS, Use};
use hardtack_bots::measure::Figures;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/bot-lists");

/// How much of each held-out list of bots is to be recognised.
const RECOGNISED: f64 = 0.97;
/// The same, of the crawlers that were added last.
const NEW_RECOGNISED: f64 = 0.96;
/// How many of the held-out browsers that begin with `Mozilla/5.0` may be taken for bots.
const MODERN_MISTAKEN: f64 = 0.0003;
/// How many of all held-out browsers may be, those from before 2005 and telephones without apps among them.
const MISTAKEN: f64 = 0.0015;

fn main() -> ExitCode {
    match measure() {
        Ok(met) if met => ExitCode::SUCCESS,
        Ok(_) => {
            println!("A target is missed.");
            ExitCode::FAILURE
        }
        Err(error) => {
            println!(
                "error: {FOLDER}: {error}\nhint: run `data/bots/lists`, which fetches the lists"
            );
            ExitCode::FAILURE
        }
    }
}

/// Prints all figures, and returns whether every target is met.
fn measure() -> io::Result<bool> {
    let mut met = true;
    let mut people = BTreeSet::new();
    for list in LISTS {
        let agents = list.read(Path::new(FOLDER))?;
        let figures = Figures::of(is_bot, &agents);
        let used = match list.used {
            Use::Chosen => "chosen from",
            Use::HeldOut => "held out",
        };
        println!(
            "{} ({}), {used}: {}",
            list.name,
            list.source,
            in_words(list.holds, &figures)
        );
        print_wrong(list.holds, &agents);
        match (list.used, list.holds) {
            (Use::Chosen, _) => {}
            (Use::HeldOut, Holds::Bots) if list.name.ends_with("-new") => {
                met &= figures.share() >= NEW_RECOGNISED;
            }
            (Use::HeldOut, Holds::Bots) => met &= figures.share() >= RECOGNISED,
            (Use::HeldOut, Holds::People) => {
                people.extend(agents.into_iter().map(|agent| agent.text))
            }
        }
    }
    let modern: Vec<_> = people
        .iter()
        .filter(|text| text.starts_with("Mozilla/5.0"))
        .collect();
    Ok(met
        & is_within("all held-out browsers", people.iter(), MISTAKEN)
        & is_within(
            "those that begin with Mozilla/5.0",
            modern.into_iter(),
            MODERN_MISTAKEN,
        )
        & (people.len() >= 30_000))
}

fn is_bot(user_agent: &[u8]) -> bool {
    hardtack::declared_bot(user_agent).is_some()
}

/// Prints the figure for distinct browsers of several lists, and returns whether few enough are taken for bots.
fn is_within<'t>(what: &str, texts: impl Iterator<Item = &'t String>, share: f64) -> bool {
    let agent = |text: &String| Agent {
        group: String::new(),
        text: text.clone(),
    };
    let figures = Figures::of(is_bot, &texts.map(agent).collect::<Vec<_>>());
    println!("{what}, each once: {}", in_words(Holds::People, &figures));
    figures.share() <= share
}

fn in_words(holds: Holds, figures: &Figures) -> String {
    let Figures { all, bots } = figures;
    let share = figures.share();
    match holds {
        Holds::Bots => format!("{bots} of {all} recognised, {:.1} %", 100.0 * share),
        Holds::People => format!(
            "{bots} of {all} taken for bots, {:.1} in 10,000",
            1e4 * share
        ),
    }
}

/// A sample of what is told wrongly.
fn print_wrong(holds: Holds, agents: &[Agent]) {
    let is_wrong = |agent: &&Agent| is_bot(agent.text.as_bytes()) != (holds == Holds::Bots);
    let wrong: Vec<_> = agents.iter().filter(is_wrong).collect();
    for agent in wrong.iter().step_by(wrong.len() / 5 + 1) {
        println!("    {}", agent.text);
    }
}
