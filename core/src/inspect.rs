//! Single rules on their own, for handlers that get no cookie and for tools that show how a policy reads a request.
//!
//! None of these functions decides anything: they apply rules 4 and 5 without the others.

use crate::http::cookie;
use crate::http::exchange::Request;
use crate::http::field::{Field, Fields};
use crate::http::id::VisitorId;
use crate::policy::Policy;
use crate::rules::consent::{Consent, ConsentAnswer};
use crate::rules::read::Reading;
use crate::trace::NoTrace;

/// Finds the visitor's id in a request, whatever the request is for: rule 4 alone.
///
/// It is for handlers of API calls and pixels, which get no cookie but may need to know the visitor. `now` is Unix time
/// in seconds; it matters only while a policy accepts unsealed ids. `None` if no cookie holds a valid id.
///
/// The function does not ask for consent; [`read_consented`] does. An id that it finds may be that of a visitor who has
/// withdrawn consent and whose next page will expire the cookie.
///
/// ```
/// use hardtack::{Policy, Settings, read};
///
/// let policy = Policy::new(&Settings::default(), Some(hardtack_psl::LIST))?;
/// let fields = [
///     ("sec-fetch-dest", "empty"),
///     ("cookie", "FPD=forged; FPD=6F1C8A52-3B0D-4E7A-9C41-B9BA00563FA8"),
/// ];
/// let id = read(&policy, &fields[..], 1_750_000_000).unwrap();
/// assert_eq!(id.to_string(), "6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8");
/// # Ok::<(), hardtack::PolicyError>(())
/// ```
pub fn read<Q: Fields + ?Sized>(policy: &Policy, fields: &Q, now: u64) -> Option<VisitorId> {
    let needle = policy.cookie.name_and_equals.as_bytes();
    Reading::of(policy.ids(), needle, fields, now).id
}

/// Finds the visitor's id as [`read`] does, unless the visitor denies consent or has yet to give it: rules 4 and 5.
///
/// Where the policy does not ask for consent, it is the same as [`read`].
///
/// ```
/// use hardtack::{Policy, Request, Scheme, Settings, Target, read_consented};
///
/// let mut settings = Settings::default();
/// settings.consent.gpc = true;
/// let policy = Policy::new(&settings, Some(hardtack_psl::LIST))?;
/// let is_known = |gpc| {
///     let request = Request {
///         target: Target { scheme: Scheme::Https, host: b"www.example.com" },
///         method: b"POST",
///         path: b"/api/basket",
///         country: None,
///         fields: &[("cookie", "FPD=6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8"), ("sec-gpc", gpc)][..],
///     };
///     read_consented(&policy, &request, 1_750_000_000).is_some()
/// };
/// assert!(is_known("0") && !is_known("1"));
/// # Ok::<(), hardtack::PolicyError>(())
/// ```
pub fn read_consented<Q: Fields + ?Sized>(
    policy: &Policy,
    request: &Request<'_, Q>,
    now: u64,
) -> Option<VisitorId> {
    match policy.consent.ask(request, now, &mut NoTrace) {
        Consent::NotAsked | Consent::Granted => read(policy, request.fields, now),
        Consent::Denied(_) | Consent::Pending(_) => None,
    }
}

/// Every value of the policy's cookie that a request carries, valid or not, in order and without surrounding blanks
/// and quotes.
///
/// More than one value means that there is a duplicate: a cookie of the same name with another domain or path.
///
/// ```
/// use hardtack::{Policy, Settings, values};
///
/// let policy = Policy::new(&Settings::default(), Some(hardtack_psl::LIST))?;
/// let fields = [("cookie", "FPD=forged; theme=dark"), ("cookie", "FPD=\"two\"; XFPD=three")];
/// let found: Vec<_> = values(&policy, &fields[..]).collect();
/// assert_eq!(found, [&b"forged"[..], b"two"]);
/// # Ok::<(), hardtack::PolicyError>(())
/// ```
pub fn values<'a, Q: Fields + ?Sized>(
    policy: &'a Policy,
    fields: &'a Q,
) -> impl Iterator<Item = &'a [u8]> {
    let needle = policy.cookie.name_and_equals.as_bytes();
    let headers = fields.values(Field::Cookie);
    headers.flat_map(move |header| cookie::values(header, needle))
}

/// What each of the policy's consent cookies says in a request: rule 5, one cookie at a time, in the order of
/// [`ConsentSettings::from`](crate::ConsentSettings::from).
///
/// `now` is Unix time in seconds, because answers become stale. The function does not combine the answers, and looks
/// at neither `Sec-GPC` nor the country; the decision does.
///
/// ```
/// use hardtack::{Answer, Cmp, ConsentSource, Policy, Settings, consent_as_read};
///
/// let mut settings = Settings::default();
/// settings.consent.from = vec![ConsentSource::new(Cmp::CookieYes), ConsentSource::new(Cmp::Plain)];
/// let policy = Policy::new(&settings, Some(hardtack_psl::LIST))?;
/// let fields = [("cookie", "cookieyes-consent=consent:yes,action:yes,analytics:no")];
///
/// let answers: Vec<_> = consent_as_read(&policy, &fields[..], 1_750_000_000).collect();
/// assert_eq!((answers[0].cookie, answers[0].answer), ("cookieyes-consent", Some(Answer::Denied)));
/// assert_eq!((answers[1].cookie, answers[1].answer), ("hardtack_consent", None));
/// # Ok::<(), hardtack::PolicyError>(())
/// ```
pub fn consent_as_read<'a, Q: Fields + ?Sized>(
    policy: &'a Policy,
    fields: &'a Q,
    now: u64,
) -> impl Iterator<Item = ConsentAnswer<'a>> {
    policy.consent.answers(fields, now)
}
