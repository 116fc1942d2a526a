//! Decides, for one HTTP exchange, whether and how a visitor gets a lasting first-party cookie.
//!
//! The decision is a pure function: the policy, the exchange, the time and 16 random bytes go in; an outcome, a reason
//! and the edits to the response come out. It cannot fail, does not panic, and allocates nothing. Only a policy can be
//! wrong, and [`Policy::new`] finds out once.
//!
//! # The rules
//!
//! They are asked in this order: 1 and 2 of the request, 4 to 9, then 1 to 3 of the response, 10 and 11. The first that
//! says no ends it, with its reason.
//!
//! 1. **Scope.** Left alone: a path that the policy excludes or that the cookie's `Path` does not cover; a method that
//!    is neither GET nor POST; plain http when the cookie is `Secure`, loopback excepted; an informational status; a
//!    status of 400 or above, unless the policy says so; a redirect that leaves the site.
//! 2. **Documents only** (default). `Sec-Fetch-Dest` is `document`; where it is absent, `Accept` lists text/html and
//!    `X-Requested-With` is absent. `Sec-Fetch-Mode`, if there, is `navigate`. Behind a service worker every
//!    destination is `empty`: a page is what still lists text/html in the mode `navigate`, or, as Firefox has it, in
//!    the mode `same-origin` with `Upgrade-Insecure-Requests: 1`. The response's `Content-Type`, if there, is HTML.
//!    Safari caps cookies set with cloaked subresources at 7 days, and subresources that are fetched side by side would
//!    race.
//! 3. **The origin owns its cookie.** Where the response already sets this name, nothing is added (RFC 6265bis §4.1.1:
//!    no two `Set-Cookie` headers with one name).
//! 4. **Read.** All `Cookie` headers, all values of the name, also in comma-joined headers: the first valid one wins.
//!    Valid is a UUID in its 36-character form, of version 4 (or of any version, if the policy says so), sealed if the
//!    policy seals.
//! 5. **Consent**, where the policy asks for it: any denial wins (`Sec-GPC`, `DNT`, the cookies of consent platforms),
//!    then any grant, then the region's rule; what cannot be read counts as not given. Who denies is forgotten: the
//!    cookie is expired, with its domain and without. Without an answer where one is required everything stays as it
//!    is.
//! 6. **Bots** (default). A `User-Agent` that names a crawler, a link preview or another program gets no id; whom to
//!    name beyond the built-in table, and whom not, is for the policy to say. A page that a browser prefetches or
//!    prerenders counts, and those who are told of the visit are told so.
//! 7. **A valid id** is renewed with every page (default), when due (a second cookie, the marker, says when that was
//!    done last), or never.
//! 8. **Adopt.** No id yet, but a cookie that the policy names: the UUID in it is taken over, or an id is made from its
//!    value.
//! 9. **Mint.** No valid id: a UUID v4 from the 16 bytes, sealed where the policy has keys.
//! 10. **Write.** `Set-Cookie` lines are appended: the id, the marker, the script_cookie for scripts. Their `Domain` is
//!     the registrable domain of the host; host-only for addresses, single labels, trailing dots, names browsers would
//!     not canonicalise, and hosts that are public suffixes. On plain http from loopback `Secure` is left off where the
//!     cookie can do without.
//! 11. **Caches.** A response that carries a cookie of ours is kept from shared caches; others are not touched.
//! 12. **Signals**, each off unless asked for: a request header for the origin, a response header, a cookie for
//!     scripts, `Server-Timing`, and a log line.
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
pub use inspect::{consent_as_read, read, values};
pub use log_line::LogLine;
pub use outcome::{Outcome, Reason};
pub use policy::{BlobError, Policy, Settings};
pub use rules::adopt::AdoptSettings;
pub use rules::bots::{
    Bot, BotSettings, Bots, Pattern as BotPattern, Speculation, bot_patterns, declared_bot,
};
pub use rules::caches::CacheSettings;
pub use rules::consent::{Answer, Cmp, ConsentAnswer, ConsentSettings, ConsentSource, Required};
pub use rules::mint::{IdSettings, SealKey};
pub use rules::renew::{Renew, RenewSettings};
pub use rules::scope::ScopeSettings;
pub use rules::signals::{Signal, SignalSettings};
pub use rules::write::{CookieSettings, DomainSetting};
pub use trace::{NoTrace, Rule, Trace};
