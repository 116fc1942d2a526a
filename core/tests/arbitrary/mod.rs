//! Random policies and exchanges, made so that they often come near a rule's edge: pure noise rarely does.

use hardtack::{
    Accept, BotSettings, Bots, CookieSettings, DomainSetting, Field, Policy, Renew, SameSite,
    Scheme, Settings, SignalSettings,
};
use hardtack_conformance::{FieldList, OwnedExchange};
use hardtack_policy::{from_toml, keys};
use hardtack_psl::LIST;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// A valid id that no random bytes of these tests make.
pub(crate) const OTHER_ID: &str = "6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13";

/// Pieces of header values, hosts, paths and locations.
const PIECES: &[&str] = &[
    "FPD",
    "FPD=",
    "vid=",
    OTHER_ID,
    "6BA7B810-9DAD-11D1-80B4-00C04FD430C8",
    "=",
    ";",
    "; ",
    ",",
    " ",
    "\t",
    "\"",
    "document",
    "navigate",
    "empty",
    "text/html",
    "*/*",
    "q=0",
    "application/json",
    "https:",
    "http:",
    "//",
    "/",
    "\\",
    "@",
    "#",
    "?",
    ".",
    "..",
    ":",
    "443",
    "8443",
    "www.",
    "example.com",
    "EXAMPLE.COM",
    "example.co.uk",
    "co.uk",
    "github.io",
    "localhost",
    "127.0.0.1",
    "[::1]",
    "[",
    "]",
    "0x7f",
    "xn--",
    "xn--bcher-kva",
    "_",
    "-",
    "%2e",
    "admin",
    "*",
    "\r\n",
    "\0",
];

const METHODS: &[&str] = &["GET", "POST", "HEAD", "get"];

/// Names of cookies, some of which ask for attributes.
const NAMES: [&str; 5] = ["FPD", "vid", "__Secure-vid", "__Host-vid", "__Http-vid"];

/// Some pieces, in any order, with noise between them.
pub(crate) fn soup() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..8),
    ];
    vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

pub(crate) fn entropy() -> impl Strategy<Value = [u8; 16]> {
    any::<[u8; 16]>()
}

/// A host as clients write it, often one with a domain.
pub(crate) fn host() -> impl Strategy<Value = Vec<u8>> {
    let name = "([a-zA-Z0-9-]{1,8}\\.){0,3}(example\\.com|Example\\.CO\\.UK|github\\.io|localhost|127\\.0\\.0\\.1)(:[0-9]{0,5})?";
    prop_oneof![3 => name.prop_map(String::into_bytes), 1 => soup()]
}

/// Any exchange at all.
pub(crate) fn exchange() -> impl Strategy<Value = OwnedExchange> {
    let method = prop_oneof![4 => select(METHODS).prop_map(|method| method.as_bytes().to_vec()), 1 => soup()];
    let path = soup().prop_map(|soup| [b"/", &soup[..]].concat());
    let path = prop_oneof![3 => path, 1 => soup()];
    let status =
        prop_oneof![3 => Just(200), 1 => select(&[101, 204, 302, 304, 404][..]), 1 => any::<u16>()];
    (method, scheme(), host(), path, fields(), status, fields()).prop_map(
        |(method, scheme, host, path, request, status, response)| OwnedExchange {
            method,
            scheme,
            host,
            path,
            country: None,
            request,
            status,
            response,
        },
    )
}

/// An exchange that is in scope unless its random parts say otherwise: from it come most cookies.
pub(crate) fn page() -> impl Strategy<Value = OwnedExchange> {
    (exchange(), any::<bool>()).prop_map(|(mut exchange, returning)| {
        let mut set = |name: &str, value: String| {
            exchange.request.push((name.into(), value.into()));
        };
        set("sec-fetch-dest", "document".to_string());
        if returning {
            let pairs = NAMES.map(|name| format!("{name}={OTHER_ID}"));
            set("cookie", pairs.join("; "));
        }
        exchange
            .request
            .retain(|(name, value)| !name.starts_with(b"sec-fetch") || value == b"document");
        exchange
            .response
            .retain(|(name, _)| name != b"content-type");
        exchange.method = b"GET".to_vec();
        exchange.status = 200;
        exchange
    })
}

/// Cookies of other names than ours, as browsers send them.
pub(crate) fn cookie_pairs() -> impl Strategy<Value = Vec<String>> {
    let name = "[a-zA-Z0-9!#$%&'*+.^_`|~-]{1,8}";
    let value = "[!#-+--:<-\\[\\]-~]{0,40}|FPD=x|\"[a-z ]{0,8}\"";
    let pair = (name, value).prop_map(|(name, value)| format!("{name}={value}"));
    vec(
        pair.prop_filter("ours", |pair| !pair.starts_with("FPD=")),
        0..5,
    )
}

/// Settings, and the policy that they make.
pub(crate) fn policy() -> impl Strategy<Value = (Settings, Policy)> {
    settings().prop_filter_map("refused", |settings| {
        let policy = Policy::new(&settings, Some(LIST)).ok()?;
        Some((settings, policy))
    })
}

