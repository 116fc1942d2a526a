//! One site for each fault: it is found, and nothing else is.

use std::net::IpAddr;
use std::time::Duration;

use hardtack::SealKey;
use hardtack_policy::{Loaded, from_toml, from_toml_with_keys};
use hardtack_verify::{Fault, Options, PolicySource, Probe, Report, examine, judge};
use url::Url;

use crate::flaw::Flaw;
use crate::name_server;
use crate::site::{NAMES, Site};

/// The DNS records of the site's hosts.
pub(crate) struct Placing {
    page: &'static [&'static str],
    cdn: &'static [&'static str],
    alias: Option<(&'static str, &'static str)>,
}

pub(crate) const HOME: Placing = Placing {
    page: &["127.0.0.1"],
    cdn: &["127.0.0.1"],
    alias: None,
};

/// Reads a policy, with a key where it seals.
fn read(text: &str) -> Loaded {
    let keys = [SealKey::new([7; SealKey::LEN])];
    from_toml_with_keys(text, &keys).unwrap()
}

async fn examined(flaw: Flaw, at: &str, deployed: &str, checked: &str, placing: Placing) -> Report {
    let no_consent = (None, None);
    examined_by(flaw, at, deployed, checked, placing, no_consent).await
}

/// With visitors who granted and denied consent by these cookies.
pub(crate) async fn examined_by(
    flaw: Flaw,
    at: &str,
    deployed: &str,
    checked: &str,
    placing: Placing,
    (granted, denied): (Option<&str>, Option<&str>),
) -> Report {
    let site = Site::start(flaw, read(deployed).policy).await;
    let policy = read(checked).policy;
    let home: IpAddr = [127, 0, 0, 1].into();
    let mut resolve = vec![(NAMES[2].to_string(), home)];
    for (name, addresses) in [(NAMES[0], placing.page), (NAMES[1], placing.cdn)] {
        let addresses = addresses.iter().map(|ip| ip.parse().unwrap());
        resolve.extend(addresses.map(|ip: IpAddr| (name.to_string(), ip)));
    }
    let options = Options {
        resolve,
        ca: Some(site.ca.clone()),
        plain_port: Some(site.http),
        name_server: Some(name_server::start(placing.alias).await),
        granted: granted.map(str::to_string),
        denied: denied.map(str::to_string),
        pause: Duration::ZERO,
        attempts: 1,
        ..Options::default()
    };
    let url = match at.strip_prefix("away:") {
        Some(path) => format!("https://{}:{}{path}", NAMES[2], site.https),
        None => site.url(at),
    };
    let url = Url::parse(&url).unwrap();
    let results = examine(&url, &policy, &options, &mut |_, _, _| {})
        .await
        .unwrap();
    let fails = flaw == Flaw::DropsReturning;
    assert_eq!(!results.failed_probes.is_empty(), fails, "{flaw:?}");
    judge(&results, &policy, PolicySource::default(), 0)
}

#[track_caller]
fn compare(flaw: Flaw, report: &Report, expected: &[Fault]) {
    let found: Vec<_> = report
        .findings
        .iter()
        .map(|finding| finding.fault)
        .collect();
    let mut wanted = expected.to_vec();
    wanted.sort_by_key(|fault| (std::cmp::Reverse(fault.severity()), *fault));
    assert_eq!(found, wanted, "{flaw:?}: {:#?}", report.findings);
}

async fn run(flaw: Flaw, expected: &[Fault]) {
    compare(flaw, &examined(flaw, "/", "", "", HOME).await, expected);
}

