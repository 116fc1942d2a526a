//! The options of curl that a pasted command may contain.

/// What an option of curl means for the request.
#[derive(Clone, Copy)]
pub(super) enum Meaning {
    Url,
    Method,
    Header,
    Cookie,
    UserAgent,
    Referer,
    Body,
    JsonBody,
    Head,
    Get,
    /// Nothing, and it takes no value.
    Nothing,
    /// Nothing, and it takes a value.
    NothingWithValue,
}

/// The options that change the request, and other common options.
pub(super) const OPTIONS: &[(&str, Option<char>, Meaning)] = &[
    ("url", None, Meaning::Url),
    ("request", Some('X'), Meaning::Method),
    ("header", Some('H'), Meaning::Header),
    ("cookie", Some('b'), Meaning::Cookie),
    ("user-agent", Some('A'), Meaning::UserAgent),
    ("referer", Some('e'), Meaning::Referer),
    ("data", Some('d'), Meaning::Body),
    ("data-ascii", None, Meaning::Body),
    ("data-binary", None, Meaning::Body),
    ("data-raw", None, Meaning::Body),
    ("data-urlencode", None, Meaning::Body),
    ("form", Some('F'), Meaning::Body),
    ("form-string", None, Meaning::Body),
    ("json", None, Meaning::JsonBody),
    ("head", Some('I'), Meaning::Head),
    ("get", Some('G'), Meaning::Get),
    ("compressed", None, Meaning::Nothing),
    ("fail", Some('f'), Meaning::Nothing),
    ("globoff", Some('g'), Meaning::Nothing),
    ("http1.0", Some('0'), Meaning::Nothing),
    ("http1.1", None, Meaning::Nothing),
    ("http2", None, Meaning::Nothing),
    ("http3", None, Meaning::Nothing),
    ("include", Some('i'), Meaning::Nothing),
    ("insecure", Some('k'), Meaning::Nothing),
    ("ipv4", Some('4'), Meaning::Nothing),
    ("ipv6", Some('6'), Meaning::Nothing),
    ("location", Some('L'), Meaning::Nothing),
    ("no-buffer", Some('N'), Meaning::Nothing),
    ("path-as-is", None, Meaning::Nothing),
    ("progress-bar", Some('#'), Meaning::Nothing),
    ("remote-name", Some('O'), Meaning::Nothing),
    ("show-error", Some('S'), Meaning::Nothing),
    ("silent", Some('s'), Meaning::Nothing),
    ("verbose", Some('v'), Meaning::Nothing),
    ("cacert", None, Meaning::NothingWithValue),
    ("cert", Some('E'), Meaning::NothingWithValue),
    ("connect-timeout", None, Meaning::NothingWithValue),
    ("connect-to", None, Meaning::NothingWithValue),
    ("cookie-jar", Some('c'), Meaning::NothingWithValue),
    ("dump-header", Some('D'), Meaning::NothingWithValue),
    ("key", None, Meaning::NothingWithValue),
    ("max-time", Some('m'), Meaning::NothingWithValue),
    ("output", Some('o'), Meaning::NothingWithValue),
    ("proxy", Some('x'), Meaning::NothingWithValue),
    ("range", Some('r'), Meaning::NothingWithValue),
    ("resolve", None, Meaning::NothingWithValue),
    ("retry", None, Meaning::NothingWithValue),
    ("user", Some('u'), Meaning::NothingWithValue),
    ("write-out", Some('w'), Meaning::NothingWithValue),
];

impl Meaning {
    /// Whether the option takes a value.
    pub(super) const fn takes_value(self) -> bool {
        !matches!(self, Self::Head | Self::Get | Self::Nothing)
    }
}
