//! How an examination goes on: which visitor's cookies it sends, which pages, and what it says of those left out.

use std::time::Duration;

use hardtack_policy::from_toml;
use hardtack_verify::{Options, Probe, ProbeResults, examine};
use tokio::net::TcpListener;
use url::Url;

use crate::flaw::Flaw;
use crate::site::{NAMES, Site};

/// What a site without a flaw is examined with, and the progress that was told.
async fn examined(
    policy: &str,
    change: impl FnOnce(&mut Options),
) -> (ProbeResults, Vec<(usize, usize)>) {
    let policy = from_toml(policy).unwrap().policy;
    let site = Site::start(Flaw::None, policy.clone()).await;
    let home = |name: &str| (name.to_string(), [127, 0, 0, 1].into());
    let mut options = Options {
        resolve: NAMES.map(home).to_vec(),
        ca: Some(site.ca.clone()),
        plain_port: Some(site.http),
        pause: Duration::ZERO,
        ..Options::default()
    };
    change(&mut options);
    let mut told = Vec::new();
    let url = Url::parse(&site.url("/")).unwrap();
    let mut tell = |done, of, _| told.push((done, of));
    let results = examine(&url, &policy, &options, &mut tell).await.unwrap();
    (results, told)
}

fn cookies(results: &ProbeResults, probe: Probe) -> String {
    let mut exchanges = results.exchanges.iter();
    let headers = &exchanges
        .find(|it| it.probe == probe)
        .unwrap()
        .request_headers;
    let cookies = headers.iter().filter(|(name, _)| name == "cookie");
    let cookies: Vec<_> = cookies.map(|(_, value)| &**value).collect();
    cookies.join("; ")
}

fn unsent(results: &ProbeResults, probe: Probe) -> Vec<&'static str> {
    let unsent = results.unsent_probes.iter();
    unsent.filter(|it| it.0 == probe).map(|it| it.1).collect()
}

/// The id that a probe's response set.
fn issued(results: &ProbeResults, probe: Probe) -> String {
    let mut exchanges = results.exchanges.iter();
    let exchange = exchanges.find(|it| it.probe == probe).unwrap();
    let mut lines = exchange.values("set-cookie");
    let line = lines.find_map(|it| it.strip_prefix("FPD=")).unwrap();
    line[..36].to_string()
}

#[tokio::test]
async fn the_second_page_gets_all_cookies_of_the_first() {
    let (results, _) = examined("", |_| ()).await;
    let id = issued(&results, Probe::New);
    let wanted = format!("FPD={id}; session=1");
    assert_eq!(cookies(&results, Probe::SecondPage), wanted);
    assert_eq!(unsent(&results, Probe::SecondPage), [""; 0]);
}

#[tokio::test]
async fn all_later_visits_are_those_of_one_visitor() {
    let visits = [
        Probe::Returning,
        Probe::SecondPage,
        Probe::SplitHeader,
        Probe::Worker,
        Probe::Revalidation,
    ];
    let grant = |options: &mut Options| {
        options.granted = Some("hardtack_consent=granted".to_string());
        options.denied = Some("hardtack_consent=denied".to_string());
    };
    let asks = "consent.from = [\"plain\"]";
    let requires = format!("{asks}\nconsent.required = \"everywhere\"");
    for (policy, first) in [(asks, Probe::New), (&requires, Probe::ConsentGranted)] {
        let (results, _) = examined(policy, grant).await;
        let id = issued(&results, first);
        for probe in visits {
            let cookies = cookies(&results, probe);
            assert!(cookies.contains(&id), "{probe}: {cookies}, not {id}");
        }
        assert!(cookies(&results, Probe::SecondPage).ends_with("; session=1"));
    }
}

#[tokio::test]
async fn pages_of_another_site_are_left_out_and_told() {
    let pages = |pages: &'static [&str]| {
        let pages = pages.iter().map(|page| page.to_string()).collect();
        |options: &mut Options| options.pages = pages
    };
    let (all, _) = examined("", pages(&["/about", "/about"])).await;
    assert_eq!(unsent(&all, Probe::SecondPage), [""; 0]);
    let (some, _) = examined("", pages(&["/about", "https://example.org/"])).await;
    assert_eq!(
        unsent(&some, Probe::SecondPage),
        ["some addresses that `--pages` names do not belong to this site"]
    );
    let told = some
        .unsent_probes
        .iter()
        .filter(|it| it.1.contains("--pages"));
    assert_eq!(told.count(), 1);
}

#[tokio::test]
async fn progress_never_says_that_all_is_done_before_it_is() {
    let many = |options: &mut Options| options.pages = vec!["/about".to_string(); 30];
    let (_, told) = examined("", many).await;
    assert!(told.iter().any(|(done, _)| *done > 30), "{told:?}");
    for (done, of) in told {
        assert!(done < of, "{done} of {of}");
    }
}

#[tokio::test]
async fn a_closed_port_of_plain_http_is_no_failure() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = listener.local_addr().unwrap().port();
    drop(listener);
    let once = |options: &mut Options| {
        options.plain_port = Some(closed);
        options.attempts = 1;
    };
    let (results, _) = examined("", once).await;
    assert_eq!(results.failed_probes, []);
    assert_eq!(
        unsent(&results, Probe::PlainHttp),
        ["nothing answers over plain http"]
    );
}
