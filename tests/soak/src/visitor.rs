//! Visitors: each keeps its cookies, logs in, and checks that it stays who it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, COOKIE, HOST, SET_COOKIE};
use http::{Method, Request, StatusCode};
use http_body_util::Full;
use tokio::time::sleep;

use crate::client::{Answer, Client, Protocol, Way};
use crate::tally::{Fault, Tally};
use crate::upstream::DOWNLOAD;

/// The time between two requests of a visitor.
const PAUSE: Duration = Duration::from_millis(40);
/// How many rounds a new visitor stays. A returning one stays from first to last.
const ROUNDS: u64 = 8;
/// Every so many rounds a visitor downloads something.
const ROUNDS_PER_DOWNLOAD: u64 = 16;

static NONCE: AtomicU64 = AtomicU64::new(0);

/// What a visitor looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Site {
    /// An application with logins.
    Application,
    /// A folder of files.
    Files,
}

/// A visitor and its cookies.
#[derive(Debug)]
struct Visitor {
    client: Client,
    way: Way,
    tally: Arc<Tally>,
    id: Option<String>,
    session: Option<String>,
}

/// Visits until `ended`: as one visitor if `returns`, otherwise as one new visitor after another.
pub(crate) async fn visit(
    way: Way,
    site: Site,
    returns: bool,
    tally: Arc<Tally>,
    ended: Arc<AtomicBool>,
) {
    while !ended.load(Ordering::Relaxed) {
        tally.count("visitors");
        let mut visitor = Visitor::new(way, Arc::clone(&tally));
        for round in 1.. {
            if ended.load(Ordering::Relaxed) || (!returns && round > ROUNDS) {
                break;
            }
            match site {
                Site::Application => visitor.use_application(round).await,
                Site::Files => visitor.read_files(round).await,
            }
            sleep(PAUSE).await;
        }
    }
}

impl Visitor {
    fn new(way: Way, tally: Arc<Tally>) -> Self {
        Self {
            client: Client::new(way, Arc::clone(&tally)),
            way,
            tally,
            id: None,
            session: None,
        }
    }

    async fn use_application(&mut self, round: u64) {
        match self.session.clone() {
            None => self.log_in().await,
            Some(_) if round.is_multiple_of(ROUNDS_PER_DOWNLOAD) => {
                self.download("/download", DOWNLOAD).await
            }
            Some(session) => self.check_account(&session).await,
        }
    }

    async fn read_files(&mut self, round: u64) {
        match round.is_multiple_of(ROUNDS_PER_DOWNLOAD) {
            true => self.download("/large.bin", DOWNLOAD).await,
            false => drop(self.page(Method::GET, "/").await),
        }
    }

    async fn log_in(&mut self) {
        // A visitor comes with a page before it logs in.
        if self.id.is_none() {
            self.page(Method::GET, "/").await;
        }
        let Some(answer) = self.page(Method::POST, "/login").await else {
            return;
        };
        self.session = cookie(&answer, "session");
        self.tally.count("logins");
    }

    /// The application must see the session and the id that this visitor has, and answer this request, not another.
    async fn check_account(&mut self, session: &str) {
        let nonce = NONCE.fetch_add(1, Ordering::Relaxed);
        let sent = self.id.clone().unwrap_or_default();
        let Some(answer) = self.page(Method::GET, &format!("/account?n={nonce}")).await else {
            return;
        };
        if answer.status != StatusCode::OK {
            let seen = format!("{session} got {}", answer.status);
            return self.tally.fault(Fault::LostLogin, seen);
        }
        let expected = format!("{session} {sent} n={nonce}");
        if answer.body != expected {
            let seen = String::from_utf8_lossy(&answer.body);
            self.tally
                .fault(Fault::WrongBody, format!("{seen:?} is not {expected:?}"));
        }
    }

    async fn download(&mut self, path: &str, length: usize) {
        let Some(answer) = self.ask(Method::GET, path, "*/*").await else {
            return;
        };
        self.tally.count("downloads");
        if answer.body.len() != length || answer.body.iter().any(|byte| *byte != b'd') {
            let seen = format!("{path} has {} bytes", answer.body.len());
            self.tally.fault(Fault::WrongBody, seen);
        }
    }

    /// Asks for a page, and keeps the id that comes with it.
    async fn page(&mut self, method: Method, path: &str) -> Option<Answer> {
        let is_get = method == Method::GET;
        let answer = self.ask(method, path, "text/html").await?;
        match (cookie(&answer, "FPD"), &self.id) {
            (Some(id), Some(known)) if id != *known => {
                self.tally
                    .fault(Fault::WrongId, format!("{known} became {id} at {path}"));
            }
            (None, None) if is_get => self.tally.fault(Fault::WrongId, format!("none at {path}")),
            (Some(id), None) => self.id = Some(id),
            _ => {}
        }
        Some(answer)
    }

    async fn ask(&mut self, method: Method, path: &str, accept: &str) -> Option<Answer> {
        let authority = format!("localhost:{}", self.way.address.port());
        let uri = match (self.way.protocol, self.way.tls) {
            (Protocol::Http1, _) => path.to_string(),
            (Protocol::Http2, true) => format!("https://{authority}{path}"),
            (Protocol::Http2, false) => format!("http://{authority}{path}"),
        };
        let mut request = Request::builder()
            .method(method)
            .uri(uri)
            .header(ACCEPT, accept);
        if self.way.protocol == Protocol::Http1 {
            request = request.header(HOST, authority);
        }
        if let Some(cookies) = self.cookies() {
            request = request.header(COOKIE, cookies);
        }
        let request = request.body(Full::<Bytes>::default()).ok()?;
        self.client.ask(&request).await
    }

    fn cookies(&self) -> Option<String> {
        let id = self.id.iter().map(|id| format!("FPD={id}"));
        let session = self
            .session
            .iter()
            .map(|session| format!("session={session}"));
        let pairs: Vec<String> = id.chain(session).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let lines = answer.headers.get_all(SET_COOKIE).into_iter();
    let mut lines = lines.filter_map(|line| line.to_str().ok());
    let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('='))?;
    value.split(';').next().map(str::to_string)
}
