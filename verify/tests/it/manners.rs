//! How it treats a site: how many requests it sends, how it identifies itself, how long it waits, and when it retries.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hardtack_policy::from_toml;
use hardtack_verify::{ClientError, Options, ProbeResults, examine};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// What a site does with its n-th request, from 0.
#[derive(Clone, Copy)]
enum Mood {
    Well,
    /// Closes the connection without a response, for the first so many requests.
    Hangs(usize),
    /// 503 with `Retry-After: 0`, for the first so many requests.
    Busy(usize),
    /// 503 with `Retry-After: 0`, after so many requests.
    BusyAfter(usize),
    /// This status, always.
    Closed(u16),
    /// A redirect to this address, always.
    Redirects(&'static str),
    /// Answers none.
    SilentAtOnce,
    /// Answers only the first two.
    Silent,
}

/// The status of a site that is busy for a moment.
const BUSY: &str = "503 Busy\r\nRetry-After: 0";

/// The request that follows redirects, before the first probe.
const FIRST: usize = 1;

/// The heads of all requests that were received.
type Heads = Arc<Mutex<Vec<String>>>;

async fn site(mood: Mood) -> (Url, Heads) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let heads = Heads::default();
    let seen = Arc::clone(&heads);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(mood, stream, Arc::clone(&seen)));
        }
    });
    (Url::parse(&url).unwrap(), heads)
}

async fn serve(mood: Mood, stream: TcpStream, heads: Heads) {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while stream.read_line(&mut head).await.unwrap_or(0) > 2 {}
    let at = {
        let mut heads = heads.lock().unwrap();
        heads.push(head);
        heads.len() - 1
    };
    let status = match mood {
        Mood::Hangs(first) if at < first => return,
        Mood::SilentAtOnce => return std::future::pending().await,
        Mood::Silent if at > 1 => return std::future::pending().await,
        Mood::Busy(first) if at < first => BUSY.to_string(),
        Mood::BusyAfter(first) if at >= first => BUSY.to_string(),
        Mood::Closed(status) => format!("{status} Closed"),
        Mood::Redirects(to) => format!("302 Found\r\nLocation: {to}"),
        _ => "200 OK".to_string(),
    };
    let id = format!("00000000-0000-4000-8000-{at:012}");
    let text = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html\r\nSet-Cookie: FPD={id}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    let _ = stream.write_all(text.as_bytes()).await;
}

async fn examined(
    url: &Url,
    change: impl FnOnce(&mut Options),
) -> Result<ProbeResults, ClientError> {
    let mut options = Options {
        pause: Duration::ZERO,
        ..Options::default()
    };
    change(&mut options);
    let policy = from_toml("").unwrap().policy;
    examine(url, &policy, &options, &mut |_, _, _| {}).await
}

#[tokio::test]
async fn it_sends_some_25_requests_and_names_itself() {
    let (url, heads) = site(Mood::Well).await;
    let results = examined(&url, |_| ()).await.unwrap();
    let heads = heads.lock().unwrap().clone();
    assert_eq!(heads.len(), FIRST + results.exchanges.len());
    assert!(heads.len() <= 25, "{} requests", heads.len());
    let mut methods = HashMap::<_, usize>::new();
    for head in &heads {
        assert!(head.contains("hardtack-verify"), "{head}");
        *methods.entry(head.split(' ').next().unwrap()).or_default() += 1;
    }
    assert_eq!(methods.remove("HEAD"), Some(1));
    assert_eq!(methods.keys().collect::<Vec<_>>(), [&"GET"]);
}

#[tokio::test]
async fn it_retries_where_nothing_answers() {
    let (url, heads) = site(Mood::Hangs(2)).await;
    let results = examined(&url, |_| ()).await.unwrap();
    assert_eq!(results.failed_probes, Vec::new());
    assert_eq!(
        heads.lock().unwrap().len(),
        FIRST + results.exchanges.len() + 2
    );
}

