//! Rule 5 itself: the checked form of [`ConsentSettings`](super::ConsentSettings), and how a request is asked.
//!
//! A rule is kept as the bytes that stand for it in a policy's blob, and read where it is asked: an engine that gets a
//! blob has nothing to build. Flags `u8`; the number of countries `u8`, and two letters for each; then, for each
//! source, its index in [`Cmp::ALL`] `u8`, how it is read `u8` (the bits of `reader.rs`), the vendor `u16`, purposes of
//! the TCF `u32`, and seven texts, each with its length as `u16`: what a pair with the cookie begins with (the name and
//! an equals sign; no equals sign where a number follows), what is needed, words that grant, words that deny,
//! separators, paths, and what stands beside the answer: the mark of its effect, a word, and a path.
//! [`SEPARATOR`](super::reader::SEPARATOR) separates the items of a list and stands before each step of a path, and
//! [`ALTERNATIVE`](super::reader::ALTERNATIVE) separates paths.

use alloc::vec::Vec;

use super::answer::Answer;
use super::cmp::Cmp;
use super::cookies;
use super::reader::{ReadContext, Reader};
use super::tcf::Requirement;
use crate::http::country::Country;
use crate::http::exchange::Request;
use crate::http::field::{Field, Fields};
use crate::http::set_cookie::CookieText;
use crate::http::split::Split;
use crate::http::text;
use crate::outcome::Reason;
use crate::trace::{Rule, Trace};

/// Whether the visitor consents, as far as the request says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consent {
    /// The policy does not ask, or not in this country.
    NotAsked,
    /// The visitor consents.
    Granted,
    /// The visitor denies; the reason says how.
    Denied(Reason),
    /// There is no answer yet, or none that can be read, and one is required.
    Pending(Reason),
}

/// One consent cookie of the policy, and what it says in a request.
///
/// [`consent_as_read`](crate::consent_as_read) makes these, and has an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsentAnswer<'a> {
    /// The platform that writes it.
    pub cmp: Cmp,
    /// Its name, without the number that some names end in.
    pub cookie: &'a str,
    /// What it says; `None` if the request has no such cookie. Duplicates are combined: any denial wins.
    pub answer: Option<Answer>,
}

/// Whether the browser sent this cookie, whatever its value.
pub(crate) fn sent<Q: Fields + ?Sized>(cookie: &CookieText, fields: &Q) -> bool {
    let name = cookie.name_and_equals.as_bytes();
    let mut headers = fields.values(Field::Cookie);
    headers.any(|header| crate::http::cookie::values(header, name).next().is_some())
}

/// What a policy says on consent, as bytes. There are none if it asks for nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConsentRule(pub(crate) Vec<u8>);

pub(super) const EVERYWHERE: u8 = 1;
/// Consent is required in the listed countries, and where the country is not known.
pub(super) const LISTED: u8 = 1 << 1;
pub(super) const GPC: u8 = 1 << 2;
pub(super) const DNT: u8 = 1 << 3;
pub(super) const US_OPT_OUT: u8 = 1 << 4;

impl ConsentRule {
    /// Whether the policy asks for anything at all.
    pub(crate) const fn asks(&self) -> bool {
        !self.0.is_empty()
    }

    /// Whether any part of the rule reads this field.
    pub(crate) fn reads(&self, field: Field) -> bool {
        let flag = match field {
            Field::SecGpc => GPC,
            Field::Dnt => DNT,
            Field::SecPurpose => LISTED,
            _ => 0,
        };
        self.has(flag)
    }

    fn has(&self, flag: u8) -> bool {
        self.0.first().is_some_and(|flags| flags & flag != 0)
    }

    fn countries(&self) -> &[u8] {
        let mut rest = self.0.get(1..).unwrap_or_default();
        let [len] = take(&mut rest);
        rest.get(..2 * usize::from(len)).unwrap_or_default()
    }

