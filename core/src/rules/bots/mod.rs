//! Rule 6: declared bots, which name themselves, and pages that a browser fetches before the visitor asks for them.
//!
//! Search engines, link previews, monitors, AI agents and HTTP libraries name themselves in `User-Agent`; a bot that
//! claims to be a browser is beyond this rule. Most bots keep no cookies, so they would get a new id with every page
//! and count as a crowd of visitors. The reasons are `crawler` and `link_preview`.
//!
//! [`browser`] is the fast path for most browsers, [`matcher`] looks for the patterns, [`table`] holds them, and a
//! generator outside of this crate makes the table (`data/bots/`).
//!
//! A page that a browser prefetches or prerenders gets its cookie like any other, because the edge hears nothing when
//! the page is shown in the end. The signals say which it is, so that analytics can count it when it is shown.

mod browser;
mod matcher;
mod rule;
mod speculation;
mod table;

use core::fmt;

use crate::http::field::{Field, Fields};
use crate::outcome::Reason;
use crate::trace::{Rule, Trace};

pub use matcher::{Bot, Pattern};
pub use rule::{BotSettings, Bots};
pub use speculation::Speculation;
pub(crate) use speculation::speculation;

/// Which bot a `User-Agent` names, if any, by the built-in table: a crawler, a monitor, an HTTP library, or a link
/// preview.
///
/// `None` for browsers, and for an empty one, which strict privacy tools send, too. A policy's own texts
/// ([`BotSettings`]) are not looked at.
///
/// ```
/// use hardtack::{Bot, declared_bot};
///
/// assert_eq!(declared_bot(b"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"), Some(Bot::Crawler));
/// assert_eq!(declared_bot(b"facebookexternalhit/1.1"), Some(Bot::LinkPreview));
/// assert_eq!(declared_bot(b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"), None);
/// ```
pub fn declared_bot(user_agent: &[u8]) -> Option<Bot> {
    match browser::is_browsers(user_agent) {
        true => None,
        false => matcher::bot(user_agent, &table::TABLE),
    }
}

/// The patterns by which [`declared_bot`] recognises bots, for generators of code that cannot call it.
///
/// ```
/// use hardtack::bot_patterns;
///
/// let pattern = bot_patterns().find(|pattern| pattern.text() == "whatsapp");
/// assert!(pattern.is_some_and(|pattern| pattern.is_preview()));
/// assert!(bot_patterns().all(|pattern| !pattern.text().contains(char::is_uppercase)));
/// ```
pub fn bot_patterns() -> impl Iterator<Item = Pattern<'static>> {
    matcher::Patterns(table::TABLE.patterns)
}

impl Bot {
    const fn reason(self) -> Reason {
        match self {
            Self::Crawler => Reason::Crawler,
            Self::LinkPreview => Reason::LinkPreview,
        }
    }
}

impl fmt::Display for Bot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Crawler => "a crawler or another bot",
            Self::LinkPreview => "a link preview",
        })
    }
}

/// Rule 6: why a request is left alone as that of a crawler or of a link preview; `None` if it may be a person's.
pub(crate) fn declared<Q: Fields + ?Sized>(
    settings: &BotSettings,
    fields: &Q,
    trace: &mut impl Trace,
) -> Option<Reason> {
    if settings.policy == Bots::TreatAsPeople {
        trace.record(Rule::Bots, format_args!("the policy treats bots as people"));
        return None;
    }
    let mut bot = None;
    each_value(fields, Field::UserAgent, &mut |user_agent| {
        bot = bot.or_else(|| settings.bot(user_agent));
    });
    match bot {
        None => trace.record(Rule::Bots, format_args!("User-Agent names no bot")),
        Some(bot) => trace.record(Rule::Bots, format_args!("User-Agent names {bot}")),
    }
    bot.map(Bot::reason)
}

/// Shows each value of a field. The rule looks at four fields that hardly any request has more than one of: one piece
/// of code for all of them keeps an engine small.
#[inline(never)]
fn each_value<Q: Fields + ?Sized>(fields: &Q, field: Field, see: &mut dyn FnMut(&[u8])) {
    fields.values(field).for_each(see);
}
