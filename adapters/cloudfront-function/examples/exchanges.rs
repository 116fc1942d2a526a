//! Draws random policies that the function carries and random exchanges, and prints what the core decides: for a test
//! that asks the functions the same. Arguments: how many, and a seed. A line is `{"plain": …}`, a function for all
//! lines that follow, or `{"exchange": …, "entropy": …, "now": …, "set_cookie": …, "headers": …}`, strings as in the
//! contract.
#![expect(clippy::print_stdout, reason = "a generator for tests")]

use std::error::Error;

use hardtack::{
    Bots, Cmp, ConsentSettings, ConsentSource, Country, DomainSetting, Policy, Renew, Required,
    Scheme, SealKey, Settings, decide,
};
use hardtack_cloudfront_function::{Feature, Function, PLATFORM, Secret, Style};
use hardtack_conformance::{FieldList, Observed, OwnedExchange, cases};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

#[path = "../../../core/tests/arbitrary/mod.rs"]
#[expect(dead_code, reason = "shared with core's tests, which use the rest")]
mod arbitrary;

/// How many exchanges each policy gets.
const EACH: u64 = 100;
const NOW: u64 = 1_750_000_000;
const KEY: SealKey = SealKey::new([7; SealKey::LEN]);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = || arguments.next().unwrap_or_default().parse::<u64>();
    let (count, seed) = (number()?, number()?);
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let exchanges = (
        prop_oneof![1 => arbitrary::exchange(), 3 => arbitrary::page()],
        extras(),
        arbitrary::entropy(),
    );
    let policies = (arbitrary::policy(), wishes());
    let mut printed = 0;
    while printed < count {
        let ((settings, _), wishes) = draw(&policies, &mut runner)?;
        let Some((settings, policy, plain, minified)) = function(settings, &wishes) else {
            continue;
        };
        let derive = settings.adopt.derive;
        println!(
            "{}",
            json!({ "plain": plain, "minified": minified, "derive": derive, "beginnings": beginnings(&settings) })
        );
        for _ in 0..EACH {
            let (mut exchange, extras, entropy) = draw(&exchanges, &mut runner)?;
            make_possible(&mut exchange);
            extras.add_to(&mut exchange, &settings, &policy);
            println!("{}", decided(&policy, &exchange, entropy));
            printed += 1;
        }
    }
    Ok(())
}

/// What names begin with that the policy adopts from: an event has no order among them.
fn beginnings(settings: &Settings) -> Vec<String> {
    let sources = settings.adopt.sources().into_iter();
    let beginning = |name: String| name.strip_suffix('*').map(str::to_string);
    sources
        .filter_map(|source| beginning(source.cookie))
        .collect()
}

fn draw<S: Strategy>(strategy: &S, runner: &mut TestRunner) -> Result<S::Value, String> {
    let tree = strategy.new_tree(runner);
    Ok(tree.map_err(|reason| reason.to_string())?.current())
}

/// What a policy asks for beyond what the core's tests draw.
#[derive(Clone, Debug)]
struct Wishes {
    when: Renew,
    sealed: bool,
    grace: bool,
    derive: bool,
    adopt: Vec<&'static str>,
    consent: ConsentSettings,
    has_consent: bool,
}

fn wishes() -> impl Strategy<Value = Wishes> {
    let when = select(&[Renew::EveryVisit, Renew::Never, Renew::WhenDue(3600)][..]);
    let legacy = [
        "vid",
        "FP*",
        "google",
        "_sp_id*",
        "segment",
        "posthog",
        "amplitude",
        "adobe",
        "v",
    ];
    let legacy = select(legacy.to_vec());
    let rest = (any::<[bool; 3]>(), proptest::collection::vec(legacy, 0..3));
    (when, rest, consent(), any::<bool>()).prop_map(
        |(when, ([sealed, grace, derive], adopt), consent, has_consent)| Wishes {
            when,
            sealed,
            grace,
            derive,
            adopt,
            consent,
            has_consent,
        },
    )
}

fn consent() -> impl Strategy<Value = ConsentSettings> {
    let required = prop_oneof![
        Just(Required::Nowhere),
        Just(Required::Everywhere),
        Just(Required::In(["EEA", "UK"].map(str::to_string).to_vec())),
    ];
    let sources = proptest::collection::vec(source(), 0..3);
    (required, sources, any::<[bool; 3]>()).prop_map(|(required, from, [gpc, dnt, us_opt_out])| {
        let mut consent = ConsentSettings::default();
        consent.required = required;
        consent.from = from;
        (consent.gpc, consent.dnt, consent.us_opt_out) = (gpc, dnt, us_opt_out);
        consent
    })
}

