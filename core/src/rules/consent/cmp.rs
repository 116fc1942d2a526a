//! The consent platforms and standards whose cookies are read, as one closed list (rule 5).
//!
//! A platform is one row of the table below. Its word in a policy, its cookie, what is asked for by default, how its
//! cookie is read, and its number in a policy's blob follow from the row, so a new one goes to the end. A platform
//! whose answer a [`Shape`] can describe needs nothing else, on no runtime.

use super::shape::Effect::{Denies, Ends, Grants, Required, Voids, Weakens};
use super::shape::{Missing, Shape};

/// Makes [`Cmp`], its list, its words and its defaults out of the rows: the word, the usual name of the cookie, what
/// has to be granted for audience measurement, and the shape of the answer.
macro_rules! cmps {
    ($($(#[$doc:meta])+ $cmp:ident = $word:literal, $cookie:literal, $needs:expr, $shape:expr;)+) => {
        /// A consent management platform or a standard whose cookie can be read.
        ///
        /// What each cookie looks like, and which values grant and deny, is described in
        /// [docs/consent.md](https://github.com/hardtack-dev/hardtack/blob/main/docs/consent.md).
        ///
        /// ```
        /// use hardtack::{Cmp, Container};
        ///
        /// assert_eq!(Cmp::OneTrust.as_str(), "onetrust");
        /// assert_eq!(Cmp::OneTrust.defaults(), ("OptanonConsent", &["C0002"][..]));
        /// assert_eq!(Cmp::Ketch.shape().container, Container::Base64Json);
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Cmp {
            $($(#[$doc])+ $cmp,)+
        }

        impl Cmp {
            /// Every platform, each at the index that is its number in a policy's blob.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$cmp),+];

            /// The word for the platform in a policy file.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$cmp => $word,)+
                }
            }

            /// The cookie's usual name, and what has to be granted for audience measurement, in the platform's own
            /// words. Both are empty where every site has names of its own.
            pub const fn defaults(self) -> (&'static str, &'static [&'static str]) {
                match self {
                    $(Self::$cmp => ($cookie, $needs),)+
                }
            }

            /// How the cookie is read.
            pub const fn shape(self) -> Shape {
                match self {
                    $(Self::$cmp => const { $shape },)+
                }
            }
        }
    };
}

cmps! {
    /// The consent string of IAB TCF 2, for Europe. It needs purposes and, if the source says so, a vendor.
    Tcf = "tcf", "euconsent-v2", &["1", "8"], Shape::WORD;
    /// The string of IAB GPP, for many jurisdictions, with a section for each.
    Gpp = "gpp", "__gpp", &["1", "8"], Shape::WORD;
    /// The string of IAB US Privacy, GPP's forerunner, also in JSON as iubenda writes it. It can deny and never grants.
    UsPrivacy = "usprivacy", "usprivacy", &[], Shape::json("uspString");
    /// Cookiebot. `-1` says that the visitor's region needs no consent; `0` is an old way to say no.
    Cookiebot = "cookiebot", "CookieConsent", &["statistics"], Shape::json("*").beside(&[
        (Grants, "/", "-1"),
        (Denies, "/", "0"),
        (Weakens, "method", "implied"),
    ]);
    /// OneTrust, whose groups are a list of pairs in a field of a form.
    OneTrust = "onetrust", "OptanonConsent", &["C0002"], Shape::pairs("&=,:", "groups/*").beside(&[
        (Weakens, "AwaitingReconsent", "true"),
    ]);
    /// Didomi: a token of JSON in base64. It holds a site's own purposes only, as the TCF's cookie holds the IAB's, so
    /// what is not in it was not asked there. Where something is disabled and nothing enabled, all was refused.
    Didomi = "didomi", "didomi_token", &["measure_content_performance"], Shape::base64("purposes/enabled")
        .unless_missing(Missing::NotGiven)
        .beside(&[
            (Denies, "purposes/disabled", "*"),
            (Ends, "purposes/enabled", ""),
            (Ends, "vendors/enabled", ""),
            (Denies, "purposes/disabled", ""),
            (Denies, "vendors/disabled", ""),
        ]);
    /// CookieYes.
    CookieYes = "cookieyes", "cookieyes-consent", &["analytics"], Shape::pairs(",:", "*").beside(&[
        (Required, "action", "yes"),
    ]);
    /// Complianz, which has a cookie for each category.
    Complianz = "complianz", "cmplz_statistics", &[], Shape::WORD;
    /// tarteaucitron.js. Every site has services of its own.
    Tarteaucitron = "tarteaucitron", "tarteaucitron", &[], Shape::pairs("!=", "*");
    /// Klaro, if it is configured to use a cookie. Every site has services of its own.
    Klaro = "klaro", "klaro", &[], Shape::json("*");
    /// Orest Bida's cookieconsent, versions 2 and 3.
    CookieConsent = "cookieconsent", "cc_cookie", &["analytics"], Shape::json("categories|level");
    /// iubenda, whose cookie's name ends in the privacy policy's number, or in an `s` and the site's.
    Iubenda = "iubenda", "_iub_cs-*", &["4"], Shape::json("purposes/*|consent");
    /// Axeptio.
    Axeptio = "axeptio", "axeptio_cookies", &["analytics_storage"], Shape::json("*|$$googleConsentMode/*").beside(&[
        (Required, "$$completed", "true"),
    ]);
    /// TrustArc: levels that are permitted, as in `permit 1,2,3` or `0,1,2:implied`. The lowest is always there.
    TrustArc = "trustarc", "cmapi_cookie_privacy", &["2"], Shape::pairs("", "/")
        .unless_missing(Missing::NotGiven)
        .beside(&[
            (Voids, "/", "implied"),
            (Grants, "/", "*"),
            (Denies, "/", "0"),
            (Denies, "/", "1"),
        ]);
    /// A cookie of the site's own that is one word, such as `granted`.
    Plain = "plain", "hardtack_consent", &[], Shape::WORD;
    /// A cookie of the site's own with fields, as in `a=1&b=2`.
    Form = "form", "", &[], Shape::pairs("&=", "");
    /// A cookie of the site's own with JSON.
    Json = "json", "", &[], Shape::json("");
    /// Tealium's consent manager. Category 1 is analytics. A refusal as a whole names no categories.
    Tealium = "tealium", "CONSENTMGR", &["c1"], Shape::pairs("|:", "*").beside(&[
        (Denies, "consent", "false"),
    ]);
    /// Google's Funding Choices, "Privacy & messaging": a list that holds the TCF's string.
    FundingChoices = "fundingchoices", "FCCDCF", &["1", "8"], Shape::json("3/0");
    /// Ketch.
    Ketch = "ketch", "_ketch_consent_v1_", &["analytics"], Shape::base64("*/status");
    /// CookieScript, whose list stands in a string.
    CookieScript = "cookiescript", "CookieScriptConsent", &["performance"], Shape::json("categories").beside(&[
        (Denies, "action", "reject"),
    ]);
    /// Drupal's EU Cookie Compliance, with categories. Every site has categories of its own.
    Drupal = "drupal", "cookie-agreed-categories", &[], Shape::json("/");
    /// Commanders Act. Every site has categories of its own, with numbers. The first field is 1 for a refusal.
    /// The third holds the categories, or says that it is all of them.
    CommandersAct = "commandersact", "TC_PRIVACY", &[], Shape::pairs("@", "2").beside(&[
        (Denies, "0", "1"),
        (Required, "0", "0"),
        (Grants, "2", "ALL"),
    ]);
    /// Piano Analytics, whose cookie is a word in quotes.
    Piano = "piano", "pa_privacy", &[], Shape::json("/").beside(&[
        (Grants, "/", "optin"),
        (Denies, "/", "optout"),
        (Denies, "/", "no-consent"),
        (Denies, "/", "no-storage"),
    ]);
    /// Real Cookie Banner: groups and their services, by number. Every site has numbers and a cookie's name of its own.
    RealCookieBanner = "realcookiebanner", "", &[], Shape::prefixed("/");
    /// Borlabs Cookie: what was granted is there.
    Borlabs = "borlabs", "borlabs-cookie", &["statistics"], Shape::json("consents");
}
