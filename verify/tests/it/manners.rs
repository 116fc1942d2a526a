//! How it behaves towards a site: how often it asks, who it says it is, how long it waits, and when it asks again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hardtack_policy::from_toml;
use hardtack_verify::{ClientError, Options, Survey, examine};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// What a site does with its n-th request, from 0.
#[derive(Clone, Copy)]
enum Mood {
    Well,
    /// Closes the connection without a word, to the first so many.
    Hangs(usize),
    /// 503 with `Retry-After: 0`, to the first so many.
    Busy(usize),
    /// Answers none but the first two.
    Silent,
}

/// The look at where the page is, before the first visit to it.
const FIRST: usize = 1;

/// The heads of all requests that came.
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
        Mood::Silent if at > 1 => return std::future::pending().await,
        Mood::Busy(first) if at < first => "503 Busy\r\nRetry-After: 0",
        _ => "200 OK",
    };
    let id = format!("00000000-0000-4000-8000-{at:012}");
    let text = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html\r\nSet-Cookie: FPD={id}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    let _ = stream.write_all(text.as_bytes()).await;
}

async fn visited(url: &Url, change: impl FnOnce(&mut Options)) -> Result<Survey, ClientError> {
    let mut options = Options {
        pause: Duration::ZERO,
        ..Options::default()
    };
    change(&mut options);
    let policy = from_toml("").unwrap().policy;
    examine(url, &policy, &options, &mut |_, _, _| {}).await
}

#[tokio::test]
async fn it_asks_some_25_times_and_says_who_it_is() {
    let (url, heads) = site(Mood::Well).await;
    let survey = visited(&url, |_| ()).await.unwrap();
    let heads = heads.lock().unwrap().clone();
    assert_eq!(heads.len(), FIRST + survey.exchanges.len());
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
async fn it_asks_again_where_nobody_answers() {
    let (url, heads) = site(Mood::Hangs(2)).await;
    let survey = visited(&url, |_| ()).await.unwrap();
    assert_eq!(survey.not_made, Vec::new());
    assert_eq!(
        heads.lock().unwrap().len(),
        FIRST + survey.exchanges.len() + 2
    );
}

#[tokio::test]
async fn three_times_and_no_more() {
    let (url, heads) = site(Mood::Hangs(usize::MAX)).await;
    let error = visited(&url, |_| ()).await.unwrap_err();
    assert!(matches!(error, ClientError::NoAnswer(..)), "{error:?}");
    assert_eq!(heads.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn it_comes_back_when_a_busy_site_asks_it_to() {
    let (url, heads) = site(Mood::Busy(1)).await;
    let survey = visited(&url, |_| ()).await.unwrap();
    assert!(
        survey
            .exchanges
            .iter()
            .all(|exchange| exchange.status == 200)
    );
    assert_eq!(
        heads.lock().unwrap().len(),
        FIRST + survey.exchanges.len() + 1
    );
}

#[tokio::test]
async fn it_does_not_wait_for_ever() {
    let (url, _) = site(Mood::Silent).await;
    let brief = |options: &mut Options| {
        options.timeout = Duration::from_millis(50);
        options.attempts = 1;
    };
    let survey = visited(&url, brief).await.unwrap();
    assert_eq!(survey.exchanges.len(), 1);
    let (_, why) = &survey.not_made[0];
    assert!(why.contains("nothing within 50ms"), "{why}");
}
