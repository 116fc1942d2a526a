//! The origin behind the caches: pages that allow caching in different ways, and a style sheet. It counts the requests
//! for each path, and prints the id that it is told.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Pages that allow caching in different ways.
pub(crate) const PAGES: [(&str, &str); 6] = [
    ("/public", "Cache-Control: public, max-age=60\r\n"),
    ("/max-age", "Cache-Control: max-age=60\r\n"),
    ("/s-maxage", "Cache-Control: s-maxage=60, max-age=0\r\n"),
    (
        "/nothing",
        "Last-Modified: Mon, 01 Jan 2001 00:00:00 GMT\r\n",
    ),
    ("/expires", "Expires: Fri, 01 Jan 2100 00:00:00 GMT\r\n"),
    (
        "/surrogate",
        "Surrogate-Control: max-age=60\r\nCache-Control: public, max-age=60\r\n",
    ),
];
const STYLE: &str = "Content-Type: text/css\r\nCache-Control: public, max-age=60\r\n";

/// An origin that counts the requests for each path.
pub(crate) struct Origin {
    pub(crate) address: String,
    requests: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Origin {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let requests = Arc::new(Mutex::new(BTreeMap::new()));
        let counts = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let counts = Arc::clone(&counts);
                thread::spawn(move || answer(stream, &counts));
            }
        });
        Self { address, requests }
    }

    pub(crate) fn count(&self, path: &str) -> usize {
        self.requests
            .lock()
            .unwrap()
            .get(path)
            .copied()
            .unwrap_or_default()
    }
}

fn answer(mut stream: TcpStream, counts: &Mutex<BTreeMap<String, usize>>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let Some(Ok(first)) = lines.next() else {
        return;
    };
    let mut body = "hi".to_string();
    for line in lines
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
    {
        if line.to_ascii_lowercase().starts_with("x-visitor:") {
            body += &line;
        }
    }
    let path = first.split(' ').nth(1).unwrap_or("/").to_string();
    *counts.lock().unwrap().entry(path.clone()).or_default() += 1;
    let page = PAGES.iter().find(|(page, _)| *page == path);
    let fields = page.map_or_else(
        || STYLE.to_string(),
        |(_, fields)| format!("Content-Type: text/html\r\n{fields}"),
    );
    let _ = write!(
        stream,
        "HTTP/1.1 200 OK\r\n{fields}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
}