#[tokio::test]
async fn it_tries_three_times_at_most() {
    let (url, heads) = site(Mood::Hangs(usize::MAX)).await;
    let error = examined(&url, |_| ()).await.unwrap_err();
    assert!(matches!(error, ClientError::NoAnswer(..)), "{error:?}");
    assert_eq!(heads.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn it_retries_a_busy_site_after_retry_after() {
    let (url, heads) = site(Mood::Busy(1)).await;
    let results = examined(&url, |_| ()).await.unwrap();
    assert!(
        results
            .exchanges
            .iter()
            .all(|exchange| exchange.status == 200)
    );
    assert_eq!(
        heads.lock().unwrap().len(),
        FIRST + results.exchanges.len() + 1
    );
}

#[tokio::test]
async fn it_stops_waiting_after_the_timeout() {
    let (url, _) = site(Mood::Silent).await;
    let brief = |options: &mut Options| {
        options.timeout = Duration::from_millis(50);
        options.attempts = 1;
    };
    let results = examined(&url, brief).await.unwrap();
    assert_eq!(results.exchanges.len(), 1);
    let (_, why) = &results.failed_probes[0];
    assert!(why.contains("no response within 50ms"), "{why}");
}

#[tokio::test]
async fn it_does_not_wait_for_a_busy_site_with_every_probe() {
    let (url, heads) = site(Mood::BusyAfter(2)).await;
    let results = examined(&url, |_| ()).await.unwrap();
    let retries = heads.lock().unwrap().len() - FIRST - results.exchanges.len();
    assert_eq!(retries, 6);
}

#[tokio::test]
async fn it_ends_at_the_deadline_and_says_what_is_left() {
    let (url, _) = site(Mood::Silent).await;
    let brief = |options: &mut Options| options.deadline = Duration::from_secs(1);
    let results = examined(&url, brief).await.unwrap();
    assert_eq!(results.exchanges.len(), 1);
    let because = |why: &str| why.contains("--deadline");
    assert!(
        because(&results.failed_probes[0].1),
        "{:?}",
        results.failed_probes
    );
    let unsent = results.unsent_probes.iter().filter(|(_, why)| because(why));
    assert!(unsent.count() > 10, "{:?}", results.unsent_probes);
}

async fn refused(mood: Mood, requests: usize, message: &str, hint: &str) {
    let (url, heads) = site(mood).await;
    let error = examined(&url, |_| ()).await.unwrap_err();
    let said = error.to_string();
    assert!(said.contains(message), "{said}");
    assert!(error.hint().contains(hint), "{said}: {}", error.hint());
    assert!(!error.hint().contains("--resolve"), "{said}");
    assert_eq!(heads.lock().unwrap().len(), requests, "{said}");
}

#[tokio::test]
async fn it_leaves_a_busy_or_closed_site_alone() {
    refused(Mood::Busy(usize::MAX), 3, "answered 503", "try later").await;
    refused(Mood::Closed(429), 1, "could not be examined", "try later").await;
    refused(Mood::Closed(503), 1, "could not be examined", "try later").await;
    refused(Mood::Closed(401), 1, "answered 401", "needs no login").await;
    refused(Mood::Closed(403), 1, "answered 403", "User-Agent").await;
    refused(Mood::Closed(502), 1, "answered 502", "does not answer").await;
}

#[tokio::test]
async fn it_says_what_to_do_about_redirects_that_lead_nowhere() {
    refused(Mood::Redirects("/"), 20, "too many redirects", "circle").await;
    let not_followed = "redirects to `javascript:alert(1)`, which browsers do not follow";
    refused(
        Mood::Redirects("javascript:alert(1)"),
        1,
        not_followed,
        "mend that redirect",
    )
    .await;
    refused(
        Mood::Redirects("mailto:a@example.org"),
        1,
        "mailto:",
        "mend that redirect",
    )
    .await;
}

#[tokio::test]
async fn it_says_how_to_get_more_time() {
    let (url, _) = site(Mood::SilentAtOnce).await;
    let brief = |options: &mut Options| options.deadline = Duration::from_millis(50);
    let error = examined(&url, brief).await.unwrap_err();
    assert!(error.hint().contains("--deadline"), "{}", error.hint());
    assert!(!error.hint().contains("--resolve"), "{}", error.hint());
}
