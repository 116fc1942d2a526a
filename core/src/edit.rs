//! The edits that follow from a decision: a small closed set, in a fixed order, made one by one while an adapter asks.
//!
//! | place | edits of a response |
//! |---|---|
//! | 0 | the `Set-Cookie` with the id |
//! | 1, 2 | those of the renewal marker and the script cookie |
//! | 3 to 8 | or, where the visitor is forgotten, two for each of these three cookies, which expire it |
//! | 9 | `Cache-Control` |
//! | 10 and up | fields for one kind of cache, one place for each of `Field::TARGETED` |
//! | then | the signal header, and `Server-Timing` |
//!
//! The order is part of the contract: the conformance cases compare the headers of every platform byte for byte.

use core::fmt;

use crate::decision::{Decision, RequestDecision};
use crate::http::field::Field;
use crate::http::set_cookie::{Content, CookieText, SetCookie};
use crate::http::text::{self, Text as _};
use crate::outcome::{Outcome, Reason};
use crate::policy::Policy;
use crate::rules::caches::Control;
use crate::rules::signals::Signal;

/// One change to a message. An adapter makes the edits in their order, and changes nothing else.
///
/// Names of fields are in lower case, except those that the policy gives, which keep their case. Names and values are
/// printable ASCII, so every platform can take them.
///
/// [`Decision::edits`] has an example that applies edits to a list of headers.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Edit<'a> {
    /// Append a `Set-Cookie` header after those that are there. The origin's own cookies, logins among them, stay as
    /// they are and in their order.
    AppendSetCookie(SetCookie<'a>),
    /// Set a header of this name, and remove all others of that name, compared without regard to case.
    SetHeader(&'a str, FieldValue),
    /// Append a header of this name after those that are there.
    AppendHeader(&'a str, FieldValue),
    /// Remove every header of this name. No rule asks for this today.
    RemoveHeader(&'a str),
}

/// The value of a header field that an [`Edit`] sets or appends.
///
/// It borrows nothing, and its `Display` is printable ASCII of at most [`MAX_LEN`](Self::MAX_LEN) bytes. Where no
/// allocation is wanted, [`as_static`](Self::as_static) and [`write_to`](Self::write_to) do without.
#[derive(Clone, Copy, Debug)]
pub struct FieldValue(Value);

/// The kinds of values.
#[derive(Clone, Copy, Debug)]
enum Value {
    Signal(Signal),
    Timing(Outcome, Reason),
    Control(Control),
    Text(&'static str),
}

impl FieldValue {
    /// The length of the longest value in bytes: the size of a buffer that takes any value.
    pub const MAX_LEN: usize = 160;
}

impl FieldValue {
    /// The value as a static text, if it is one that many responses get, such as `private`. `None` for a value that has
    /// to be put together; [`write_to`](Self::write_to) writes any value.
    pub fn as_static(&self) -> Option<&'static str> {
        match self.0 {
            Value::Control(control) => control.as_static(),
            Value::Text(text) => Some(text),
            Value::Signal(_) | Value::Timing(..) => None,
        }
    }

    /// Writes the value to `out` in pieces, without allocating.
    ///
    /// # Errors
    ///
    /// Fails only where `out` fails.
    pub fn write_to(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        match self.0 {
            Value::Signal(signal) => signal.write_to(out),
            Value::Timing(outcome, reason) => {
                let (outcome, reason) = (outcome.as_str(), reason.as_str());
                text::pieces(out, &["hardtack;desc=\"", outcome, " ", reason, "\""])
            }
            Value::Control(control) => control.write_to(out),
            Value::Text(text) => out.write_str(text),
        }
    }
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_to(f)
    }
}

/// The edits to a response, in order. [`Decision::edits`] makes the iterator.
#[derive(Clone, Debug)]
pub struct ResponseEdits<'d, 'a> {
    decision: &'d Decision<'a>,
    at: u8,
}

/// The places in the order of a response's edits: cookies that are set, or cookies that expire, then other fields.
const EXPIRATIONS: u8 = 3;
const LAST_COOKIE: u8 = 8;
const CACHE_CONTROL: u8 = LAST_COOKIE + 1;
const FIRST_TARGETED: u8 = 10;
const SIGNAL: u8 = FIRST_TARGETED + Field::TARGETED.len() as u8;
const TIMING: u8 = SIGNAL + 1;
const END: u8 = TIMING + 1;

impl<'a> Iterator for ResponseEdits<'_, 'a> {
    type Item = Edit<'a>;

    fn next(&mut self) -> Option<Edit<'a>> {
        while self.at < END {
            let at = self.at;
            self.at = self.decision.place_after(at);
            let edit = self.decision.edit(at);
            if edit.is_some() {
                return edit;
            }
        }
        None
    }
}

