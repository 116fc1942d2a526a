//! The inspector at `/.hardtack/`: shows the cookie that scripts cannot read, and the decisions live.

mod access;
mod events;
mod notes;
mod record;
mod state;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use hardtack::Scheme;
use hardtack_tower::Decided;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY,
    SET_COOKIE, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use tokio::sync::{broadcast, watch};

pub(crate) use self::access::Access;
use self::events::Event;
pub(crate) use self::notes::Notes;
use self::record::Record;
use self::state::State;
use crate::body::Body;
use crate::config::{Config, PolicyInForce};
use crate::edge::EdgeRun;
use crate::peer::{self, Connection, TargetResolver};

/// How many decisions a newly opened page shows that were made before.
const REPLAY_LEN: usize = 50;

/// How many decisions wait for a slow reader; it misses those before them.
const CHANNEL_LEN: usize = 256;

const ROOT: &str = "/.hardtack";

/// The page loads nothing from other origins, and no site may frame it.
const CONTENT_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; \
     base-uri 'none'; frame-ancestors 'none'",
);

/// Begins a navigation of its own.
const FORWARDING_PAGE: &str = "<!doctype html><title>hardtack inspector</title>\
    <meta http-equiv=\"refresh\" content=\"0; url=/.hardtack/\">";

/// Keeps the last decisions, and answers the requests of the page.
#[derive(Debug)]
pub(crate) struct Inspector {
    access: Access,
    policy: Mutex<PolicyInForce>,
    targets: TargetResolver,
    history: Mutex<History>,
    live: broadcast::Sender<Arc<Event>>,
    stopped: watch::Receiver<bool>,
}

/// The last decisions, and the count of all.
#[derive(Debug, Default)]
struct History {
    count: u64,
    events: VecDeque<Arc<Event>>,
}

impl Inspector {
    pub(crate) fn new(config: &Config, access: Access, stopped: watch::Receiver<bool>) -> Self {
        Self {
            access,
            policy: Mutex::new(config.policy.clone()),
            targets: TargetResolver::new(config.public_url.clone(), config.trusted.clone()),
            history: Mutex::default(),
            live: broadcast::Sender::new(CHANNEL_LEN),
            stopped,
        }
    }

    /// Whether the inspector answers a request.
    pub(crate) fn is_for<B>(&self, request: &Request<B>, connection: Connection) -> bool {
        let path = request.uri().path();
        let is_inspector = path
            .strip_prefix(ROOT)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        is_inspector && self.access.admits(request, connection)
    }

    /// Removes what admits to the inspector from a request that the site answers.
    pub(crate) fn withhold_secrets<B>(&self, request: &mut Request<B>) {
        self.access.withhold(request);
    }

    /// Answers a request [for the inspector](Self::is_for).
    pub(crate) fn respond<B>(
        &self,
        request: &Request<B>,
        connection: Connection,
    ) -> Response<Body> {
        if request.method() != Method::GET && request.method() != Method::HEAD {
            return not_allowed();
        }
        match request.uri().path().strip_prefix(ROOT).unwrap_or_default() {
            "" | "/" if self.access.has_token(request.uri()) => self.admit(request, connection),
            "" => redirect_to_page(StatusCode::PERMANENT_REDIRECT),
            "/" => asset("text/html; charset=utf-8", include_str!("page/page.html")),
            "/page.css" => asset("text/css; charset=utf-8", include_str!("page/page.css")),
            "/page.js" => asset(
                "text/javascript; charset=utf-8",
                include_str!("page/page.js"),
            ),
            "/state" => response(
                "application/json",
                Body::from(self.state().json(request, connection).to_string()),
            ),
            "/decisions" => response("text/event-stream", Body::stream(self.events())),
            _ => not_found(),
        }
    }

    /// Answers whoever opened the link: with the cookie, and with the page's address.
    fn admit<B>(&self, request: &Request<B>, connection: Connection) -> Response<Body> {
        let mut response = match is_cross_site(request.headers()) {
            true => asset("text/html; charset=utf-8", FORWARDING_PAGE),
            false => redirect_to_page(StatusCode::SEE_OTHER),
        };
        let secure = self.is_secure(request, connection);
        if let Some(cookie) = self.access.set_cookie(secure) {
            response.headers_mut().insert(SET_COOKIE, cookie);
        }
        response
    }

    /// Whether the visitor's own connection is encrypted. On this machine it is this one, whatever the public URL is.
    fn is_secure<B>(&self, request: &Request<B>, connection: Connection) -> bool {
        let scheme = match peer::is_local(request, connection) {
            true => connection.scheme(),
            false => self.targets.scheme(request.headers(), connection),
        };
        scheme == Scheme::Https
    }

    /// Keeps a decision, and sends it to the open pages.
    pub(crate) fn record(&self, decided: &Decided<'_>, notes: Notes) {
        self.keep(|seq| Event::Decided(Record::new(seq, decided, notes)));
    }

    /// Does the same with a run of an edge artifact.
    pub(crate) fn record_run(&self, run: &EdgeRun<'_>) {
        let policy = self.policy().policy;
        self.keep(|seq| Event::Ran(events::run_json(seq, run, policy.cookie_name())));
    }

    /// Explains another policy from now on.
    pub(crate) fn explain(&self, policy: PolicyInForce) {
        *self.policy.lock().unwrap_or_else(PoisonError::into_inner) = policy;
    }

    fn policy(&self) -> PolicyInForce {
        let policy = self.policy.lock().unwrap_or_else(PoisonError::into_inner);
        policy.clone()
    }

    fn keep(&self, event: impl FnOnce(u64) -> Event) {
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.count += 1;
        let event = Arc::new(event(history.count));
        if history.events.len() == REPLAY_LEN {
            history.events.pop_front();
        }
        history.events.push_back(Arc::clone(&event));
        // An error means that no page is open. Sent under the lock, so that a new page misses no event and gets none
        // twice.
        let _ = self.live.send(event);
    }

    fn state(&self) -> State<'_> {
        State {
            policy: self.policy(),
            targets: &self.targets,
        }
    }

    fn events(&self) -> events::Events {
        let history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        let replay = history.events.iter().cloned().collect();
        events::Events::new(replay, self.live.subscribe(), self.stopped.clone())
    }
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
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

fn redirect_to_page(status: StatusCode) -> Response<Body> {
    let mut response = response("text/plain", Body::empty());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(LOCATION, HeaderValue::from_static("/.hardtack/"));
    response
}

/// Whether another site began the navigation, as where somebody follows the link from a chat. Browsers then send no
/// `SameSite=Strict` cookie, not even after a redirect.
fn is_cross_site(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site");
    site.is_some_and(|site| site == "cross-site")
}

fn not_allowed() -> Response<Body> {
    let mut response = response(
        "text/plain",
        Body::from("The inspector answers GET and HEAD only.\n"),
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
