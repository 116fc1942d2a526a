//! Rule 6: requests that no person is behind, or that a browser makes ahead of its user.
//!
//! Search engines, link previews, monitors, AI agents and HTTP libraries name themselves in `User-Agent`; a program that claims
//! to be a browser is beyond this rule. [`browser`] knows most of them at a glance, [`matcher`] looks for the patterns, [`table`] holds them, and `bots/` makes the table.
//!
//! A page that a browser fetches ahead gets its cookie like any other, for most such pages are shown in the end; but those
//! who are told of the visit are told that, too.

mod browser;
mod matcher;
mod rule;
mod speculation;
mod table;

use core::fmt;

use crate::exchange::{Field, Fields};
use crate::outcome::Reason;
use crate::policy::Policy;
use crate::witness::{Rule, Witness};

pub use matcher::{Pattern, Program};
pub(crate) use rule::BotRule;
pub use speculation::Speculation;
pub(crate) use speculation::speculation;

/// Which program a `User-Agent` names that no person is looking through: a crawler, a monitor, an HTTP library, or a link
/// preview. `None` for browsers, and for an empty one: strict privacy tools send that, too.
///
/// ```
/// use hardtack::{Program, declared_program};
///
/// assert_eq!(declared_program(b"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"), Some(Program::Crawler));
/// assert_eq!(declared_program(b"facebookexternalhit/1.1"), Some(Program::LinkPreview));
/// assert_eq!(declared_program(b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"), None);
/// ```
pub fn declared_program(user_agent: &[u8]) -> Option<Program> {
    match browser::is_browsers(user_agent) {
        true => None,
        false => matcher::program(user_agent, &table::TABLE),
    }
}

/// The patterns by which [`declared_program`] goes, for generators of code that cannot call it.
pub fn program_patterns() -> impl Iterator<Item = Pattern<'static>> {
    matcher::Patterns(table::TABLE.patterns)
}

impl Program {
    const fn reason(self) -> Reason {
        match self {
            Self::Crawler => Reason::Crawler,
            Self::LinkPreview => Reason::LinkPreview,
        }
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Crawler => "a crawler or another program",
            Self::LinkPreview => "a link preview",
        })
    }
}

/// Why a request is left alone as that of a crawler or of a link preview; `None` where it may be a person's.
pub(crate) fn declared<Q: Fields + ?Sized>(
    policy: &Policy,
    fields: &Q,
    witness: &mut impl Witness,
) -> Option<Reason> {
    let Some(rule) = &policy.bots else {
        witness.saw(
            Rule::Bots,
            format_args!("the policy treats programs as people"),
        );
        return None;
    };
    let mut program = None;
    each_value(fields, Field::UserAgent, &mut |user_agent| {
        program = program.or_else(|| rule.program(user_agent));
    });
    match program {
        None => witness.saw(Rule::Bots, format_args!("User-Agent names no program")),
        Some(program) => witness.saw(Rule::Bots, format_args!("User-Agent names {program}")),
    }
    program.map(Program::reason)
}

/// Shows each value of a field. The rule looks at four fields that hardly any request has more than one of: one piece of
/// code for all of them keeps an engine small.
#[inline(never)]
fn each_value<Q: Fields + ?Sized>(fields: &Q, field: Field, see: &mut dyn FnMut(&[u8])) {
    fields.values(field).for_each(see);
}
