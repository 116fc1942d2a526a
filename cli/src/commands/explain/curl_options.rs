//! The options of curl: those that change the request, and whether each of the others takes a value.

/// What an option of curl means for the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    Upload,
    /// Nothing, and it takes no value.
    Nothing,
    /// Nothing, and it takes a value.
    NothingWithValue,
}

/// The options that change the request.
const REQUEST: &[(&str, Option<char>, Meaning)] = &[
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
    ("upload-file", Some('T'), Meaning::Upload),
];

/// The other options that take a value; a short form follows a slash. From `curl --help all` of curl 7.88, and for
/// later releases from curl's list of options by version.
const WITH_VALUE: &str = "\
    abstract-unix-socket alt-svc aws-sigv4 cacert capath cert/E cert-type ciphers config/K connect-timeout \
    connect-to continue-at/C cookie-jar/c create-file-mode crlfile curves delegation dns-interface dns-ipv4-addr \
    dns-ipv6-addr dns-servers doh-url dump-header/D ech egd-file engine etag-compare etag-save expect100-timeout \
    ftp-account ftp-alternative-to-user ftp-method ftp-port/P ftp-ssl-ccc-mode happy-eyeballs-timeout-ms \
    haproxy-clientip hostpubmd5 hostpubsha256 hsts interface ip-tos ipfs-gateway keepalive-cnt keepalive-time key \
    key-type knownhosts krb libcurl limit-rate local-port login-options mail-auth mail-from mail-rcpt max-filesize \
    max-redirs max-time/m netrc-file noproxy oauth2-bearer output/o output-dir parallel-max parallel-max-host pass \
    pinnedpubkey preproxy proto proto-default proto-redir proxy/x proxy-cacert proxy-capath proxy-cert \
    proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey \
    proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user/U proxy1.0 \
    pubkey quote/Q random-file range/r rate request-target resolve retry retry-delay retry-max-time sasl-authzid \
    service-name sigalgs socks4 socks4a socks5 socks5-gssapi-service socks5-hostname speed-limit/Y speed-time/y \
    ssl-sessions stderr telnet-option/t tftp-blksize time-cond/z tls-max tls13-ciphers tlsauthtype tlspassword \
    tlsuser trace trace-ascii trace-config unix-socket upload-flags url-query user/u variable \
    vlan-priority write-out/w";

/// The other options that take none.
const WITHOUT_VALUE: &str = "\
    anyauth append/a basic ca-native cert-status compressed compressed-ssh create-dirs crlf digest disable/q \
    disable-eprt disable-epsv disallow-username-in-url doh-cert-status doh-insecure dump-ca-embed fail/f fail-early \
    fail-with-body false-start follow form-escape ftp-create-dirs ftp-pasv ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc \
    ftp-ssl-control globoff/g haproxy-protocol help/h http0.9 http1.0/0 http1.1 http2 http2-prior-knowledge http3 \
    http3-only ignore-content-length include/i insecure/k ipv4/4 ipv6/6 junk-session-cookies/j list-only/l \
    location/L location-trusted mail-rcpt-allowfails manual/M metalink mptcp negotiate netrc/n netrc-optional \
    next/: no-alpn no-buffer/N no-clobber no-keepalive no-npn no-progress-meter no-sessionid ntlm ntlm-wb out-null \
    parallel/Z parallel-immediate path-as-is post301 post302 post303 progress-bar/# proxy-anyauth proxy-basic \
    proxy-ca-native proxy-digest proxy-http2 proxy-insecure proxy-negotiate proxy-ntlm proxy-ssl-allow-beast \
    proxy-ssl-auto-client-cert proxy-tlsv1 proxytunnel/p raw remote-header-name/J remote-name/O remote-name-all \
    remote-time/R remove-on-error retry-all-errors retry-connrefused sasl-ir show-error/S show-headers silent/s \
    skip-existing socks5-basic socks5-gssapi socks5-gssapi-nec ssl ssl-allow-beast ssl-auto-client-cert \
    ssl-no-revoke ssl-reqd ssl-revoke-best-effort sslv2/2 sslv3/3 styled-output suppress-connect-headers \
    tcp-fastopen tcp-nodelay tftp-no-options tls-earlydata tlsv1/1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 tr-encoding \
    trace-ids trace-time use-ascii/B verbose/v version/V xattr";

