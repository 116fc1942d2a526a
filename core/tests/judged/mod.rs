//! Cookies for judges who did not write them: what a policy sets on a page and expires for a visitor who says no, and
//! what was meant by it, told from the settings and not from the lines.

use hardtack::{Decision, DomainSetting, Edit, Policy, Renew, Scheme, Settings, decide};
use hardtack_conformance::OwnedExchange;
use hardtack_psl::LIST;
use proptest::prelude::*;
use proptest::sample::select;

use crate::arbitrary;

pub(crate) const NOW: u64 = 1_790_000_000;

/// One page, its cookies, and what takes them back.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    pub(crate) scheme: Scheme,
    /// As it stands in an address; without a port.
    pub(crate) host: String,
    /// What the cookies' path is, or below it.
    pub(crate) path: String,
    pub(crate) set: Vec<String>,
    pub(crate) expire: Vec<String>,
    pub(crate) meant: Vec<Meant>,
}

/// A cookie as a browser is meant to keep it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Meant {
    pub(crate) name: String,
    pub(crate) value: String,
    /// `None` for a host-only cookie.
    pub(crate) domain: Option<String>,
    pub(crate) path: String,
    pub(crate) max_age: u64,
    pub(crate) secure: bool,
    pub(crate) http_only: bool,
    pub(crate) same_site: Option<&'static str>,
}

const HOSTS: &[&str] = &[
    "example.com",
    "www.example.com",
    "a.b.shop.example.com",
    "WWW.Example.CO.UK",
    "example.co.uk",
    "someone.github.io",
    "pages.someone.github.io",
    "d111111abcdef8.cloudfront.net",
    "xn--bcher-kva.example",
    "www.xn--bcher-kva.de",
    "localhost",
    "app.localhost",
    "127.0.0.1",
    "[::1]",
    "192.0.2.10",
    "intranet",
];

/// Cookies whose names all end with `mark`, so that many of them fit into one jar.
pub(crate) fn judged(mark: String) -> impl Strategy<Value = Judged> {
    let settings = arbitrary::policy().prop_map(|(settings, _)| settings);
    let below = select(&["", "/", "/page"][..]);
    let place = (select(HOSTS), any::<bool>(), below, arbitrary::entropy());
    (settings, place).prop_filter_map("sets nothing", move |(mut settings, place)| {
        settings.cookie.name.push_str(&mark);
        let script = settings.signals.script_cookie.as_mut();
        script.into_iter().for_each(|name| name.push_str(&mark));
        of(settings, place)
    })
}

fn of(mut settings: Settings, place: (&str, bool, &str, [u8; 16])) -> Option<Judged> {
    let (host, tls, below, entropy) = place;
    settings.consent = hardtack::ConsentSettings::default();
    settings.consent.gpc = true;
    settings.scope.exclude.clear();
    // Nothing may expire while a judge is at work.
    settings.cookie.max_age = settings.cookie.max_age.max(86_400);
    if let Renew::WhenDue(period) = &mut settings.renew.when {
        *period += 3600;
    }
    let policy = Policy::new(&settings, Some(LIST)).ok()?;
    let path = format!("{}{below}", settings.cookie.path).replace("//", "/");
    let scheme = if tls { Scheme::Https } else { Scheme::Http };
    let page = page(scheme, host, &path);
    let first = page.borrow();
    let decision = decide(&policy, &first, NOW, entropy);
    let id = decision.id()?;
    let set = lines(&decision);
    let pair = |line: &String| line.split(';').next().unwrap_or_default().to_string();
    let mut denying = page.clone();
    let cookies: Vec<_> = set.iter().map(pair).collect();
    let fields = [("sec-gpc", "1".to_string()), ("cookie", cookies.join("; "))];
    denying
        .request
        .extend(fields.map(|(name, value)| (name.into(), value.into())));
    let second = denying.borrow();
    let expire = lines(&decide(&policy, &second, NOW, entropy));
    Some(Judged {
        scheme,
        host: host.to_string(),
        path,
        set,
        expire,
        meant: meant(&settings, scheme, host, &id.to_string()),
    })
}

fn page(scheme: Scheme, host: &str, path: &str) -> OwnedExchange {
    OwnedExchange {
        method: b"GET".to_vec(),
        scheme,
        host: host.into(),
        path: path.into(),
        country: None,
        request: vec![(b"sec-fetch-dest".to_vec(), b"document".to_vec())],
        status: 200,
        response: Vec::new(),
    }
}

fn lines(decision: &Decision<'_>) -> Vec<String> {
    let lines = decision.edits().filter_map(|edit| match edit {
        Edit::AppendSetCookie(line) => Some(line.to_string()),
        _ => None,
    });
    lines.collect()
}

/// The id, the marker and the script_cookie for scripts, as far as the settings ask for them.
fn meant(settings: &Settings, scheme: Scheme, host: &str, id: &str) -> Vec<Meant> {
    let cookie = &settings.cookie;
    let named = |name: &str| Meant {
        name: name.to_string(),
        value: id.to_string(),
        domain: domain(&cookie.domain, host),
        path: cookie.path.clone(),
        max_age: cookie.max_age,
        secure: cookie.secure && (scheme == Scheme::Https || keeps_secure(settings, name)),
        http_only: cookie.http_only,
        same_site: cookie.same_site.as_str(),
    };
    let mut all = vec![named(&cookie.name)];
    if let Renew::WhenDue(period) = settings.renew.when {
        all.push(Meant {
            value: NOW.to_string(),
            max_age: period.into(),
            http_only: true,
            ..named(&format!("{}_renewed", cookie.name))
        });
    }
    if let Some(name) = &settings.signals.script_cookie {
        let http_only = false;
        all.push(Meant {
            http_only,
            ..named(name)
        });
    }
    all
}

/// What browsers take with `Secure` only keeps it on loopback, too.
fn keeps_secure(settings: &Settings, name: &str) -> bool {
    let cookie = &settings.cookie;
    let name = name.to_ascii_lowercase();
    let prefixes = ["__secure-", "__host-", "__http-"];
    prefixes.iter().any(|prefix| name.starts_with(prefix))
        || cookie.same_site == hardtack::SameSite::None
        || cookie.partitioned
}

fn domain(setting: &DomainSetting, host: &str) -> Option<String> {
    let host = host.to_ascii_lowercase();
    match setting {
        DomainSetting::Auto => {
            let domain = LIST.registrable_domain(host.as_bytes())?;
            Some(String::from_utf8_lossy(domain).into_owned())
        }
        DomainSetting::Listed(listed) => {
            let is_in =
                |domain: &&String| host == **domain || host.ends_with(&format!(".{domain}"));
            listed
                .iter()
                .filter(is_in)
                .max_by_key(|domain| domain.len())
                .cloned()
        }
        _ => None,
    }
}
