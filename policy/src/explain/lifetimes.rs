//! How long each browser will keep the cookie.

use hardtack::{Renew, Settings};

use crate::file::duration::{DAY, THIRTEEN_MONTHS, in_words};

/// How long one browser keeps the cookie after the last response that set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// The browser, or the engine that several share.
    pub browser: &'static str,
    /// How long, in seconds.
    pub seconds: u64,
    /// Why so long, as a fragment.
    pub why: &'static str,
}

impl Lifetime {
    /// Whole days.
    pub const fn days(&self) -> u64 {
        self.seconds / DAY
    }

    /// `400 days`, `13 hours`.
    pub fn in_words(&self) -> String {
        in_words(self.seconds)
    }
}

/// How long four browsers keep the policy's cookie: Chromium, Firefox, Safari, Brave.
///
/// Chromium and Firefox apply the 400 days of RFC 6265bis §5.5, Brave 180 days for cookies that a server sets. Safari
/// has no known limit for cookies that come with pages; it keeps those of subresources from another network than the
/// page's for 7 days.
pub fn lifetimes(settings: &Settings) -> [Lifetime; 4] {
    [
        capped("Chromium", settings, 400, "no cookie lasts longer there"),
        capped("Firefox", settings, 400, "no cookie lasts longer there"),
        safari(settings),
        capped("Brave", settings, 180, "no cookie lasts longer there"),
    ]
}

/// Whether the policy meets what CNIL, the French authority, requires of audience measurement without consent: 13
/// months at most, and no renewal. `yes` or `no`, and why.
pub fn thirteen_months(settings: &Settings) -> &'static str {
    let short = settings.cookie.max_age <= THIRTEEN_MONTHS;
    match (short, settings.renew.when) {
        (true, Renew::Never) => "yes, as far as the cookie goes",
        (false, Renew::Never) => "no, max_age is more than 13 months (393 days)",
        (true, _) => "no, the cookie is renewed",
        (false, _) => "no, the cookie is renewed, and max_age is more than 13 months (393 days)",
    }
}

/// The longest time that any browser but Safari keeps a cookie.
pub(super) const LONGEST: u64 = 400 * DAY;

fn capped(browser: &'static str, settings: &Settings, days: u64, why: &'static str) -> Lifetime {
    let asked = settings.cookie.max_age;
    let limit = days * DAY;
    Lifetime {
        browser,
        seconds: asked.min(limit),
        why: if asked > limit { why } else { "as asked" },
    }
}

fn safari(settings: &Settings) -> Lifetime {
    let why = "7 days where images or scripts come from another network than the page";
    match settings.scope.documents_only {
        true => capped("Safari", settings, u64::from(u32::MAX), ""),
        false => capped("Safari", settings, 7, why),
    }
}

#[cfg(test)]
mod tests {
    use hardtack::Settings;

    use super::{lifetimes, thirteen_months};
    use crate::from_toml;

    fn settings(toml: &str) -> Settings {
        from_toml(toml).unwrap().settings
    }

    #[track_caller]
    fn check(toml: &str, days: [u64; 4]) {
        assert_eq!(
            lifetimes(&settings(toml)).map(|lifetime| lifetime.days()),
            days
        );
    }

    #[test]
    fn all_browsers_but_safari_cap_long_lifetimes() {
        check("", [400, 400, 730, 180]);
        check("cookie.max_age = \"401d\"", [400, 400, 401, 180]);
        check("cookie.max_age = 2147483647", [400, 400, 24855, 180]);
    }

    #[test]
    fn a_cap_is_told_from_what_was_asked() {
        let first = |toml: &str| {
            let [chromium, ..] = lifetimes(&settings(toml));
            (chromium.in_words(), chromium.why)
        };
        let asked = |days: &str| first(&format!("cookie.max_age = \"{days}\""));
        assert_eq!(asked("399d"), ("399 days".to_string(), "as asked"));
        assert_eq!(asked("400d"), ("400 days".to_string(), "as asked"));
        let capped = "no cookie lasts longer there";
        assert_eq!(asked("401d"), ("400 days".to_string(), capped));
    }

    #[test]
    fn short_lifetimes_are_kept() {
        check("cookie.max_age = \"180d\"", [180; 4]);
        check("cookie.max_age = \"1h\"", [0; 4]);
    }

    #[test]
    fn safari_may_cap_cookies_of_subresources() {
        check("scope.documents_only = false", [400, 400, 7, 180]);
    }

    #[test]
    fn the_exemption_requires_thirteen_months_and_no_renewal() {
        let never = "renew.when = \"never\"\n";
        let kept = |toml: &str| thirteen_months(&settings(toml)).starts_with("yes");
        assert!(kept(&format!("{never}cookie.max_age = \"393d\"")));
        assert!(!kept(&format!("{never}cookie.max_age = \"394d\"")));
        assert!(!kept("cookie.max_age = \"393d\""));
        let why = |toml: &str| thirteen_months(&settings(toml));
        assert!(why(never).contains("more than 13 months"));
        assert!(!why(never).contains("renewed"));
        assert_eq!(
            why("cookie.max_age = \"393d\""),
            "no, the cookie is renewed"
        );
        assert!(why("").contains("is renewed, and max_age"));
    }
}
