//! The consent platforms and standards whose cookies are read, as one closed list.
//!
//! A platform is one row of the table below. Its word in a policy, its cookie, what is asked for by default and its
//! number in a policy's blob follow from the row.

/// Makes [`Cmp`], its list, its words and its defaults out of the rows: the word, the usual name of the cookie, and
/// what has to be granted for audience measurement.
macro_rules! cmps {
    ($($(#[$doc:meta])+ $cmp:ident = $word:literal, $cookie:literal, $needs:expr;)+) => {
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
        }
    };
}

cmps! {
    /// IAB TCF 2, Europe's consent string.
    Tcf = "tcf", "euconsent-v2", &["1", "8"];
    /// IAB GPP, a string for many jurisdictions.
    Gpp = "gpp", "__gpp", &["1", "8"];
    /// IAB US Privacy, GPP's forerunner.
    UsPrivacy = "usprivacy", "usprivacy", &[];
    /// Cookiebot.
    Cookiebot = "cookiebot", "CookieConsent", &["statistics"];
    /// OneTrust.
    OneTrust = "onetrust", "OptanonConsent", &["C0002"];
    /// Didomi.
    Didomi = "didomi", "didomi_token", &["measure_content_performance"];
    /// CookieYes.
    CookieYes = "cookieyes", "cookieyes-consent", &["analytics"];
    /// Complianz.
    Complianz = "complianz", "cmplz_statistics", &[];
    /// tarteaucitron.js.
    Tarteaucitron = "tarteaucitron", "tarteaucitron", &[];
    /// Klaro.
    Klaro = "klaro", "klaro", &[];
    /// Orest Bida's cookieconsent, versions 2 and 3.
    CookieConsent = "cookieconsent", "cc_cookie", &["analytics"];
    /// iubenda.
    Iubenda = "iubenda", "_iub_cs-*", &["4"];
    /// Axeptio.
    Axeptio = "axeptio", "axeptio_cookies", &["analytics_storage"];
    /// TrustArc.
    TrustArc = "trustarc", "cmapi_cookie_privacy", &["2"];
    /// A cookie that is one word.
    Plain = "plain", "hardtack_consent", &[];
    /// A cookie with fields, as in `a=1&b=2`.
    Form = "form", "", &[];
    /// A cookie with JSON.
    Json = "json", "", &[];
}
