//! The border of a site is not crossed: no request goes to another one, whatever leads there.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hardtack_policy::from_toml;
use hardtack_verify::{Options, PolicySource, Probe, ProbeResults, Verdict, examine, judge};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use url::Url;

/// A site that answers everything with these lines and this body, and counts the requests.
async fn site(lines: String, body: String) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let count = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut stream = BufReader::new(stream);
            let mut head = String::new();
            while stream.read_line(&mut head).await.unwrap_or(0) > 2 {}
            seen.fetch_add(1, Ordering::Relaxed);
            let length = body.len();
            let text = format!(
                "HTTP/1.1 {lines}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
            let _ = stream.write_all(text.as_bytes()).await;
        }
    });
    (port, count)
}

async fn examined(port: u16, pages: &[String]) -> ProbeResults {
    let options = Options {
        pages: pages.to_vec(),
        granted: Some("choice=yes".to_string()),
        pause: Duration::ZERO,
        ..Options::default()
    };
    let url = Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap();
    let policy = from_toml("").unwrap().policy;
    examine(&url, &policy, &options, &mut |_, _, _| {})
        .await
        .unwrap()
}

const PAGE: &str = "200 OK\r\nContent-Type: text/html\r\n";

#[tokio::test]
async fn a_redirect_to_another_site_is_the_end() {
    let (other, asked) = site(PAGE.to_string(), String::new()).await;
    let away = format!("http://localhost:{other}/there");
    let (port, own) = site(format!("302 Found\r\nLocation: {away}\r\n"), String::new()).await;
    let results = examined(port, &[]).await;
    assert_eq!(results.other_site.as_ref().map(Url::as_str), Some(&*away));
    assert_eq!(
        (own.load(Ordering::Relaxed), asked.load(Ordering::Relaxed)),
        (1, 0)
    );
    let report = judge(
        &results,
        &from_toml("").unwrap().policy,
        PolicySource::default(),
        0,
    );
    assert_eq!(report.verdict(), Verdict::NothingSeen);
    assert!(report.advice().contains(&away), "{}", report.advice());
}

#[tokio::test]
async fn another_port_is_the_same_site() {
    let (other, asked) = site(PAGE.to_string(), String::new()).await;
    let to = format!("http://127.0.0.1:{other}/");
    let (port, _) = site(format!("302 Found\r\nLocation: {to}\r\n"), String::new()).await;
    let results = examined(port, &[]).await;
    assert_eq!((results.other_site, results.page.as_str()), (None, &*to));
    assert!(asked.load(Ordering::Relaxed) > 10);
}

#[tokio::test]
async fn pages_and_assets_of_another_site_are_left_out() {
    let (other, asked) = site(PAGE.to_string(), String::new()).await;
    let away = format!("http://localhost:{other}/");
    let body = format!("<a href={away}>x</a><img src={away}x.png><script src={away}x.js></script>");
    let (port, _) = site(PAGE.to_string(), body).await;
    let results = examined(port, &[away, "/own".to_string()]).await;
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    let second = |probe: Probe| probe == Probe::SecondPage;
    assert!(
        results
            .exchanges
            .iter()
            .any(|exchange| second(exchange.probe))
    );
    assert!(
        results
            .unsent_probes
            .iter()
            .any(|(probe, _)| second(*probe))
    );
}
