//! The trackers whose cookies are known, as one closed list (rule 8).
//!
//! A tracker is one row of the table below: its word in a policy, its cookies, how the visitor's id is found in each,
//! and the cookies that only hold a session, which a policy may not name. How a cookie is read is a list of [`Step`]s,
//! so a tracker is data on every runtime, and the engine has none of this table: a policy's blob brings its steps.
//!
//! What is read is the id of the browser, not that of a person who has logged in: a person has many browsers, and a
//! browser that many persons use has had one cookie so far. Cookies of one tracker are read in the order of its row.

use Step::{After, Base64, Begins, Percent, Unless, Until, UntilIfAny};

/// One step on the way from a cookie's value to the visitor's id in it. A step that does not apply ends the way: no id
/// is adopted from this value. What goes behind a text passes over blanks there, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Takes off percent-encoding: as many levels, up to two, as bring the first quote to light.
    Percent,
    /// Takes off base64 of either alphabet, and percent-encoding around it.
    Base64,
    /// What is left begins with this text, and goes on behind it.
    Begins(&'static str),
    /// The same; but what does not begin with this text is the id as it is.
    IfBegins(&'static str),
    /// Goes behind the first place where this text stands.
    After(&'static str),
    /// Ends before the first place where this text stands.
    Until(&'static str),
    /// The same, if it stands there at all.
    UntilIfAny(&'static str),
    /// This text stands nowhere in what is left.
    Unless(&'static str),
}

/// What is known of any other cookie: what looks like Google's value is read like that, and all else is the id.
pub(super) const ANY: &[Step] = &[Step::IfBegins("GA1."), After(".")];

/// The whole value.
const WHOLE: &[Step] = &[];
/// What stands before the first dot.
const FIRST: &[Step] = &[UntilIfAny(".")];
/// Adobe's list of names and values.
const MCMID: &[Step] = &[Percent, After("MCMID|"), UntilIfAny("|")];

/// Makes [`Tracker`], its list and its words out of the rows: the word, the version of the UUIDs that its ids are or 0,
/// its cookies and how each is read, and the cookies that are a session's.
macro_rules! trackers {
    ($($(#[$doc:meta])+ $tracker:ident = $word:literal, $version:literal,
        [$($cookie:literal: $steps:expr),+], never [$($session:literal),*];)+) => {
        /// A tracker whose visitors' ids can be adopted.
        ///
        /// What is read of its cookies, and what never is, is described in
        /// [docs/ids.md](https://github.com/hardtack-dev/hardtack/blob/main/docs/ids.md).
        ///
        /// ```
        /// use hardtack::{Step, Tracker};
        ///
        /// assert_eq!(Tracker::Snowplow.as_str(), "snowplow");
        /// assert_eq!(Tracker::Snowplow.cookies(), [("_sp_id.*", &[Step::UntilIfAny(".")][..])]);
        /// assert_eq!(Tracker::Snowplow.sessions(), ["_sp_ses.*"]);
        /// assert_eq!(Tracker::Snowplow.uuid_version(), Some(4));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Tracker {
            $($(#[$doc])+ $tracker,)+
        }

        impl Tracker {
            /// Every tracker.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$tracker),+];

            /// The word for the tracker in a policy file.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$tracker => $word,)+
                }
            }

            /// Its cookies that may hold the visitor's id, in order of preference, and how each is read. A star at the
            /// end of a name stands for the rest of it.
            pub const fn cookies(self) -> &'static [(&'static str, &'static [Step])] {
                match self {
                    $(Self::$tracker => &[$(($cookie, $steps)),+],)+
                }
            }

            /// Its cookies that tell sessions or visits apart, and not visitors. No policy may name them.
            pub const fn sessions(self) -> &'static [&'static str] {
                match self {
                    $(Self::$tracker => &[$($session),*],)+
                }
            }

            /// The version of the UUIDs that its ids are; `None` where they are something else.
            pub const fn uuid_version(self) -> Option<u8> {
                match match self {
                    $(Self::$tracker => $version,)+
                } {
                    0 => None,
                    version => Some(version),
                }
            }
        }
    };
}

trackers! {
    /// Google Analytics: the client id, behind a version and the depth of the domain. Whoever lets a server manage the
    /// client id has it in `FPID`, which a policy can name.
    Google = "google", 0, ["_ga": &[Begins("GA1."), After(".")]], never ["_ga_*", "_gid"];
    /// Segment: the anonymous id.
    Segment = "segment", 4, ["ajs_anonymous_id": WHOLE], never ["analytics_session_id*"];
    /// Snowplow: the domain user id. With anonymous tracking nothing is in its place, and the session's id behind it.
    Snowplow = "snowplow", 4, ["_sp_id.*": FIRST], never ["_sp_ses.*"];
    /// Matomo, once Piwik: 16 hex digits.
    Matomo = "matomo", 0, ["_pk_id.*": FIRST], never ["_pk_ses.*", "_pk_ref.*"];
    /// Piwik PRO, which has Piwik's cookie.
    PiwikPro = "piwikpro", 0, ["_pk_id.*": FIRST], never ["_pk_ses.*", "stg_*"];
    /// PostHog: the id of the device. Without one, the distinct id may be a person's, even an address: it counts only
    /// where the state behind it says that nobody was identified. Releases without a state have no mark of `identify`.
    PostHog = "posthog", 7, [
        "ph_*": &[Percent, After("\"$device_id\""), Begins(":"), Begins("\""), Until("\"")],
        "ph_*": &[
            Percent,
            Unless("$posthog_cookieless"),
            Until("\"$user_state\":\"anonymous\""),
            After("\"distinct_id\""),
            Begins(":"),
            Begins("\""),
            Until("\""),
        ]
    ], never [];
    /// Amplitude: the id of the device, from its present library and from the one before, unless the visitor opted out.
    Amplitude = "amplitude", 4, [
        "AMP_*": &[Base64, Percent, Unless("\"optOut\":true"), After("\"deviceId\""), Begins(":"), Begins("\""), Until("\"")],
        "amp_*": FIRST
    ], never ["AMP_MKTG_*"];
    /// Mixpanel: the id of the device, which is part of the distinct id until `identify`.
    Mixpanel = "mixpanel", 4, [
        "mp_*": &[Percent, After("\"$device_id\""), Begins(":"), Begins("\""), Until("\"")],
        "mp_*": &[Percent, After("\"distinct_id\""), Begins(":"), Begins("\""), Begins("$device:"), Until("\"")]
    ], never [];
    /// RudderStack: the anonymous id, in base64 or as it is. Old releases encrypt it anew with every page.
    RudderStack = "rudderstack", 4, [
        "rl_anonymous_id": &[Begins("RS_ENC_v3_"), Base64, Begins("\""), Until("\"")],
        "rl_anonymous_id": &[Unless("RS_ENC_"), Unless("RudderEncrypt")]
    ], never ["rl_session"];
    /// Adobe Experience Cloud: the ECID, as the Web SDK, the ID service and their servers store it.
    Adobe = "adobe", 0, [
        "kndctr_*": &[Base64, Begins("\n&"), Until("R")],
        "AMCV_*": MCMID,
        "s_ecid": MCMID
    ], never ["AMCVS_*"];
    /// HubSpot: the visitor's token, alone or behind the domain's number.
    HubSpot = "hubspot", 0, ["hubspotutk": WHOLE, "__hstc": &[After("."), Until(".")]], never ["__hssc"];
    /// Hotjar.
    Hotjar = "hotjar", 5, [
        "_hjSessionUser_*": &[Base64, After("\"id\""), Begins(":"), Begins("\""), Until("\"")]
    ], never ["_hjSession_*"];
}
