//! Warns of settings that are valid but likely to surprise.

use hardtack::{
    Accept, AdoptSettings, DomainSetting, Renew, Required, SameSite, Settings, Tracker,
};

use crate::explain::lifetimes::LONGEST;
use crate::file::duration::{DAY, THIRTEEN_MONTHS, in_words};

/// Something in a valid policy that is likely to surprise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The key, such as `cookie.secure`.
    pub key: &'static str,
    /// What will happen: a lower-case fragment.
    pub message: String,
    /// What to write instead.
    pub hint: String,
    /// Where that is documented: a section of a standard, or a browser's source. `None` where it follows from the
    /// policy.
    pub source: Option<&'static str>,
}

/// Every warning that the settings give, in the order of the file. The defaults give none.
pub fn warnings(settings: &Settings) -> Vec<Warning> {
    CHECKS.iter().filter_map(|check| check(settings)).collect()
}

const CHECKS: [fn(&Settings) -> Option<Warning>; 22] = [
    name_of_others,
    longer_than_browsers_keep,
    shorter_than_a_day,
    nested_domains,
    insecure,
    readable,
    strict,
    cross_site,
    browsers_choice,
    partitioned,
    any_version,
    never_renewed,
    renewed_too_late,
    unsealed_for_long,
    adopts_without_deriving,
    all_excluded,
    with_everything,
    unprotected_caches,
    required_but_not_read,
    grants_in_vain,
    cookie_for_scripts,
    header_for_scripts,
];

fn warning(key: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Warning {
    Warning {
        key,
        message: message.into(),
        hint: hint.into(),
        source: source(key),
    }
}

/// Where a standard or a browser's source documents the warnings about a key.
fn source(key: &str) -> Option<&'static str> {
    Some(match key {
        "cookie.max_age" | "renew.when" => {
            "RFC 6265bis §5.5 (400 days in Chromium and Firefox); brave-core net/cookies (180 days in Brave)"
        }
        "cookie.secure" => "RFC 6265bis §4.1.2.5",
        "cookie.http_only" => "RFC 6265bis §4.1.2.6",
        "cookie.same_site" => "RFC 6265bis §4.1.2.7",
        "cookie.partitioned" => "CHIPS, Cookies Having Independent Partitioned State (privacycg)",
        "id.accept" => "RFC 9562 §8; Adobe Experience Platform, first-party device ids",
        "scope.documents_only" => {
            "WebKit, NetworkTaskCocoa: CNAME cloaking and third-party addresses"
        }
        "caches.protect" => "RFC 9111 §7.3",
        "consent.required" | "consent.from" => "ePrivacy directive, article 5(3); docs/consent.md",
        _ => return None,
    })
}

/// Cookies of widespread software, which would read our id from them, or overwrite it.
const TAKEN_NAMES: [&str; 9] = [
    "_ga",
    "_gid",
    "_fbp",
    "fpid",
    "fplc",
    "phpsessid",
    "jsessionid",
    "asp.net_sessionid",
    "connect.sid",
];

fn name_of_others(settings: &Settings) -> Option<Warning> {
    let name = &settings.cookie.name;
    let taken = TAKEN_NAMES.contains(&name.to_lowercase().as_str());
    taken.then(|| {
        let message =
            format!("other software uses a cookie called {name}, and would lose its value");
        warning(
            "cookie.name",
            message,
            "choose a name that nothing else uses",
        )
    })
}

fn longer_than_browsers_keep(settings: &Settings) -> Option<Warning> {
    let max_age = settings.cookie.max_age;
    (max_age > LONGEST && settings.renew.when == Renew::Never).then(|| {
        let asked = in_words(max_age);
        let message = format!(
            "the policy asks for {asked}, but most browsers keep no cookie longer than 400 days, and it is never renewed"
        );
        let hint = "write max_age = \"393d\", or renew.when = \"every-visit\"";
        warning("cookie.max_age", message, hint)
    })
}

fn shorter_than_a_day(settings: &Settings) -> Option<Warning> {
    let max_age = settings.cookie.max_age;
    (max_age < DAY).then(|| {
        let asked = in_words(max_age);
        let message =
            format!("the cookie lasts {asked}: a visitor who returns the next day gets a new id");
        let hint = "write max_age = \"730d\" for a lasting cookie, and check the unit";
        warning("cookie.max_age", message, hint)
    })
}

