//! The consent platforms and standards whose cookies are read, as one closed list (rule 5).
//!
//! A platform is one row of the table below. Its word in a policy, its cookie, what is asked for by default, how its
//! cookie is read, and its number in a policy's blob follow from the row, so a new one goes to the end. A platform
//! whose answer has one of the general [`Shape`]s needs nothing else, on no runtime.

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
        /// use hardtack::{Cmp, Shape};
        ///
        /// assert_eq!(Cmp::OneTrust.as_str(), "onetrust");
        /// assert_eq!(Cmp::OneTrust.defaults(), ("OptanonConsent", &["C0002"][..]));
        /// assert_eq!(Cmp::CookieConsent.shape(), Shape::Listed("categories|level"));
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
                    $(Self::$cmp => $shape,)+
                }
            }
        }
    };
}

use Shape::{Listed, Members, Own, Pairs};

/// How a platform's cookie holds its answer.
///
/// Percent-encoding is decoded, once or twice, before the value is read. Some platforms say beside the answer when it
/// does not count; for these there is code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// In a form of its own, which has code of its own.
    Own,
    /// Pairs of a name and a word that grants or denies, such as `analytics:yes,ads:no`. Of the two characters the
    /// first separates the pairs, and the second stands between name and word.
    Pairs(&'static str),
    /// JSON with a member that grants or denies, such as `{"purposes":{"4":true}}` with the path `purposes/*`. A star
    /// stands for what is needed. Of several paths, separated by a bar, the first one that leads anywhere counts.
    Members(&'static str),
    /// JSON with a list of what is granted, found by such paths, such as `{"categories":["analytics"]}`. What is needed
    /// and not in the list is denied.
    Listed(&'static str),
}

cmps! {
    /// The consent string of IAB TCF 2, for Europe. It needs purposes and, if the source says so, a vendor.
    Tcf = "tcf", "euconsent-v2", &["1", "8"], Own;
    /// The string of IAB GPP, for many jurisdictions, with a section for each.
    Gpp = "gpp", "__gpp", &["1", "8"], Own;
    /// The string of IAB US Privacy, GPP's forerunner. It can deny, and never grants.
    UsPrivacy = "usprivacy", "usprivacy", &[], Own;
    /// Cookiebot.
    Cookiebot = "cookiebot", "CookieConsent", &["statistics"], Members("*");
    /// OneTrust.
    OneTrust = "onetrust", "OptanonConsent", &["C0002"], Pairs(",:");
    /// Didomi: a token of JSON in base64.
    Didomi = "didomi", "didomi_token", &["measure_content_performance"], Listed("purposes/enabled");
    /// CookieYes.
    CookieYes = "cookieyes", "cookieyes-consent", &["analytics"], Pairs(",:");
    /// Complianz, which has a cookie for each category.
    Complianz = "complianz", "cmplz_statistics", &[], Own;
    /// tarteaucitron.js. Every site has services of its own.
    Tarteaucitron = "tarteaucitron", "tarteaucitron", &[], Pairs("!=");
    /// Klaro, if it is configured to use a cookie. Every site has services of its own.
    Klaro = "klaro", "klaro", &[], Members("*");
    /// Orest Bida's cookieconsent, versions 2 and 3.
    CookieConsent = "cookieconsent", "cc_cookie", &["analytics"], Listed("categories|level");
    /// iubenda, whose cookie's name ends in the site's number.
    Iubenda = "iubenda", "_iub_cs-*", &["4"], Members("purposes/*|consent");
    /// Axeptio.
    Axeptio = "axeptio", "axeptio_cookies", &["analytics_storage"], Members("*|$$googleConsentMode/*");
    /// TrustArc.
    TrustArc = "trustarc", "cmapi_cookie_privacy", &["2"], Own;
    /// A cookie of the site's own that is one word, such as `granted`.
    Plain = "plain", "hardtack_consent", &[], Own;
    /// A cookie of the site's own with fields, as in `a=1&b=2`.
    Form = "form", "", &[], Own;
    /// A cookie of the site's own with JSON.
    Json = "json", "", &[], Own;
    /// Tealium's consent manager. Category 1 is analytics.
    Tealium = "tealium", "CONSENTMGR", &["c1"], Pairs("|:");
}
