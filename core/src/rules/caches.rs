//! Rule 11: a response that carries a cookie of ours or may show an id is for one visitor, and no cache may serve it to
//! another.
//!
//! A response may show the id without a cookie where the policy passes the id on: to the origin, which may print it
//! into any response, an error page included, or in the response header ([`SignalSettings`]).
//!
//! [`SignalSettings`]: crate::SignalSettings
//!
//! `Set-Cookie` does not prevent storing (RFC 9111 §7.3): a cache that serves many may store whatever is marked neither
//! `private` nor `no-store` (§3), a response without `Cache-Control` included. In that case `Cache-Control` is
//! rewritten: `public`, `s-maxage` and what only shared caches read are dropped, `private` is added, and what browsers
//! read stays. Fields that address one kind of cache and go before `Cache-Control` there (RFC 9213) are set to forbid
//! storing; where they are absent, nothing is added. Other responses are not touched.
//!
//! | the response has | it gets |
//! |---|---|
//! | no `Cache-Control` | `cache-control: private` |
//! | `public, max-age=60, s-maxage=3600` | `cache-control: private, max-age=60` |
//! | `no-store`, or `private` | no change |
//! | `cdn-cache-control: max-age=600` | `cdn-cache-control: no-store`, and one of the rows above |

use core::fmt;

use crate::http::cookie;
use crate::http::field::{Field, Fields};
use crate::http::text::{self, Decimal, Text};
use crate::trace::{Rule, Trace};

/// Whether shared caches are kept from storing the cookie: section `[caches]`, rule 11.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheSettings {
    /// Keep shared caches from storing responses that carry a cookie of ours, or that may show the id because a header
    /// of [`SignalSettings`](crate::SignalSettings) passes it on. Default true.
    ///
    /// With false, a cache behind this code may serve one visitor's id to others. It is for sites whose caches are
    /// known to remove `Set-Cookie`, or whose rules are set elsewhere.
    pub protect: bool,
}

impl Default for CacheSettings {
    fn default() -> Self {
        Self { protect: true }
    }
}

impl CacheSettings {
    /// Rule 11, for a response that sets or expires a cookie of ours, or that may show the id.
    pub(crate) fn apply<R: Fields + ?Sized>(&self, fields: &R, trace: &mut impl Trace) -> Caches {
        if !self.protect {
            trace.record(Rule::Caches, format_args!("the policy leaves caches alone"));
            return Caches::default();
        }
        let caches = Caches::of(fields);
        let what = match caches.changes_nothing() {
            true => "no shared cache may store the response as it is",
            false => "a shared cache could store the response, and is told not to",
        };
        trace.record(Rule::Caches, format_args!("{what}"));
        caches
    }
}

/// What has to be changed in a response. It borrows nothing of the response, which the adapter is about to edit.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Caches {
    pub(crate) control: Option<Control>,
    /// Bit `i` for the field at `i` in [`Field::TARGETED`].
    neutralised: u8,
}

/// Each of the fields for one kind of cache has a bit.
const _: () = assert!(Field::TARGETED.len() <= u8::BITS as usize);

/// The value with which such a field forbids storing. nginx reads seconds, so there it is `0`.
const fn forbidding(field: Field) -> &'static str {
    match field {
        Field::XAccelExpires => "0",
        _ => "no-store",
    }
}

impl Caches {
    pub(crate) fn of<R: Fields + ?Sized>(fields: &R) -> Self {
        Self {
            control: Control::of(fields),
            neutralised: match fields.has_any(Field::TARGETED) {
                true => neutralised(fields),
                false => 0,
            },
        }
    }

    /// The field at `i` in [`Field::TARGETED`] and its value, if it has to be set.
    pub(crate) fn targeted(&self, i: u8) -> Option<(Field, &'static str)> {
        let field = *Field::TARGETED.get(usize::from(i))?;
        (self.neutralised >> i & 1 == 1).then_some((field, forbidding(field)))
    }

    pub(crate) const fn targets_none(&self) -> bool {
        self.neutralised == 0
    }

    pub(crate) const fn changes_nothing(&self) -> bool {
        self.control.is_none() && self.targets_none()
    }
}

/// A bit for each field that is present and lets its caches store the response.
#[inline(never)]
fn neutralised<R: Fields + ?Sized>(fields: &R) -> u8 {
    let lets_store = |field: Field| {
        fields.values(field).any(|value| {
            text::trim(value) != forbidding(field).as_bytes()
                && !Control::default().read(value).forbids
        })
    };
    let bits = Field::TARGETED.iter().enumerate();
    bits.fold(0, |bits, (i, field)| {
        bits | u8::from(lets_store(*field)) << i
    })
}

