//! What a policy says of programs: whom to take for one beyond the table, and whom not.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Program, declared_program};
use crate::settings::{BotSettings, Bots};

/// The rule of a policy that leaves programs alone.
#[derive(Clone, Debug)]
pub(crate) struct BotRule {
    pub(crate) also: Vec<String>,
    pub(crate) people: Vec<String>,
}

impl BotRule {
    /// `None` where programs are treated as people.
    pub(crate) fn of(settings: BotSettings) -> Option<Self> {
        match settings.policy {
            Bots::TreatAsPeople => None,
            Bots::Skip => Some(Self {
                also: settings.also,
                people: settings.people,
            }),
        }
    }

    pub(crate) fn program(&self, user_agent: &[u8]) -> Option<Program> {
        if any_in(&self.people, user_agent) {
            return None;
        }
        match any_in(&self.also, user_agent) {
            true => Some(Program::Crawler),
            false => declared_program(user_agent),
        }
    }
}

/// Where none are given, nearly always, nothing is read. An empty text, which no checked policy has, is in nothing.
#[inline(never)]
fn any_in(texts: &[String], user_agent: &[u8]) -> bool {
    let is_in = |text: &String| {
        let mut places = user_agent.windows(text.len().max(1));
        places.any(|place| place.eq_ignore_ascii_case(text.as_bytes()))
    };
    texts.iter().any(is_in)
}