    /// What each source's cookies say in a request, one by one.
    pub(crate) fn answers<'a, Q: Fields + ?Sized>(
        &'a self,
        fields: &'a Q,
        now: u64,
    ) -> impl Iterator<Item = ConsentAnswer<'a>> {
        self.readers().map(move |reader| ConsentAnswer {
            cmp: reader.cmp,
            cookie: reader.name(),
            answer: self.read(&reader, fields, now),
        })
    }

    fn readers(&self) -> Readers<'_> {
        Readers(self.0.get(2 + self.countries().len()..).unwrap_or_default())
    }

    /// Rule 5: asks a request for the visitor's consent. `now` is Unix time in seconds.
    pub(crate) fn ask<Q: Fields + ?Sized>(
        &self,
        request: &Request<'_, Q>,
        now: u64,
        trace: &mut impl Trace,
    ) -> Consent {
        if !self.asks() {
            return Consent::NotAsked;
        }
        let denies = |field| self.reads(field) && any(request.fields, field, &mut is_one);
        if denies(Field::SecGpc) {
            trace.record(Rule::Consent, format_args!("Sec-GPC: 1 denies"));
            return Consent::Denied(Reason::GlobalPrivacyControl);
        }
        if denies(Field::Dnt) {
            trace.record(Rule::Consent, format_args!("DNT: 1 denies"));
            return Consent::Denied(Reason::DoNotTrack);
        }
        let mut answer = Answer::Unknown;
        for reader in self.readers() {
            let read = self.read(&reader, request.fields, now);
            if trace.enabled() {
                let name = reader.name();
                match read {
                    Some(read) => trace.record(Rule::Consent, format_args!("{name}: {read}")),
                    None => trace.record(Rule::Consent, format_args!("{name} is not there")),
                }
            }
            answer = answer.or(read.unwrap_or(Answer::Unknown));
        }
        match answer {
            Answer::Denied => Consent::Denied(Reason::ConsentDenied),
            Answer::Granted => Consent::Granted,
            Answer::Unknown => self.without_answer(request, trace),
        }
    }

    /// What the cookies of one source say together; `None` where there are none.
    fn read<Q: Fields + ?Sized>(
        &self,
        reader: &Reader<'_>,
        fields: &Q,
        now: u64,
    ) -> Option<Answer> {
        let mut is_closing =
            |header: &[u8]| cookies::holds_value(header, b"OptanonAlertBoxClosed=");
        let context = ReadContext {
            now,
            us_opt_out: self.has(US_OPT_OUT),
            banner_closed: reader.cmp == Cmp::OneTrust
                && any(fields, Field::Cookie, &mut is_closing),
        };
        let mut answer = None;
        any(fields, Field::Cookie, &mut |header| {
            answer = reader.read_header(header, context, answer);
            false
        });
        answer
    }

    fn without_answer<Q: Fields + ?Sized>(
        &self,
        request: &Request<'_, Q>,
        trace: &mut impl Trace,
    ) -> Consent {
        if !self.has(LISTED) {
            let required = self.has(EVERYWHERE);
            let what = if required { "everywhere" } else { "nowhere" };
            trace.record(Rule::Consent, format_args!("consent is required {what}"));
            return pending(required);
        }
        // A page that is fetched ahead through a relay comes from the relay's address.
        let country = match any(request.fields, Field::SecPurpose, &mut is_relayed) {
            true => None,
            false => request.country.filter(is_known),
        };
        let required = country.is_none_or(|country| {
            let (codes, _) = self.countries().as_chunks();
            codes.contains(&country.code())
        });
        let what = if required { "is" } else { "is not" };
        match country {
            Some(country) => trace.record(
                Rule::Consent,
                format_args!("consent {what} required in {country}"),
            ),
            None => trace.record(
                Rule::Consent,
                format_args!("the country is not known: consent is required"),
            ),
        }
        pending(required)
    }
}

const fn pending(required: bool) -> Consent {
    match required {
        true => Consent::Pending(Reason::ConsentPending),
        false => Consent::NotAsked,
    }
}

/// Whether any value of a field passes. One copy for all tests keeps the engine small.
#[inline(never)]
fn any<Q: Fields + ?Sized>(fields: &Q, field: Field, test: &mut dyn FnMut(&[u8]) -> bool) -> bool {
    let mut values = fields.values(field);
    values.any(test)
}

/// Whether a value is `1` and nothing else, as GPC and DNT define it, or one of several that a host joined with commas.
fn is_one(value: &[u8]) -> bool {
    Split::new(value, b',').any(|part| text::trim(part) == b"1")
}

fn is_relayed(purpose: &[u8]) -> bool {
    const RELAYED: &[u8] = b"anonymous-client-ip";
    purpose.windows(RELAYED.len()).any(|at| at == RELAYED)
}

/// Whether the code is a country's. Databases write `EU` and `AP` where they know the continent only.
fn is_known(country: &Country) -> bool {
    !matches!(&country.code(), b"EU" | b"AP")
}

/// The readers of a rule, in order.
struct Readers<'a>(&'a [u8]);

impl<'a> Iterator for Readers<'a> {
    type Item = Reader<'a>;

    fn next(&mut self) -> Option<Reader<'a>> {
        let rest = &mut self.0;
        let [cmp, how, vendor @ .., a, b, c, d] = take::<8>(rest);
        let mut texts = [&[][..]; 7];
        for one in &mut texts {
            *one = text(rest);
        }
        let [needle, needs, granted, denied, separators, paths, beside] = texts;
        let reader = Reader {
            cmp: *Cmp::ALL.get(usize::from(cmp))?,
            how,
            asked: Requirement {
                vendor: u16::from_le_bytes(vendor),
                purposes: u32::from_le_bytes([a, b, c, d]),
            },
            needle,
            needs,
            granted,
            denied,
            separators,
            paths,
            beside,
        };
        (!reader.needle.is_empty()).then_some(reader)
    }
}

fn text<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let len = usize::from(u16::from_le_bytes(take(rest)));
    rest.split_off(..len).unwrap_or_default()
}

/// The next bytes; zeros where there are fewer.
fn take<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    let bytes = rest.split_off(..N).and_then(|bytes| bytes.first_chunk());
    bytes.copied().unwrap_or([0; N])
}