/// A `Cache-Control` for one visitor: `private`, and what the origin told browsers, in a fixed order.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Control {
    /// Bit `i` for the directive at `i` in [`DIRECTIVES`].
    flags: u8,
    /// Seconds of the directives from [`FIRST_TIME`] on.
    times: [Option<u32>; 3],
    /// Whether what was read keeps shared caches off by itself.
    forbids: bool,
}

/// The directives that are read: first those without an argument that browsers go by, where a qualified
/// `no-cache="field"` counts as the stricter `no-cache`; then those with seconds; then those that keep shared caches
/// off.
const DIRECTIVES: [&str; 10] = [
    "no-cache",
    "must-revalidate",
    "no-transform",
    "immutable",
    "must-understand",
    "max-age",
    "stale-while-revalidate",
    "stale-if-error",
    "no-store",
    "private",
];
const FIRST_TIME: usize = 5;
const NO_STORE: usize = 8;
const PRIVATE: usize = 9;

impl Control {
    /// The rewritten `Cache-Control`; `None` if no shared cache may store the response as it is.
    fn of<R: Fields + ?Sized>(fields: &R) -> Option<Self> {
        let mut control = Self::default();
        for value in fields.values(Field::CacheControl) {
            control.read(value);
        }
        (!control.forbids).then_some(control)
    }

    /// Takes in one value: directives, separated by commas outside of quotes. Never inlined: an engine has it once.
    #[inline(never)]
    fn read(&mut self, value: &[u8]) -> &Self {
        let (mut begin, mut equals, mut quoted) = (0, None, false);
        for (at, byte) in value.iter().enumerate() {
            match byte {
                b'"' => quoted = !quoted,
                b'=' => equals = equals.or(Some(at - begin)),
                b',' if !quoted => {
                    self.take(value.get(begin..at).unwrap_or_default(), equals);
                    (begin, equals) = (at + 1, None);
                }
                _ => {}
            }
        }
        self.take(value.get(begin..).unwrap_or_default(), equals);
        self
    }

    /// The value as a static text, for those that most pages get.
    pub(crate) fn as_static(&self) -> Option<&'static str> {
        match (self.flags, self.times) {
            (0, [None, None, None]) => Some("private"),
            (1, [None, None, None]) => Some("private, no-cache"),
            _ => None,
        }
    }

    /// Takes in one directive, whose argument stands behind `equals`. The first of several values counts (RFC 9111
    /// §4.2.1).
    fn take(&mut self, directive: &[u8], equals: Option<usize>) {
        let parts = equals.and_then(|equals| directive.split_at_checked(equals));
        let name = parts.map_or(directive, |(name, _)| name).trim_ascii();
        let argument = parts.and_then(|(_, argument)| argument.get(1..));
        let is = |known: &&str| name.eq_ignore_ascii_case(known.as_bytes());
        match DIRECTIVES.iter().position(is) {
            Some(NO_STORE) => self.forbids = true,
            Some(PRIVATE) => self.forbids |= argument.is_none(),
            Some(i) => match self.times.get_mut(i.wrapping_sub(FIRST_TIME)) {
                Some(time) => {
                    time.get_or_insert_with(|| seconds(argument.unwrap_or_default()));
                }
                None => self.flags |= 1 << i,
            },
            None => {}
        }
    }
}

impl Text for Control {
    fn write_to(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str("private")?;
        for (i, name) in DIRECTIVES.iter().enumerate().take(FIRST_TIME) {
            if self.flags >> i & 1 == 1 {
                text::pieces(out, &[", ", name])?;
            }
        }
        for (name, time) in DIRECTIVES[FIRST_TIME..].iter().zip(self.times) {
            if let Some(seconds) = time {
                let seconds = Decimal::of(seconds.into());
                text::pieces(out, &[", ", name, "=", seconds.as_str()])?;
            }
        }
        Ok(())
    }
}

/// Delta-seconds of RFC 9111 §1.2.2, in quotes or without. A number that is too large becomes 2³¹, and anything that is
/// not a number becomes 0, which is stale.
fn seconds(text: &[u8]) -> u32 {
    const MOST: u32 = 1 << 31;
    let digit = |sum: Option<u32>, byte: &u8| {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        Some(sum?.saturating_mul(10).saturating_add(digit).min(MOST))
    };
    let text = cookie::unquote(text);
    text.iter().fold(Some(0), digit).unwrap_or(0)
}
