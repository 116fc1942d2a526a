//! Lists of User-Agents that others collected, as `data/bots/lists` fetches them: for measurements, not for the table.

use std::io;
use std::path::Path;

use crate::agents::{Agent, is_rightly_listed};

/// What a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Bots, of which as many as possible are to be recognised.
    Bots,
    /// Browsers and devices, of which none is to be taken for a bot.
    People,
}

/// What a list was used for before it was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Words were chosen from it, or held against it.
    Chosen,
    /// Nothing was chosen from it.
    HeldOut,
}

/// A list, by the name of its file.
#[derive(Clone, Copy, Debug)]
pub struct List {
    /// The file's name in the folder, without `.txt`.
    pub name: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// What it was used for.
    pub used: Use,
}

/// All lists. One half of Matomo's was used for choosing, the other was not: halves by the bot's name or the device's
/// maker, so that no bot and no maker is in both.
pub const LISTS: [List; 11] = [
    list("matomo-bots-a", MATOMO, Holds::Bots, Use::Chosen),
    list("matomo-devices-a", MATOMO, Holds::People, Use::Chosen),
    list(
        "fake-useragent",
        "PyPI fake-useragent 2.2.0",
        Holds::People,
        Use::Chosen,
    ),
    list("matomo-bots-b", MATOMO, Holds::Bots, Use::HeldOut),
    list("crawler-user-agents", CRAWLERS, Holds::Bots, Use::HeldOut),
    list(
        "crawler-user-agents-new",
        CRAWLERS,
        Holds::Bots,
        Use::HeldOut,
    ),
    list("matomo-devices-b", MATOMO, Holds::People, Use::HeldOut),
    list(
        "ua-device",
        "npm ua-device 0.1.10, its tests",
        Holds::People,
        Use::HeldOut,
    ),
    list(
        "user-agents",
        "npm user-agents, five versions from 1.0.565 to 2.1.198",
        Holds::People,
        Use::HeldOut,
    ),
    list(
        "scrapy-user-agents",
        "PyPI scrapy-user-agents 0.1.1",
        Holds::People,
        Use::HeldOut,
    ),
    list(
        "pyuseragents",
        "PyPI pyuseragents 1.0.5",
        Holds::People,
        Use::HeldOut,
    ),
];

const MATOMO: &str = "PyPI device-detector 6.5.1, Matomo's fixtures";
const CRAWLERS: &str = "PyPI crawler-user-agents 1.67.0";

const fn list(name: &'static str, source: &'static str, holds: Holds, used: Use) -> List {
    List {
        name,
        source,
        holds,
        used,
    }
}

impl List {
    /// Reads the list from the folder that holds the lists, without the texts that it puts in the wrong place.
    ///
    /// # Errors
    ///
    /// If the list is not there, because `data/bots/lists` has not been run.
    pub fn read(&self, folder: &Path) -> io::Result<Vec<Agent>> {
        let text = std::fs::read_to_string(folder.join(self.name).with_extension("txt"))?;
        let agents = text.lines().map(|line| Agent {
            group: self.name.to_string(),
            text: line.to_string(),
        });
        Ok(agents.filter(is_rightly_listed).collect())
    }
}