impl<'a> Decision<'a> {
    /// The changes to make to the response, in order: `Set-Cookie` lines first, then fields for caches, then signals.
    ///
    /// There are none where a request is skipped, unless the policy exposes skipped exchanges, too
    /// ([`Policy::exposes_skipped`]). Where only the response is, its fields for caches may still change: the origin
    /// may have been told the id.
    ///
    /// # Example
    ///
    /// A list of headers, edited:
    ///
    /// ```
    /// use hardtack::{
    ///     Edit, Policy, Request, Response, Scheme, Settings, Target, on_request, on_response,
    /// };
    ///
    /// let policy = Policy::new(&Settings::default(), Some(hardtack_psl::LIST))?;
    /// let mut headers = vec![
    ///     ("content-type".to_string(), "text/html".to_string()),
    ///     ("cache-control".to_string(), "public, max-age=60".to_string()),
    ///     ("set-cookie".to_string(), "session=8d2; HttpOnly".to_string()),
    /// ];
    /// let request = Request {
    ///     target: Target { scheme: Scheme::Https, host: b"www.example.com" },
    ///     method: b"GET",
    ///     path: b"/",
    ///     country: None,
    ///     fields: &[("sec-fetch-dest", "document")][..],
    /// };
    /// let decision = on_request(&policy, &request, 1_750_000_000, [7; 16]);
    /// let response = Response { status: 200, fields: &headers };
    /// let decision = on_response(&policy, decision, request.target, &response);
    ///
    /// let remove = |headers: &mut Vec<(String, String)>, name: &str| {
    ///     headers.retain(|(there, _)| !there.eq_ignore_ascii_case(name));
    /// };
    /// for edit in decision.edits() {
    ///     match edit {
    ///         Edit::AppendSetCookie(line) => headers.push(("set-cookie".into(), line.to_string())),
    ///         Edit::SetHeader(name, value) => {
    ///             remove(&mut headers, name);
    ///             headers.push((name.into(), value.to_string()));
    ///         }
    ///         Edit::AppendHeader(name, value) => headers.push((name.into(), value.to_string())),
    ///         Edit::RemoveHeader(name) => remove(&mut headers, name),
    ///         // `Edit` is non-exhaustive: a later version may have further edits.
    ///         _ => {}
    ///     }
    /// }
    ///
    /// assert_eq!(headers[1].1, "session=8d2; HttpOnly");
    /// assert!(headers[2].1.starts_with("FPD=07070707-0707-4707-8707-070707070707; Max-Age=63072000; "));
    /// assert_eq!(headers[3], ("cache-control".to_string(), "private, max-age=60".to_string()));
    /// # Ok::<(), hardtack::PolicyError>(())
    /// ```
    pub const fn edits(&self) -> ResponseEdits<'_, 'a> {
        ResponseEdits {
            decision: self,
            at: 0,
        }
    }