fn nested_domains(settings: &Settings) -> Option<Warning> {
    let DomainSetting::Listed(domains) = &settings.cookie.domain else {
        return None;
    };
    let pairs = domains
        .iter()
        .flat_map(|inner| domains.iter().map(move |outer| (inner, outer)));
    let below = |inner: &str, outer: &str| {
        inner
            .strip_suffix(outer)
            .is_some_and(|head| head.ends_with('.'))
    };
    let (inner, outer) = pairs
        .into_iter()
        .find(|(inner, outer)| below(inner, outer))?;
    let message =
        format!("{inner} is below {outer}: a visitor of both has two cookies of one name");
    let hint = format!("leave {inner} out, unless that is meant");
    Some(warning("cookie.domain", message, hint))
}

fn insecure(settings: &Settings) -> Option<Warning> {
    let message =
        "the cookie is also sent over plain http, where an attacker can read and replace it";
    (!settings.cookie.secure).then(|| warning("cookie.secure", message, "write secure = true"))
}

fn readable(settings: &Settings) -> Option<Warning> {
    let message = "every script on the page can read the id, and replace it";
    (!settings.cookie.http_only)
        .then(|| warning("cookie.http_only", message, "write http_only = true"))
}

fn strict(settings: &Settings) -> Option<Warning> {
    let message = "a visitor who follows a link from another site sends no cookie, and gets a new id in place of the old one";
    (settings.cookie.same_site == SameSite::Strict)
        .then(|| warning("cookie.same_site", message, "write same_site = \"lax\""))
}

fn cross_site(settings: &Settings) -> Option<Warning> {
    let message = "the cookie is also sent with cross-site requests, which visits to the site itself do not need";
    (settings.cookie.same_site == SameSite::None).then(|| {
        warning(
            "cookie.same_site",
            message,
            "write same_site = \"lax\", unless other sites embed pages in frames",
        )
    })
}

fn browsers_choice(settings: &Settings) -> Option<Warning> {
    let message = "without SameSite, Chromium treats the cookie as Lax, and Safari and Firefox send it with every cross-site request";
    (settings.cookie.same_site == SameSite::Unset)
        .then(|| warning("cookie.same_site", message, "write same_site = \"lax\""))
}

fn partitioned(settings: &Settings) -> Option<Warning> {
    if !settings.cookie.partitioned {
        return None;
    }
    let (message, hint) = match settings.scope.documents_only {
        true => (
            "the attribute is for pages in frames of other sites, which get no cookie while scope.documents_only is true",
            "leave partitioned out",
        ),
        false => (
            "a visitor gets one id for each site that embeds this one in a frame",
            "leave partitioned out, unless that is meant",
        ),
    };
    Some(warning("cookie.partitioned", message, hint))
}

fn any_version(settings: &Settings) -> Option<Warning> {
    let message =
        "ids of versions 1, 6 and 7 reveal when they were made, and Adobe accepts version 4 only";
    (settings.id.accept == Accept::Any).then(|| {
        warning(
            "id.accept",
            message,
            "write accept = \"v4\", unless older ids have to be kept",
        )
    })
}

fn never_renewed(settings: &Settings) -> Option<Warning> {
    let max_age = settings.cookie.max_age;
    // A year or 13 months without renewal is written on purpose.
    let meant = (365 * DAY..=THIRTEEN_MONTHS).contains(&max_age);
    (settings.renew.when == Renew::Never && !meant).then(|| {
        let kept = in_words(max_age.min(LONGEST));
        let message = format!(
            "a visitor gets a new id {kept} after the first visit, however often they return"
        );
        let hint = "write when = \"every-visit\", or max_age = \"393d\" for 13 months";
        warning("renew.when", message, hint)
    })
}

fn all_excluded(settings: &Settings) -> Option<Warning> {
    let everything = |pattern: &&String| {
        let rest = pattern.strip_prefix('/').unwrap_or(pattern);
        !rest.is_empty() && rest.bytes().all(|b| b == b'*')
    };
    let pattern = settings.scope.exclude.iter().find(everything)?;
    let message = format!("`{pattern}` matches every path: no visitor gets a cookie");
    Some(warning(
        "scope.exclude",
        message,
        format!("leave `{pattern}` out"),
    ))
}

fn with_everything(settings: &Settings) -> Option<Warning> {
    let message = "Safari may keep a cookie that is set with an image or a script for only 7 days, and a new visitor's parallel requests each get an id of their own";
    (!settings.scope.documents_only).then(|| {
        warning(
            "scope.documents_only",
            message,
            "write documents_only = true",
        )
    })
}

