//! Rule 6: requests that no person is behind, or that a browser makes ahead of its user.
//!
//! Search engines, link previews, monitors, AI agents and HTTP libraries name themselves in `User-Agent`; a bot that
//! claims to be a browser is beyond this rule. [`browser`] is the fast path for most browsers, [`matcher`] looks for
//! the patterns, [`table`] holds them, and a generator outside of this crate makes the table.
//!
//! A page that a browser fetches ahead gets its cookie like any other, for most such pages are shown in the end; but
//! those whom the decision is exposed to learn that, too.

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

/// Which bot a `User-Agent` names, if any: a crawler, a monitor, an HTTP library, or a link
/// preview. `None` for browsers, and for an empty one: strict privacy tools send that, too.
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

/// The patterns by which [`declared_bot`] goes, for generators of code that cannot call it.
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

/// Why a request is left alone as that of a crawler or of a link preview; `None` where it may be a person's.
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
