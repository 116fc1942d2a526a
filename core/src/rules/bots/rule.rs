//! What a policy says of bots: which texts name one beyond the table, and which name people. Section `[bots]`, rule 6.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Bot, declared_bot};
#[cfg(feature = "checks")]
use crate::error::PolicyError;
use crate::http::text;

/// How self-identified bots are treated: section `[bots]`, rule 6.
///
/// ```
/// use hardtack::{Policy, Reason, Request, Scheme, Settings, Target, on_request};
///
/// let mut settings = Settings::default();
/// settings.bots.also = vec!["AcmeMonitor/".to_string()];
/// let policy = Policy::new(&settings, Some(hardtack_psl::LIST))?;
/// let request = Request {
///     target: Target { scheme: Scheme::Https, host: b"www.example.com" },
///     method: b"GET",
///     path: b"/",
///     country: None,
///     fields: &[("accept", "text/html"), ("user-agent", "Mozilla/5.0 acmemonitor/2.1")][..],
/// };
/// let decision = on_request(&policy, &request, 1_750_000_000, [7; 16]);
/// assert_eq!(decision.reason(), Reason::Crawler);
/// # Ok::<(), hardtack::PolicyError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BotSettings {
    /// Whether declared bots get an id. Default [`Bots::Skip`].
    pub policy: Bots,
    /// Further parts of a `User-Agent` that identify a bot, beyond the built-in table. Each is matched anywhere in the
    /// field, in any case, and has three characters of ASCII or more. Default none.
    pub also: Vec<String>,
    /// Parts of a `User-Agent` that identify a person's browser or app, whatever else the field holds, such as the name
    /// of the site's own app. They are matched as those of [`also`](Self::also), and go before them. Default none.
    pub people: Vec<String>,
}

/// Whether crawlers, link previews and other declared bots get an id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bots {
    /// They get no id, and the page goes out unchanged.
    #[default]
    Skip,
    /// They get an id as any other client does. `User-Agent` is not read.
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

/// Whether any of the texts stands in a `User-Agent`. Hardly any policy has such texts, and then nothing is read. An
/// empty text, which no checked policy has, stands in nothing.
#[inline(never)]
fn any_in(texts: &[String], user_agent: &[u8]) -> bool {
    let is_in = |text: &String| {
        let mut places = user_agent.windows(text.len().max(1));
        places.any(|place| text::same(place, text.as_bytes()))
    };
    texts.iter().any(is_in)
}
