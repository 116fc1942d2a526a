//! What a policy says of bots: which texts name one beyond the table, and which name people.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Bot, declared_bot};
#[cfg(feature = "checks")]
use crate::error::PolicyError;

/// How self-identified bots are treated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BotSettings {
    /// Default [`Bots::Skip`].
    pub policy: Bots,
    /// Split of `User-Agent`s that mark whoever sends them as a bot, in any case, beyond the built-in ones.
    pub also: Vec<String>,
    /// Split of `User-Agent`s that mark whoever sends them as a person, in any case, whatever else they hold.
    pub people: Vec<String>,
}

/// How crawlers, link previews and other bots that name themselves are treated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bots {
    /// They get no id.
    #[default]
    Skip,
    /// They get an id like anybody else.
    TreatAsPeople,
}

#[cfg(feature = "checks")]
impl BotSettings {
    /// # Errors
    ///
    /// A text of two characters or fewer, which stands in nearly every `User-Agent`, or one of characters that stand in
    /// none.
    pub(crate) fn check(&self) -> Result<(), PolicyError> {
        check_texts("bots.also", &self.also)?;
        check_texts("bots.people", &self.people)
    }
}

#[cfg(feature = "checks")]
fn check_texts(key: &'static str, texts: &[String]) -> Result<(), PolicyError> {
    let is_part = |text: &&String| {
        let marks = text.bytes().filter(u8::is_ascii_graphic);
        marks.count() >= 3 && text.bytes().all(|b| matches!(b, b' '..=b'~'))
    };
    match texts.iter().find(|text| !is_part(text)) {
        None => Ok(()),
        Some(text) => Err(PolicyError::new(
            key,
            text,
            "does not single out one kind of User-Agent",
            "write three characters of ASCII or more, such as \"AcmeMonitor/\"",
        )),
    }
}

impl BotSettings {
    /// Which bot a `User-Agent` names, by the policy's own texts and the table.
    pub(crate) fn bot(&self, user_agent: &[u8]) -> Option<Bot> {
        if any_in(&self.people, user_agent) {
            return None;
        }
        match any_in(&self.also, user_agent) {
            true => Some(Bot::Crawler),
            false => declared_bot(user_agent),
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
