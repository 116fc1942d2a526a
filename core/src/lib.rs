//! Decides, for one HTTP exchange, whether a visitor gets a lasting first-party cookie, and which one.
//!
//! The decision is a pure function. A [`Policy`], an [`Exchange`], the time and 16 random bytes go in. A [`Decision`]
//! comes out: an [`Outcome`], a [`Reason`], and the [`Edit`]s to make to the response. The crate has no clock, no
//! randomness, no files, no sockets and no environment; what a rule needs is an argument.
//!
//! A request cannot fail. [`decide`] returns no `Result`, does not panic, and allocates nothing. A malformed cookie, a
//! missing header or an impossible host leads to another decision, not to an error. Only a policy can be wrong, and
//! [`Policy::new`] finds out once, when the policy is loaded.
//!
//! Every platform of hardtack runs this decision and writes the same bytes. The words that the documentation uses, such
//! as *visitor*, *duplicate*, *renewal* or *registrable domain*, are defined in the [glossary].
//!
//! # Example
//!
//! ```
//! use hardtack::{DomainSetting, Exchange, Outcome, Policy, Request, Response, Scheme, Settings, Target, decide};
//!
//! let mut settings = Settings::default();
//! settings.cookie.domain = DomainSetting::Listed(vec!["example.com".to_string()]);
//! let policy = Policy::new(&settings, None)?;
//!
//! let exchange = Exchange {
//!     request: Request {
//!         target: Target { scheme: Scheme::Https, host: b"www.example.com" },
//!         method: b"GET",
//!         path: b"/",
//!         country: None,
//!         fields: &[("sec-fetch-dest", "document")][..],
//!     },
//!     response: Response { status: 200, fields: &[("content-type", "text/html")][..] },
//! };
//! let decision = decide(&policy, &exchange, 1_750_000_000, [7; 16]);
//!
//! assert_eq!(decision.outcome(), Outcome::Issued);
//! assert_eq!(
//!     decision.set_cookie().unwrap().to_string(),
//!     "FPD=07070707-0707-4707-8707-070707070707; Max-Age=63072000; Domain=example.com; Path=/; Secure; HttpOnly; SameSite=Lax",
//! );
//! # Ok::<(), hardtack::PolicyError>(())
//! ```
//!
//! # The rules
//!
//! There are twelve rules, and [`Rule`] lists them. They are asked in this order: 1 and 2 for the request, 4 to 9, then
//! 1 to 3 for the response, 10 and 11. Rule 12 exposes the result. The first rule that says no ends the decision, and
//! its [`Reason`] is the decision's.
//!
//! 1. **Scope** ([`ScopeSettings`]). The decision leaves an exchange alone if the policy excludes its path or the
//!    cookie's `Path` does not cover it; if the method is neither GET nor POST; if the scheme is plain http and the
//!    cookie is `Secure`, except on loopback; if the status is informational, or is 400 or above and the policy does
//!    not include error pages; or if a redirect leaves the site.
//! 2. **Documents only** ([`ScopeSettings::documents_only`], the default). A request is for a document if its
//!    `Sec-Fetch-Dest` is `document` and its `Sec-Fetch-Mode`, if present, is `navigate`. Without `Sec-Fetch-Dest`,
//!    `Accept` has to list `text/html`, and `X-Requested-With` must not be `XMLHttpRequest`. Behind a service worker
//!    every destination is `empty`; there, a page is what lists `text/html` in the mode `navigate`, or, in Firefox, in
//!    the mode `same-origin` with `Upgrade-Insecure-Requests: 1`. The `Content-Type` of the response, if present, has
//!    to be HTML. Safari caps cookies that come with cloaked subresources at 7 days, and subresources that are fetched
//!    in parallel would race for an id.
//! 3. **The origin owns its cookie.** If the response already sets a cookie of this name, nothing is added, because a
//!    response must not have two `Set-Cookie` headers with one name ([RFC 6265bis] §4.1.1).
//! 4. **Read** ([`IdSettings`]). All `Cookie` headers and all values of the name are read, also in headers that were
//!    joined with commas. The first valid value wins. A value is valid if it is a UUID in its 36-character form, of
//!    version 4 (or of any version, if the policy says so), and sealed if the policy seals ids.
//! 5. **Consent** ([`ConsentSettings`]), where the policy asks for it. Any denial wins (`Sec-GPC`, `DNT`, the cookies
//!    of consent platforms), then any grant, then the rule for the visitor's region. What cannot be read counts as not
//!    given. A denial expires the cookie, both with its `Domain` and without. If an answer is required and there is
//!    none, everything stays as it is.
//! 6. **Bots** ([`BotSettings`], on by default). A client whose `User-Agent` names a crawler, a link preview or another
//!    bot gets no id. The policy can name further bots, and exempt others. A page that a browser prefetches or
//!    prerenders counts as a page view, and the signals of rule 12 say which it is ([`Speculation`]).
//! 7. **Renew** ([`RenewSettings`]). A valid id is renewed with every page (the default), when it is due (a second
//!    cookie, the renewal marker, holds the time of the last renewal), or never.
//! 8. **Adopt** ([`AdoptSettings`]). If the visitor has no valid id but sends a cookie that the policy names, the UUID
//!    in that cookie is taken over, or an id is derived from its value.
//! 9. **Mint** ([`VisitorId::from_entropy`]). Without any of these the visitor gets a new id: a UUID of version 4 from
//!    the 16 random bytes, sealed if the policy has keys ([`SealKey`]).
//! 10. **Write** ([`CookieSettings`]). `Set-Cookie` lines are appended: the id, the renewal marker, the script cookie.
//!     Their `Domain` is the registrable domain of the host. The cookies are host-only for addresses, single labels,
//!     trailing dots, names that browsers would not canonicalise, and hosts that are public suffixes. On plain http
//!     from loopback `Secure` is left off where the cookie can do without it.
//! 11. **Caches** ([`CacheSettings`]). A response that carries a cookie of ours is kept out of shared caches, and one
//!     that may show the id because a signal passes it on. Other responses are not touched.
//! 12. **Signals** ([`SignalSettings`]), each of them off by default: a request header for the origin, a response
//!     header, a cookie that scripts can read, `Server-Timing`, and a line in the log.
//!
//! Rules 1 and 2 ask the request before the response. So a missing image is skipped as
//! [`NotDocument`](Reason::NotDocument), not as [`ErrorStatus`](Reason::ErrorStatus).
//!
//! # Two halves
//!
//! [`decide`] takes a whole exchange. Code that runs in front of the origin knows the request first, and uses the two
//! halves: [`on_request`] makes a [`RequestDecision`], which has the visitor's id already and borrows nothing, so it
//! can wait; [`on_response`] completes it when the response is there. Between the two,
//! [`RequestDecision::request_edits`] carries the id to the origin, if the policy asks for that.
//!
//! An adapter translates its platform's request, calls these functions, and makes the edits that come out, in their
//! order and no others. [`Field`] is the closed list of headers that the rules read; [`Policy::reads`] and
//! [`Policy::reads_time`] say what one policy needs. [`read`], [`read_consented`], [`values`] and
//! [`consent_as_read`] apply single rules, and [`LogLine`] writes a decision as JSON.
//!
//! # Policies
//!
//! [`Settings`] is a policy as people write it: plain public fields, each with a default, which are changed one by one.
//! [`Policy::new`] checks the settings and makes a [`Policy`] of them, which is made once and shared by all requests.
//!
//! ```
//! use hardtack::{Policy, Renew, Settings};
//!
//! let mut settings = Settings::default();
//! settings.renew.when = Renew::WhenDue(30 * 86_400);
//! let policy = Policy::new(&settings, Some(hardtack_psl::LIST))?;
//! assert_eq!(policy.cookie_name(), "FPD");
//! # Ok::<(), hardtack::PolicyError>(())
//! ```
//!
//! The default domain, [`DomainSetting::Auto`], needs the public suffix list. The list is an argument
//! ([`SuffixList`]), because edge builds do without it; the crate `hardtack-psl` has one compiled in. The crate
//! `hardtack-policy` reads a policy from a file.
//!
//! [`Policy::to_blob`] writes a policy as a few bytes, and [`Policy::from_blob`] reads them. The WebAssembly engine
//! gets its policy that way.
//!
//! # Errors
//!
//! [`Policy::new`] fails with a [`PolicyError`], which has the key, the offending value, what is wrong with it, and a
//! hint. Blobs fail with a [`BlobError`]. Nothing else in this crate returns an error of its own.
//!
//! # Tracing
//!
//! Each of the three functions has a variant that records what every rule found: [`decide_traced`],
//! [`on_request_traced`] and [`on_response_traced`] take a [`Trace`]. `hardtack explain` prints one. With [`NoTrace`],
//! which the other functions use, tracing costs nothing.
//!
//! # Features
//!
//! - `checks` (default): [`Policy::new`], and the checks that refuse settings which browsers would reject. An engine
//!   that takes blobs from its own builder alone can do without, and is smaller.
//! - `serde`: outcomes, reasons, rules and ids as their words, and decisions as maps. A policy goes through
//!   `hardtack-policy`, which knows the form of the policy file.
//!
//! [`decide`]: fn@decide
//! [glossary]: https://github.com/hardtack-dev/hardtack/blob/main/docs/glossary.md
//! [RFC 6265bis]: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis
#![no_std]