/// Finds an option by its long name. `--no-` turns an option without a value off, and `--expand-` fills variables into
/// the value.
pub(super) fn long(name: &str) -> Option<Meaning> {
    let off = || match name.strip_prefix("no-") {
        Some(name) => exact(name),
        None => exact(&format!("no-{name}")),
    };
    let expanded = || exact(name.strip_prefix("expand-")?).filter(|it| it.takes_value());
    exact(name).or_else(expanded).or_else(|| {
        off()
            .filter(|it| !it.takes_value())
            .map(|_| Meaning::Nothing)
    })
}

fn exact(name: &str) -> Option<Meaning> {
    let of_request = REQUEST.iter().find(|(long, ..)| *long == name);
    of_request
        .map(|(.., meaning)| *meaning)
        .or_else(|| other(|long, _| long == name))
}

/// Finds an option by its letter.
pub(super) fn short(letter: char) -> Option<Meaning> {
    let of_request = REQUEST.iter().find(|(_, short, _)| *short == Some(letter));
    of_request
        .map(|(.., meaning)| *meaning)
        .or_else(|| other(|_, short| short == Some(letter)))
}

/// Finds an option that leaves the request as it is.
fn other(is_it: impl Fn(&str, Option<char>) -> bool) -> Option<Meaning> {
    let lists = [
        (WITH_VALUE, Meaning::NothingWithValue),
        (WITHOUT_VALUE, Meaning::Nothing),
    ];
    let found = |list: &str| {
        list.split_ascii_whitespace().any(|option| {
            let (long, short) = option.split_once('/').unwrap_or((option, ""));
            is_it(long, short.chars().next())
        })
    };
    let mut lists = lists.into_iter();
    Some(lists.find(|(list, _)| found(list))?.1)
}

impl Meaning {
    /// Whether the option takes a value.
    pub(super) const fn takes_value(self) -> bool {
        !matches!(self, Self::Head | Self::Get | Self::Nothing)
    }
}

#[cfg(test)]
mod tests {
    use super::{Meaning, long, short};

    #[track_caller]
    fn check(name: &str, expected: Option<Meaning>) {
        assert_eq!(long(name), expected, "{name}");
    }

    /// Which options take a value, says the curl of this machine.
    #[cfg(feature = "page-tests")]
    #[test]
    fn the_table_is_that_of_curl() {
        let curl = std::process::Command::new("curl")
            .args(["--help", "all"])
            .output();
        let help = String::from_utf8(curl.expect("curl is installed").stdout).unwrap();
        let lines: Vec<_> = help
            .lines()
            .filter_map(|line| line.split_once("--"))
            .collect();
        assert!(lines.len() > 200, "{help}");
        for (before, after) in lines {
            let (name, rest) = after.split_once(' ').unwrap_or((after, ""));
            // The category of `--help` may be left out, and so is no value that takes a word away.
            let takes_value = rest.starts_with(['<', '[']) && name != "help";
            let letter = before
                .trim()
                .strip_prefix('-')
                .and_then(|it| it.chars().next());
            assert_eq!(
                long(name).map(Meaning::takes_value),
                Some(takes_value),
                "--{name}"
            );
            if let Some(letter) = letter {
                assert_eq!(short(letter), long(name), "-{letter}");
            }
        }
    }

    #[test]
    fn options_are_found_by_their_names() {
        check("max-redirs", Some(Meaning::NothingWithValue));
        check("compressed", Some(Meaning::Nothing));
        check("no-compressed", Some(Meaning::Nothing));
        check("no-location", Some(Meaning::Nothing));
        check("no-max-redirs", None);
        check("expand-url", Some(Meaning::Url));
        check("expand-compressed", None);
        check("progress-meter", Some(Meaning::Nothing));
        check("no-", None);
        check("", None);
        check("frobnicate", None);
        assert_eq!(short('U'), Some(Meaning::NothingWithValue));
        assert_eq!(short('I'), Some(Meaning::Head));
        assert_eq!(short('%'), None);
    }
}