/// A source with its defaults, so that the contract's cookies have something to say to it; now and then with a word of
/// its own.
fn source() -> impl Strategy<Value = ConsentSource> {
    (
        select(&Cmp::ALL[..]),
        any::<bool>(),
        select(&[0, 8, 755][..]),
    )
        .prop_map(|(cmp, own, vendor)| {
            let mut source = ConsentSource::new(cmp);
            if source.cookie.is_empty() {
                source.cookie = "site_consent".to_string();
            }
            if matches!(cmp, Cmp::Tcf | Cmp::Gpp) {
                source.vendor = vendor;
            }
            if source.needs.is_empty()
                && !matches!(
                    cmp,
                    Cmp::UsPrivacy | Cmp::Complianz | Cmp::Plain | Cmp::Piano
                )
            {
                source.needs = vec!["analytics".to_string()];
            }
            if own {
                source.granted.push("Marketing".to_string());
            }
            source
        })
}

/// Where, how many bytes, and what takes their place.
type Splice = (Index, Index, u8);

/// Cookies and headers beyond what the core's tests draw.
#[derive(Clone, Debug)]
struct Extras {
    cookies: Vec<(Vec<u8>, Vec<Splice>)>,
    own: Index,
    marker: Index,
    objects: Index,
    country: Option<&'static str>,
    script: bool,
}

fn extras() -> impl Strategy<Value = Extras> {
    let edits = proptest::collection::vec(
        (
            any::<Index>(),
            any::<Index>(),
            select(&b"{}[]:,\"'%=;&.~ 01Aae\\"[..]),
        ),
        0..3,
    );
    let cookies = proptest::collection::vec((select(spoken()), edits), 0..3);
    let country =
        prop_oneof![3 => Just(None), 2 => select(&["FR", "US", "GB", "XX"][..]).prop_map(Some)];
    let indexes = any::<[Index; 3]>();
    (cookies, indexes, country, proptest::bool::weighted(0.2)).prop_map(
        |(cookies, [own, marker, objects], country, script)| Extras {
            cookies,
            own,
            marker,
            objects,
            country,
            script,
        },
    )
}

/// What consent platforms' and others' cookies hold in the contract.
fn spoken() -> Vec<Vec<u8>> {
    let is_of = |file: &str| file.starts_with("consent") || file == "adoption";
    let cookies = |exchange: OwnedExchange| {
        let fields = exchange.request.into_iter();
        fields.filter(|(name, _)| name.eq_ignore_ascii_case(b"cookie"))
    };
    let files = cases().into_iter().filter(|case| is_of(&case.file));
    let values = files
        .flat_map(|case| cookies(case.exchange))
        .map(|(_, value)| value);
    values.filter(|value| value.len() < 1500).collect()
}

impl Extras {
    fn add_to(&self, exchange: &mut OwnedExchange, settings: &Settings, policy: &Policy) {
        for (cookie, edits) in &self.cookies {
            let cookie = edits.iter().fold(cookie.clone(), edited);
            exchange.request.push((b"cookie".to_vec(), cookie));
        }
        let name = &settings.cookie.name;
        let sealed = sealed(policy);
        let own = [
            "",
            arbitrary::OTHER_ID,
            &sealed,
            "6BA7B810-9DAD-11D1-80B4-00C04FD430C8",
            "x",
        ];
        let own = own[self.own.index(own.len())];
        if !own.is_empty() {
            exchange
                .request
                .push((b"cookie".to_vec(), format!("{name}={own}").into()));
        }
        let at = [
            0,
            NOW - 100,
            NOW + 200,
            NOW + 400,
            NOW - 3600,
            NOW - 3599,
            1_000_000_000_000,
        ];
        let at = at[self.marker.index(at.len())];
        if at > 0 {
            exchange
                .request
                .push((b"cookie".to_vec(), format!("{name}_renewed={at}").into()));
        }
        let objects = [None, None, None, None, Some("sec-gpc"), Some("dnt")];
        if let Some(field) = objects[self.objects.index(objects.len())] {
            exchange.request.push((field.into(), b"1".to_vec()));
        }
        if self.script {
            exchange
                .response
                .push((b"set-cookie".to_vec(), b"script=1; Path=/".to_vec()));
        }
        exchange.country = self
            .country
            .and_then(|country| Country::parse(country.as_bytes()));
    }
}

