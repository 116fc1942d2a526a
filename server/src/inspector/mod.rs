//! The inspector at `/.hardtack/`: shows the cookie that scripts can't read, and decisions as they are made.

mod events;
mod notes;
mod record;
mod state;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use hardtack_tower::Decided;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, FORWARDED, HOST, HeaderName,
    LOCATION, VIA, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use tokio::sync::{broadcast, watch};

use self::events::Event;
pub(crate) use self::notes::Notes;
use self::record::Record;
use crate::Body;
use crate::config::{Config, Inspection, PolicyInForce};
use crate::edge::EdgeRun;
use crate::proxy::{Connection, TrustedProxies};

/// Decisions that a page is shown which was opened after they were made.
const REPLAYED: usize = 50;

/// Decisions that may wait for a slow reader; older ones are then left out.
const WAITING: usize = 256;

const ROOT: &str = "/.hardtack";

/// Nothing on the page comes from elsewhere, and nobody may frame it.
const CONTENT_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; \
     base-uri 'none'; frame-ancestors 'none'",
);

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Keeps the last decisions, and answers what the page asks.
#[derive(Debug)]
pub(crate) struct Inspector {
    who: Inspection,
    policy: PolicyInForce,
    trusted: TrustedProxies,
    last: Mutex<Last>,
    live: broadcast::Sender<Arc<Event>>,
    stopped: watch::Receiver<bool>,
}

/// The last decisions, and how many there were.
#[derive(Debug, Default)]
struct Last {
    count: u64,
    events: VecDeque<Arc<Event>>,
}

impl Inspector {
    /// `None` where nobody may see it: then nothing is kept.
    pub(crate) fn new(config: &Config, stopped: watch::Receiver<bool>) -> Option<Arc<Self>> {
        (config.inspector != Inspection::Off).then(|| {
            Arc::new(Self {
                who: config.inspector,
                policy: config.policy.clone(),
                trusted: config.trusted.clone(),
                last: Mutex::default(),
                live: broadcast::Sender::new(WAITING),
                stopped,
            })
        })
    }

    /// Whether a request is the inspector's to answer.
    pub(crate) fn is_for<B>(&self, request: &Request<B>, connection: Connection) -> bool {
        let path = request.uri().path();
        let ours = path
            .strip_prefix(ROOT)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        ours && (self.who == Inspection::Everybody || comes_from_here(request, connection))
    }

    /// Answers a request that [is ours](Self::is_for).
    pub(crate) fn respond<B>(
        &self,
        request: &Request<B>,
        connection: Connection,
    ) -> Response<Body> {
        if request.method() != Method::GET && request.method() != Method::HEAD {
            return not_allowed();
        }
        match request.uri().path().strip_prefix(ROOT).unwrap_or_default() {
            "" => redirect_to_page(),
            "/" => asset("text/html; charset=utf-8", include_str!("page/page.html")),
            "/page.css" => asset("text/css; charset=utf-8", include_str!("page/page.css")),
            "/page.js" => asset(
                "text/javascript; charset=utf-8",
                include_str!("page/page.js"),
            ),
            "/state" => response(
                "application/json",
                Body::from(self.state(request, connection).to_string()),
            ),
            "/decisions" => response("text/event-stream", Body::stream(self.events())),
            _ => not_found(),
        }
    }

    /// Keeps a decision and shows it to whoever looks.
    pub(crate) fn record(&self, decided: &Decided<'_>, notes: Notes) {
        self.keep(|seq| Event::Decided(Record::new(seq, decided, notes)));
    }

    /// The same for what an edge artifact did.
    pub(crate) fn record_run(&self, run: &EdgeRun<'_>) {
        let cookie = self.policy.policy.cookie_name();
        self.keep(|seq| Event::Ran(events::run_json(seq, run, cookie)));
    }

    fn keep(&self, event: impl FnOnce(u64) -> Event) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.count += 1;
        let event = Arc::new(event(last.count));
        if last.events.len() == REPLAYED {
            last.events.pop_front();
        }
        last.events.push_back(Arc::clone(&event));
        // An error means that nobody looks. Sent under the lock, so that a new reader misses nothing and sees nothing twice.
        let _ = self.live.send(event);
    }

    fn events(&self) -> events::Events {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let replay = last.events.iter().cloned().collect();
        events::Events::new(replay, self.live.subscribe(), self.stopped.clone())
    }
}

/// Whether a request was made on this machine for this machine. A name that resolves to loopback does not do (DNS
/// rebinding), nor does a proxy on this machine that passes on what others ask.
fn comes_from_here<B>(request: &Request<B>, connection: Connection) -> bool {
    let headers = request.headers();
    let passed_on = [FORWARDED, VIA, X_FORWARDED_FOR]
        .iter()
        .any(|name| headers.contains_key(name));
    let authority = request
        .uri()
        .authority()
        .map(|authority| authority.as_str().as_bytes());
    let host = authority.or_else(|| headers.get(HOST).map(HeaderValue::as_bytes));
    connection.peer.ip().to_canonical().is_loopback()
        && !passed_on
        && host.is_some_and(hardtack::is_loopback)
}

fn asset(media_type: &'static str, text: &'static str) -> Response<Body> {
    response(media_type, Body::from(text))
}

fn response(media_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_SECURITY_POLICY, CONTENT_POLICY);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn redirect_to_page() -> Response<Body> {
    let mut response = response("text/plain", Body::empty());
    *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
    response
        .headers_mut()
        .insert(LOCATION, HeaderValue::from_static("/.hardtack/"));
    response
}

fn not_allowed() -> Response<Body> {
    let mut response = response(
        "text/plain",
        Body::from("The inspector is for looking only.\n"),
    );
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}

fn not_found() -> Response<Body> {
    let mut response = response(
        "text/plain",
        Body::from("The inspector is at /.hardtack/\n"),
    );
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