extern crate alloc;

mod decide;
mod decision;
mod edit;
mod error;
mod http;
mod inspect;
mod log_line;
mod outcome;
mod policy;
mod rules;
#[cfg(feature = "serde")]
mod serialize;
mod trace;

pub use decide::{
    decide, decide_traced, on_request, on_request_traced, on_response, on_response_traced,
};
pub use decision::{Decision, RequestDecision};
pub use edit::{Edit, FieldValue, RequestEdits, ResponseEdits};
pub use error::PolicyError;
pub use http::country::Country;
pub use http::domain::SuffixList;
pub use http::exchange::{Exchange, Request, Response, Scheme, Target};
pub use http::field::{Field, Fields};
pub use http::host::{Host, is_loopback};
pub use http::id::{Accept, VisitorId};
pub use http::set_cookie::{SameSite, SetCookie};
pub use http::set_cookie_parts::SetCookieParts;
pub use inspect::{consent_as_read, read, read_consented, values};
pub use log_line::LogLine;
pub use outcome::{Outcome, Reason};
pub use policy::{BlobError, Policy, Settings};
pub use rules::adopt::AdoptSettings;
#[cfg(feature = "checks")]
pub use rules::adopt::{AdoptSource, Step, Tracker};
pub use rules::bots::{
    Bot, BotSettings, Bots, Pattern as BotPattern, Speculation, bot_patterns, declared_bot,
};
pub use rules::caches::CacheSettings;
pub use rules::consent::{
    Answer, Cmp, ConsentAnswer, ConsentSettings, ConsentSource, Container, Effect, Missing,
    Reading, Required, Shape,
};
pub use rules::mint::{IdSettings, SealKey};
pub use rules::renew::{Renew, RenewSettings};
pub use rules::scope::ScopeSettings;
pub use rules::signals::{Signal, SignalSettings};
pub use rules::write::{CookieSettings, DomainSetting};
pub use trace::{NoTrace, Rule, Trace};