/// The default name on `example.com`, and attributes of any kind.
pub(crate) fn policy_for_one_site() -> impl Strategy<Value = Policy> {
    policy().prop_filter_map("refused", |(mut settings, _)| {
        settings.cookie.name = CookieSettings::default().name;
        settings.cookie.path = "/".to_string();
        settings.renew.when = Renew::EveryVisit;
        settings.scope.exclude.clear();
        Policy::new(&settings, Some(LIST)).ok()
    })
}

fn bots() -> impl Strategy<Value = BotSettings> {
    let texts = || {
        vec(
            select(&["AcmeApp", "Mozilla", "bot"][..]).prop_map(str::to_string),
            0..2,
        )
    };
    let policy = prop_oneof![2 => Just(Bots::TreatAsPeople), 1 => Just(Bots::Skip)];
    (policy, texts(), texts()).prop_map(|(policy, also, people)| {
        let mut bots = BotSettings::default();
        (bots.policy, bots.also, bots.people) = (policy, also, people);
        bots
    })
}

/// Each key of the section at its default or at the example in the policy file's table, so that a new key is drawn
/// without a line here.
fn signals() -> impl Strategy<Value = SignalSettings> {
    let keys = keys().filter(|key| key.section == "signals");
    let lines: Vec<_> = keys
        .map(|key| format!("{} = {}\n", key.path(), key.example))
        .collect();
    let len = lines.len();
    subsequence(lines, 0..=len).prop_map(|lines| match from_toml(&lines.concat()) {
        Ok(loaded) => loaded.settings.signals,
        Err(problem) => panic!("{problem}"),
    })
}

fn settings() -> impl Strategy<Value = Settings> {
    let scope = (
        vec(select(&["/admin/*", "*.php", "/a*b*c"][..]), 0..3),
        any::<bool>(),
        any::<bool>(),
    );
    let rest = (
        select(&[Accept::V4, Accept::Any][..]),
        select(&[Renew::EveryVisit, Renew::Never, Renew::WhenDue(1)][..]),
        any::<[bool; 3]>(),
    );
    (cookie(), scope, rest, bots(), signals()).prop_map(
        |(
            cookie,
            (exclude, documents_only, error_pages),
            (accept, when, [protect, adopt, derive]),
            bots,
            signals,
        )| {
            let mut settings = Settings::default();
            settings.cookie = cookie;
            settings.scope.exclude = exclude.into_iter().map(str::to_string).collect();
            settings.scope.documents_only = documents_only;
            settings.scope.error_pages = error_pages;
            settings.id.accept = accept;
            settings.renew.when = when;
            if matches!(when, Renew::WhenDue(_)) {
                settings.cookie.max_age = settings.cookie.max_age.max(2);
            }
            settings.caches.protect = protect;
            if adopt {
                settings.adopt.from = vec!["vid".to_string(), "FP*".to_string()];
                settings.adopt.derive = derive;
            }
            settings.signals = signals;
            settings.bots = bots;
            settings
        },
    )
}

fn cookie() -> impl Strategy<Value = CookieSettings> {
    let name = prop_oneof![
        select(&NAMES[..]).prop_map(str::to_string),
        "[a-zA-Z0-9!#$%&'*+.^_`|~-]{1,12}",
    ];
    let same_site = select(
        &[
            SameSite::Strict,
            SameSite::Lax,
            SameSite::None,
            SameSite::Unset,
        ][..],
    );
    let path = prop_oneof![3 => Just("/".to_string()), 1 => "/[a-z%/]{1,8}"];
    (
        name,
        1..=2_147_483_647_u64,
        domain(),
        path,
        any::<[bool; 3]>(),
        same_site,
    )
        .prop_map(
            |(name, max_age, domain, path, [secure, http_only, partitioned], same_site)| {
                let mut cookie = CookieSettings::default();
                (cookie.name, cookie.max_age, cookie.domain) = (name, max_age, domain);
                (cookie.path, cookie.same_site) = (path, same_site);
                (cookie.secure, cookie.http_only) = (secure, http_only);
                cookie.partitioned = partitioned;
                cookie
            },
        )
}

fn domain() -> impl Strategy<Value = DomainSetting> {
    let listed = vec(
        select(&["example.com", "shop.example.com", "example.co.uk"][..]),
        1..3,
    );
    prop_oneof![
        3 => Just(DomainSetting::Auto),
        1 => Just(DomainSetting::HostOnly),
        1 => listed.prop_map(|list| DomainSetting::Listed(list.into_iter().map(str::to_string).collect())),
    ]
}

fn scheme() -> impl Strategy<Value = Scheme> {
    prop_oneof![3 => Just(Scheme::Https), 1 => Just(Scheme::Http)]
}

fn user_agent() -> impl Strategy<Value = Vec<u8>> {
    let known = [
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (Linux; Android 13; CUBOT X) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "AcmeApp/1",
    ];
    select(known.map(str::as_bytes).map(<[u8]>::to_vec).to_vec())
}

/// Header fields, most of them of those that a rule reads.
fn fields() -> impl Strategy<Value = FieldList> {
    let known = select(&Field::ALL[..]).prop_map(|field| field.name().as_bytes().to_vec());
    let name = prop_oneof![8 => known, 1 => soup()];
    let agent = (Just(b"user-agent".to_vec()), user_agent());
    vec(prop_oneof![6 => (name, soup()), 1 => agent], 0..6)
}