/// As CloudFront lets it through to a function.
fn make_possible(exchange: &mut OwnedExchange) {
    let is_text = |bytes: &[u8]| {
        bytes
            .iter()
            .all(|byte| matches!(byte, b' '..=b'~' | 0x80..))
    };
    let is_token = |bytes: &[u8]| {
        !bytes.is_empty()
            && bytes
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || *b == b'-')
    };
    exchange.scheme = Scheme::Https;
    exchange
        .request
        .retain(|(name, value)| is_token(name) && is_text(value));
    exchange
        .response
        .retain(|(name, value)| is_token(name) && is_text(value) && !name.starts_with(b"x-accel"));
    if !is_text(&exchange.host) || exchange.host.trim_ascii().is_empty() {
        exchange.host = b"www.example.com".to_vec();
    }
    exchange.host = exchange.host.trim_ascii().to_vec();
    if !exchange.path.starts_with(b"/")
        || !exchange.path.is_ascii()
        || !exchange.path.iter().all(u8::is_ascii_graphic)
    {
        exchange.path = b"/".to_vec();
    }
    if !is_token(&exchange.method) {
        exchange.method = b"GET".to_vec();
    }
    if !(200..600).contains(&exchange.status) {
        exchange.status = 200;
    }
}

/// One byte put in the place of some.
fn edited(mut cookie: Vec<u8>, (from, len, byte): &Splice) -> Vec<u8> {
    let from = from.index(cookie.len() + 1);
    let to = cookie.len().min(from + len.index(4));
    cookie.splice(from..to, [*byte]);
    cookie
}

/// An id as the policy gives it.
fn sealed(policy: &Policy) -> String {
    let exchange = OwnedExchange {
        method: b"GET".to_vec(),
        scheme: Scheme::Https,
        host: b"www.example.com".to_vec(),
        path: b"/".to_vec(),
        country: None,
        request: vec![(b"sec-fetch-dest".to_vec(), b"document".to_vec())],
        status: 200,
        response: Vec::new(),
    };
    let decision = decide(policy, &exchange.borrow(), NOW, [0x5a; 16]);
    decision.id().map(|id| id.to_string()).unwrap_or_default()
}

/// With what the function does not carry left out.
fn function(given: Settings, wishes: &Wishes) -> Option<(Settings, Policy, String, String)> {
    let mut settings = given;
    settings.scope.error_pages = false;
    settings.signals.request_header = None;
    settings.signals.log = false;
    settings.renew.when = wishes.when;
    if matches!(wishes.when, Renew::WhenDue(_)) {
        settings.cookie.max_age = settings.cookie.max_age.max(7200);
    }
    settings.id.sealed = wishes.sealed;
    if wishes.sealed {
        settings.id.keys = vec![KEY, SealKey::new([9; SealKey::LEN])];
        settings.id.accept_unsealed_until = if wishes.grace { NOW + 1 } else { 0 };
    }
    settings.adopt.from = wishes.adopt.iter().map(|name| name.to_string()).collect();
    settings.adopt.derive = wishes.derive && !wishes.adopt.is_empty();
    if wishes.has_consent {
        settings.consent = wishes.consent.clone();
        settings.bots.policy = Bots::TreatAsPeople;
    }
    if settings.cookie.domain == DomainSetting::Auto {
        let domains = ["example.com", "example.co.uk", "www.github.io"];
        settings.cookie.domain = DomainSetting::Listed(domains.map(str::to_string).to_vec());
    }
    if PLATFORM.answers.refusals(&settings).next().is_some() {
        return None;
    }
    let policy = Policy::new(&settings, None).ok()?;
    let secret = Secret::new([7; 32]);
    let text = |style| Function::text_with(&settings, &secret, style, &[Feature::Injected]).ok();
    let (plain, minified) = (text(Style::Readable)?, text(Style::Minified)?);
    Some((settings, policy, plain, minified))
}

fn decided(policy: &Policy, exchange: &OwnedExchange, entropy: [u8; 16]) -> Value {
    let borrowed = exchange.borrow();
    let decision = decide(policy, &borrowed, NOW, entropy);
    let observed = Observed::of(&decision, None);
    let headers = [observed.headers, observed.append].concat();
    json!({
        "exchange": {
            "method": latin1(&exchange.method),
            "scheme": "https",
            "host": latin1(&exchange.host),
            "path": latin1(&exchange.path),
            "country": exchange.country.map(|country| country.to_string()),
            "request": list(&exchange.request),
            "status": exchange.status,
            "response": list(&exchange.response),
        },
        "entropy": entropy.iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
        "now": NOW,
        "set_cookie": observed.set_cookie,
        "headers": headers,
    })
}

fn list(fields: &FieldList) -> Vec<[String; 2]> {
    let pair = |(name, value): &(Vec<u8>, Vec<u8>)| [latin1(name), latin1(value)];
    fields.iter().map(pair).collect()
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}