fn header_for_scripts(settings: &Settings) -> Option<Warning> {
    let name = settings.signals.response_header.as_ref()?;
    (settings.cookie.http_only && !settings.scope.documents_only).then(|| {
        let message = format!("scripts can read the id from {name}, though the cookie is HttpOnly");
        warning(
            "signals.response_header",
            message,
            "leave it out, or write scope.documents_only = true",
        )
    })
}

/// The longest time that Brave keeps a cookie.
const BRAVE: u64 = 180 * DAY;

fn renewed_too_late(settings: &Settings) -> Option<Warning> {
    let Renew::WhenDue(period) = settings.renew.when else {
        return None;
    };
    let (period, kept) = (u64::from(period), settings.cookie.max_age.min(BRAVE));
    (2 * period > kept).then(|| {
        let gap = in_words(kept.saturating_sub(period));
        let message = format!(
            "Brave keeps a cookie for 180 days at most: a visitor is certain to be recognised only within {gap} of the last visit"
        );
        warning("renew.when", message, "write when = \"30d\"")
    })
}

fn unsealed_for_long(settings: &Settings) -> Option<Warning> {
    let message = "the key has no effect, because ids are not sealed";
    (settings.id.accept_unsealed_until > 0 && !settings.id.sealed).then(|| {
        warning(
            "id.accept_unsealed_until",
            message,
            "write sealed = true, or leave it out",
        )
    })
}

/// Cookies of no tracker that are known to hold no UUID.
const WITHOUT_UUID: [&str; 2] = ["uid", "fpestid"];

fn adopts_without_deriving(settings: &Settings) -> Option<Warning> {
    let AdoptSettings { from, derive, .. } = &settings.adopt;
    let (name, problem) = from
        .iter()
        .find_map(|name| Some((name, without_uuid(name, settings.id.accept)?)))?;
    let message = format!("{name} holds {problem}, so no id is adopted from it");
    (!derive).then(|| warning("adopt.from", message, "write derive = true"))
}

/// What a cookie or the cookies of a tracker hold in place of a UUID that the policy accepts.
fn without_uuid(name: &str, accept: Accept) -> Option<&'static str> {
    let is_of = |tracker: &Tracker| {
        let mut cookies = tracker.cookies().iter();
        name == tracker.as_str() || cookies.any(|(cookie, _)| *cookie == name)
    };
    match (Tracker::ALL.into_iter().find(is_of), accept) {
        (Some(tracker), _) if tracker.uuid_version().is_none() => Some("no UUID"),
        (Some(tracker), Accept::V4) if tracker.uuid_version() != Some(4) => {
            Some("UUIDs of a version that `id.accept` leaves out")
        }
        (None, _) if WITHOUT_UUID.contains(&name) => Some("no UUID"),
        _ => None,
    }
}

fn unprotected_caches(settings: &Settings) -> Option<Warning> {
    let message =
        "a cache that stores a page with its cookie serves one visitor's id to all others";
    (!settings.caches.protect).then(|| warning("caches.protect", message, "write protect = true"))
}

fn required_but_not_read(settings: &Settings) -> Option<Warning> {
    let consent = &settings.consent;
    let message = match &consent.required {
        Required::Nowhere => return None,
        Required::Everywhere => {
            "no visitor gets an id, because no cookie is named that could hold consent".to_string()
        }
        Required::In(places) => format!(
            "no visitor in {} gets an id, because no cookie is named that could hold consent",
            places.join(", ")
        ),
    };
    let hint = "write from = [\"…\"], with the consent platform's name; docs/consent.md lists them";
    consent
        .from
        .is_empty()
        .then(|| warning("consent.required", message, hint))
}

fn grants_in_vain(settings: &Settings) -> Option<Warning> {
    let consent = &settings.consent;
    let reads = !consent.from.is_empty() && consent.required == Required::Nowhere;
    let message =
        "consent is required nowhere: a visitor who has not answered yet gets an id at once";
    reads.then(|| {
        let hint = "write required = \"everywhere\", or a list such as [\"EEA\", \"UK\", \"CH\"], unless only denials should count";
        warning("consent.from", message, hint)
    })
}

fn cookie_for_scripts(settings: &Settings) -> Option<Warning> {
    let name = settings.signals.script_cookie.as_ref()?;
    let message = format!(
        "every script of the page, third parties' included, can read the id in {name} and send it anywhere"
    );
    Some(warning(
        "signals.script_cookie",
        message,
        "leave it out, unless a script needs the id",
    ))
}

#[cfg(test)]
mod tests;