/// Each test is one site with one fault.
macro_rules! seeded {
    ($($name:ident: $flaw:ident => [$($fault:ident),*];)*) => {
        $(#[tokio::test] async fn $name() { run(Flaw::$flaw, &[$(Fault::$fault),*]).await; })*
    };
}

seeded! {
    a_clean_site_has_nothing: None => [];
    a_page_that_fails: PageFails => [PageFails];
    no_function_at_all: NoFunction => [NoCookie];
    ids_that_are_numbers: NumberedIds => [NotAUuid];
    ids_of_version_7: Version7 => [NotAUuid];
    one_id_for_all: OneIdForAll => [SharedId];
    a_new_id_each_time: NewIdEachTime => [ReplacedOnReturn];
    a_new_id_on_the_second_page: NewIdOnSecondPage => [LostOnSecondPage];
    no_renewal: NeverRenews => [NotRenewed];
    a_second_page_that_is_not_covered: SecondPageUncovered => [SecondPageWithoutRenewal];
    a_public_suffix_as_domain: DomainIsSuffix => [PublicSuffixDomain];
    another_site_s_domain: DomainIsForeign => [ForeignDomain];
    no_domain: DomainTooNarrow => [OtherDomain];
    the_host_as_domain: DomainTooWide => [OtherDomain];
    a_path_below_the_root: PathTooNarrow => [OtherPath];
    no_secure: NotSecure => [NotSecure];
    no_http_only: ScriptReadable => [ScriptReadable];
    same_site_strict: Strict => [OtherSameSite];
    same_site_none_without_secure: SameSiteNoneInsecure => [Rejected, NotSecure, OtherSameSite];
    a_session_cookie: Session => [SessionCookie];
    seven_days: SevenDays => [ShortLived];
    the_cookie_set_twice: SetTwice => [DuplicateSetCookie];
    a_public_page: PublicCache => [CacheableForAll];
    a_page_for_cdn_caches: CdnCache => [CacheableForAll];
    any_value_is_accepted: BelievesAnything => [InvalidKept, DuplicateMisread];
    only_the_first_value_is_read: FirstValueOnly => [DuplicateMisread];
    the_last_value_wins: LastValue => [DuplicateReordered];
    only_the_first_header_is_read: FirstHeaderOnly => [SecondHeaderIgnored];
    odd_cookies_break_the_page: ThrowsOnOddCookies => [OddCookiesBreak];
    odd_cookies_hide_the_id: StumblesOverOddCookies => [OddCookiesHide];
    prefetch_is_left_out: SkipsPrefetch => [PrefetchWithoutId];
    service_workers_are_left_out: SkipsWorkers => [WorkerWithoutRenewal];
    frames_too: FramesToo => [FrameSets];
    fetches_too: FetchesToo => [FetchSets];
    assets_too: AssetsToo => [AssetSets, CacheableForAll];
    error_pages_too: ErrorPagesToo => [ErrorPageSets];
    head_too: HeadToo => [HeadSets];
    not_on_304: NotModifiedWithout => [RevalidationWithout];
    plain_http_sets_it: PlainSets => [PlainHttpSets, PlainHttpServes];
    plain_http_serves_pages: PlainServes => [PlainHttpServes];
    no_hsts: NoHsts => [NoHsts];
    the_origin_s_cookies_are_replaced: ReplacesSetCookie => [OriginCookiesLost];
    a_clock_that_is_off: ClockIsOff => [ClockSkew];
}

async fn with_policies(flaw: Flaw, at: &str, deployed: &str, checked: &str, expected: &[Fault]) {
    compare(
        flaw,
        &examined(flaw, at, deployed, checked, HOME).await,
        expected,
    );
}

#[tokio::test]
async fn renewal_against_the_policy() {
    let never = "renew.when = \"never\"";
    with_policies(
        Flaw::OtherPolicy,
        "/",
        "",
        never,
        &[Fault::RenewedAgainstPolicy],
    )
    .await;
    with_policies(Flaw::None, "/", never, never, &[]).await;
}

#[tokio::test]
async fn the_id_in_a_page_that_all_may_store() {
    let never = "renew.when = \"never\"";
    let shown = [Fault::IdInCacheablePage];
    with_policies(Flaw::ShowsId, "/", never, never, &shown).await;
}

#[tokio::test]
async fn ids_without_a_seal() {
    let sealed = "id.sealed = true";
    with_policies(Flaw::None, "/", sealed, sealed, &[]).await;
    with_policies(Flaw::OtherPolicy, "/", "", sealed, &[Fault::ForgedKept]).await;
    with_policies(Flaw::OtherPolicy, "/", sealed, "", &[Fault::ForgedDropped]).await;
}

#[tokio::test]
async fn bots_and_global_privacy_control() {
    let people = "bots.policy = \"treat-as-people\"";
    with_policies(Flaw::OtherPolicy, "/", people, "", &[Fault::BotGetsId]).await;
    let gpc = "consent.gpc = \"deny\"";
    with_policies(Flaw::OtherPolicy, "/", "", gpc, &[Fault::GpcIgnored]).await;
    with_policies(Flaw::None, "/", gpc, gpc, &[]).await;
}

#[tokio::test]
async fn a_cookie_on_an_excluded_path() {
    with_policies(
        Flaw::OtherPolicy,
        "/",
        "",
        "scope.exclude = [\"/*\"]",
        &[Fault::UnexpectedCookie],
    )
    .await;
}

#[tokio::test]
async fn custom_error_pages_without_a_cookie() {
    let pages = "scope.error_pages = true";
    with_policies(
        Flaw::ErrorPagesNot,
        "/",
        pages,
        pages,
        &[Fault::ErrorPageWithout],
    )
    .await;
    with_policies(Flaw::None, "/", pages, pages, &[]).await;
}

#[tokio::test]
async fn redirects_to_the_page_are_examined() {
    with_policies(Flaw::None, "/old", "", "", &[]).await;
    with_policies(
        Flaw::RedirectsWithout,
        "/old",
        "",
        "",
        &[Fault::RedirectWithout],
    )
    .await;
    with_policies(Flaw::None, "away:/away", "", "", &[]).await;
    with_policies(
        Flaw::OffsiteRedirects,
        "away:/away",
        "",
        "",
        &[Fault::OffsiteRedirectSets],
    )
    .await;
}

#[tokio::test]
async fn consent_is_probed_where_its_cookies_are_given() {
    let site = Site::start(Flaw::None, from_toml("").unwrap().policy).await;
    let policy = from_toml("").unwrap().policy;
    let options = Options {
        resolve: vec![
            (NAMES[0].to_string(), [127, 0, 0, 1].into()),
            (NAMES[1].to_string(), [127, 0, 0, 1].into()),
        ],
        ca: Some(site.ca.clone()),
        granted: Some("choice=yes".to_string()),
        denied: Some("choice=no".to_string()),
        pause: Duration::ZERO,
        ..Options::default()
    };
    let url = Url::parse(&site.url("/")).unwrap();
    let results = examine(&url, &policy, &options, &mut |_, _, _| {})
        .await
        .unwrap();
    let sent = |probe| {
        let exchange = results
            .exchanges
            .iter()
            .find(|exchange| exchange.probe == probe)
            .unwrap();
        let cookie = exchange
            .request_headers
            .iter()
            .find(|(name, _)| name == "cookie")
            .unwrap();
        cookie.1.clone()
    };
    assert_eq!(sent(Probe::ConsentGranted), "choice=yes");
    assert_eq!(sent(Probe::ConsentDenied), "choice=no");
    assert!(sent(Probe::Withdrawn).starts_with("choice=no; FPD="));
}

async fn with_consent(flaw: Flaw, deployed: &str, checked: &str, expected: &[Fault]) {
    let answers = (
        Some("hardtack_consent=granted"),
        Some("hardtack_consent=denied"),
    );
    let report = examined_by(flaw, "/", deployed, checked, HOME, answers).await;
    compare(flaw, &report, expected);
}

#[tokio::test]
async fn consent_that_is_ignored() {
    let asks = "consent.from = [\"plain\"]";
    let requires = "consent.from = [\"plain\"]\nconsent.required = \"everywhere\"";
    with_consent(Flaw::None, asks, asks, &[]).await;
    with_consent(Flaw::None, requires, requires, &[]).await;
    let ignored = [Fault::DenialIgnored, Fault::WithdrawalIgnored];
    with_consent(Flaw::OtherPolicy, "", asks, &ignored).await;
    let before = [&ignored[..], &[Fault::UnexpectedCookie]].concat();
    with_consent(Flaw::OtherPolicy, "", requires, &before).await;
    let half = [Fault::WithdrawalIgnored];
    with_consent(Flaw::ForgetsHostOnly, requires, requires, &half).await;
    let never = [Fault::WithdrawalIgnored, Fault::GrantIgnored];
    with_consent(Flaw::NoFunction, requires, requires, &never).await;
}

async fn placed(placing: Placing, expected: &[Fault]) {
    let report = examined(Flaw::None, "/", "", "", placing).await;
    compare(Flaw::None, &report, expected);
}

/// Everything is served on 127.0.0.1. The other addresses of a host are only reported, never connected to: its first
/// address answers.
#[tokio::test]
async fn hosts_elsewhere_that_set_cookies() {
    let v4 = |cdn| Placing { cdn, ..HOME };
    placed(v4(&["127.1.0.1"]), &[Fault::OtherNetworkV4]).await;
    placed(v4(&["127.0.9.9"]), &[]).await;
    placed(v4(&["127.0.0.1", "::2"]), &[Fault::MixedFamilies]).await;
    let both = |cdn| Placing {
        page: &["127.0.0.1", "2001:db8:0:1::1"],
        cdn,
        alias: None,
    };
    placed(
        both(&["127.0.0.1", "2001:db8:0:2::1"]),
        &[Fault::OtherNetworkV6],
    )
    .await;
    placed(both(&["127.0.0.1", "2001:db8:0:1:ffff::9"]), &[]).await;
    placed(both(&["127.0.0.1"]), &[Fault::MixedFamilies]).await;
    let alias = |to| Placing {
        alias: Some(("cdn.example.co.uk", to)),
        ..HOME
    };
    placed(alias("collect.tracker.net"), &[Fault::CnameCloaked]).await;
    placed(alias("static.example.co.uk"), &[]).await;
}