    /// The `Set-Cookie` that carries the id, if the outcome sets one ([`Outcome::sets_cookie`]).
    ///
    /// Other lines may go with it: the renewal marker, the script cookie. [`edits`](Self::edits) has them all.
    pub fn set_cookie(&self) -> Option<SetCookie<'a>> {
        let id = self.id().filter(|_| self.outcome().sets_cookie())?;
        Some(self.line(&self.policy.cookie, Content::Id(id)))
    }

    /// Passes over what hardly any response needs: a second cookie, cookies that expire, fields for one kind of cache,
    /// and fields that expose the decision.
    fn place_after(&self, at: u8) -> u8 {
        let mut next = at + 1;
        if next < EXPIRATIONS && !self.policy.has_extras {
            next = EXPIRATIONS;
        }
        if next == EXPIRATIONS && !self.outcome().expires_cookie() {
            next = CACHE_CONTROL;
        }
        if next == FIRST_TARGETED && self.caches.targets_none() {
            next = SIGNAL;
        }
        if next == SIGNAL && !self.policy.has_extras {
            next = END;
        }
        next
    }

    fn edit(&self, at: u8) -> Option<Edit<'a>> {
        match at {
            0 => self.set_cookie().map(Edit::AppendSetCookie),
            CACHE_CONTROL => {
                let value = Value::Control(self.caches.control?);
                Some(Edit::SetHeader("cache-control", FieldValue(value)))
            }
            _ => self.rare_edit(at),
        }
    }

    /// The edits that hardly any response gets, out of the way of the others.
    #[cold]
    #[inline(never)]
    fn rare_edit(&self, at: u8) -> Option<Edit<'a>> {
        match at {
            1..=LAST_COOKIE => self.cookie_line(at).map(Edit::AppendSetCookie),
            FIRST_TARGETED..SIGNAL => {
                let (field, value) = self.caches.targeted(at - FIRST_TARGETED)?;
                Some(Edit::SetHeader(
                    field.name(),
                    FieldValue(Value::Text(value)),
                ))
            }
            SIGNAL => {
                let value = Value::Signal(self.signal());
                Some(Edit::SetHeader(
                    self.policy.response_header()?,
                    FieldValue(value),
                ))
            }
            _ => {
                let value = Value::Timing(self.outcome(), self.reason());
                let edit = Edit::AppendHeader("server-timing", FieldValue(value));
                self.policy.settings.signals.server_timing.then_some(edit)
            }
        }
    }

    fn cookie_line(&self, at: u8) -> Option<SetCookie<'a>> {
        if self.outcome().sets_cookie() && at < EXPIRATIONS {
            self.set_line(at)
        } else if self.outcome().expires_cookie() && at >= EXPIRATIONS {
            self.expiration(at - EXPIRATIONS)
        } else {
            None
        }
    }

    fn set_line(&self, which: u8) -> Option<SetCookie<'a>> {
        match which {
            1 => {
                let marker = self.policy.marker.as_ref()?;
                Some(self.line(&marker.text, Content::Time(self.request.now)))
            }
            _ => Some(self.line(self.policy.script_cookie.as_ref()?, Content::Id(self.id()?))),
        }
    }

    /// The line that expires a cookie. A script of the page, or an earlier policy, may have left the cookie with a
    /// domain or without one, and browsers keep the two apart (RFC 6265bis §5.7), so each is expired both ways.
    fn expiration(&self, which: u8) -> Option<SetCookie<'a>> {
        let text = self.policy.cookies().nth(usize::from(which / 2))?;
        let host_only = which % 2 == 1;
        if !host_only && self.domain.is_none() {
            return None;
        }
        let mut line = self.line(text, Content::Nothing);
        line.domain = line.domain.filter(|_| !host_only);
        Some(line)
    }

    const fn line(&self, text: &'a CookieText, content: Content) -> SetCookie<'a> {
        SetCookie {
            text,
            content,
            domain: self.domain,
            on_loopback: self.on_loopback,
        }
    }
}

/// The edits to a request, in order. [`RequestDecision::request_edits`] makes the iterator.
#[derive(Clone, Debug)]
pub struct RequestEdits<'p> {
    decision: RequestDecision,
    /// The name of the signal header, until its edit is made.
    name: Option<&'p str>,
}

impl RequestDecision {
    /// The changes to make to the request before it goes to the origin, in order.
    ///
    /// Under a policy with [`SignalSettings::request_header`](crate::SignalSettings::request_header), the header of
    /// that name is set, whatever the outcome. So no header of that name that a client sent reaches the origin. Under
    /// other policies there are no edits.
    ///
    /// ```
    /// use hardtack::{Edit, Policy, Request, Scheme, Settings, Target, on_request};
    ///
    /// let mut settings = Settings::default();
    /// settings.signals.request_header = Some("x-visitor".to_string());
    /// let policy = Policy::new(&settings, Some(hardtack_psl::LIST))?;
    /// let request = Request {
    ///     target: Target { scheme: Scheme::Https, host: b"www.example.com" },
    ///     method: b"GET",
    ///     path: b"/logo.png",
    ///     country: None,
    ///     fields: &[("sec-fetch-dest", "image"), ("x-visitor", "forged")][..],
    /// };
    /// let decision = on_request(&policy, &request, 1_750_000_000, [7; 16]);
    ///
    /// let edits: Vec<_> = decision.request_edits(&policy).collect();
    /// let [Edit::SetHeader(name, value)] = edits[..] else { panic!("one edit") };
    /// assert_eq!((name, value.to_string().as_str()), ("x-visitor", "skipped;reason=not_document"));
    /// # Ok::<(), hardtack::PolicyError>(())
    /// ```
    pub const fn request_edits<'p>(&self, policy: &'p Policy) -> RequestEdits<'p> {
        RequestEdits {
            decision: *self,
            name: policy.request_header(),
        }
    }
}

impl<'p> Iterator for RequestEdits<'p> {
    type Item = Edit<'p>;

    fn next(&mut self) -> Option<Edit<'p>> {
        let name = self.name.take()?;
        let value = FieldValue(Value::Signal(self.decision.signal()));
        Some(Edit::SetHeader(name, value))
    }
}
