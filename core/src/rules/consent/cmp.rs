//! The consent platforms and standards whose cookies are read, as one closed list.
//!
//! A platform is one row of the table below. Its word in a policy, its cookie, what is asked for by default, how its
//! cookie is read, and its number in a policy's blob follow from the row, so a new one goes to the end. A platform
//! whose answer has one of the general [`Shape`]s needs nothing else, on no runtime.

/// Makes [`Cmp`], its list, its words and its defaults out of the rows: the word, the usual name of the cookie, what
/// has to be granted for audience measurement, and the shape of the answer.
macro_rules! cmps {
    ($($(#[$doc:meta])+ $cmp:ident = $word:literal, $cookie:literal, $needs:expr, $shape:expr;)+) => {
        /// A consent management platform or a standard, whose cookies can be read.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Cmp {
            $($(#[$doc])+ $cmp,)+
        }

        impl Cmp {
            /// Every one.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$cmp),+];

            /// The word for it in a policy.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$cmp => $word,)+
                }
            }

            /// The cookie's usual name, and what has to be granted for audience measurement. Where every site has names
            /// of its own, there is none.
            pub const fn defaults(self) -> (&'static str, &'static [&'static str]) {
                match self {
                    $(Self::$cmp => ($cookie, $needs),)+
                }
            }

            /// How the cookie is read.
            pub const fn shape(self) -> Shape {
                match self {
                    $(Self::$cmp => $shape,)+
                }
            }
        }
    };
}

use Shape::{Listed, Members, Own, Pairs};

/// How a platform's cookie holds its answer. Percent-encoding is taken off, once or twice, before any of it is read.
/// Some platforms say beside it when the answer does not count; for these there is code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// In a way of its own.
    Own,
    /// Pairs of a name and a word that grants or denies. Of the two characters the first parts the pairs, the second
    /// stands between name and word.
    Pairs(&'static str),
    /// JSON with a member that grants or denies. A star in its path stands for what is needed. Of several paths, parted
    /// by a bar, the first one that leads anywhere counts.
    Members(&'static str),
    /// JSON with a list of what is granted, by such paths. What is needed and missing is denied.
    Listed(&'static str),
}

cmps! {
    /// IAB TCF 2, Europe's consent string.
    Tcf = "tcf", "euconsent-v2", &["1", "8"], Own;
    /// IAB GPP, a string for many jurisdictions.
    Gpp = "gpp", "__gpp", &["1", "8"], Own;
    /// IAB US Privacy, GPP's forerunner.
    UsPrivacy = "usprivacy", "usprivacy", &[], Own;
    /// Cookiebot.
    Cookiebot = "cookiebot", "CookieConsent", &["statistics"], Members("*");
    /// OneTrust.
    OneTrust = "onetrust", "OptanonConsent", &["C0002"], Pairs(",:");
    /// Didomi.
    Didomi = "didomi", "didomi_token", &["measure_content_performance"], Listed("purposes/enabled");
    /// CookieYes.
    CookieYes = "cookieyes", "cookieyes-consent", &["analytics"], Pairs(",:");
    /// Complianz.
    Complianz = "complianz", "cmplz_statistics", &[], Own;
    /// tarteaucitron.js.
    Tarteaucitron = "tarteaucitron", "tarteaucitron", &[], Pairs("!=");
    /// Klaro.
    Klaro = "klaro", "klaro", &[], Members("*");
    /// Orest Bida's cookieconsent, versions 2 and 3.
    CookieConsent = "cookieconsent", "cc_cookie", &["analytics"], Listed("categories|level");
    /// iubenda.
    Iubenda = "iubenda", "_iub_cs-*", &["4"], Members("purposes/*|consent");
    /// Axeptio.
    Axeptio = "axeptio", "axeptio_cookies", &["analytics_storage"], Members("*|$$googleConsentMode/*");
    /// TrustArc.
    TrustArc = "trustarc", "cmapi_cookie_privacy", &["2"], Own;
    /// A cookie that is one word.
    Plain = "plain", "hardtack_consent", &[], Own;
    /// A cookie with fields, as in `a=1&b=2`.
    Form = "form", "", &[], Own;
    /// A cookie with JSON.
    Json = "json", "", &[], Own;
    /// Tealium's consent manager. Category 1 is analytics.
    Tealium = "tealium", "CONSENTMGR", &["c1"], Pairs("|:");
}
