//! The local CloudFront: runs what was built for Lambda@Edge or CloudFront Functions on responses, by CloudFront's rules.
//!
//! The zip that would be uploaded is unpacked and its handler runs in Node, on true viewer-response events. Then
//! [`rules`] holds what it returned against what CloudFront accepts. A function that fails is answered as CloudFront
//! does: with 502 for what it refuses, and 503 for a function that throws, ends or takes too long. Here, unlike
//! anywhere else in hardtack, the visitor does not get the page then: that is what would happen at the edge.

mod artifact;
mod child;
mod event;
mod function;
mod keeper;
mod rules;

use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::Incoming;

use crate::body::Body;
use crate::peer::{self, Connection, TrustedProxies};

use self::artifact::{Product, UnpackError, Unpacked};
use self::child::{Failure, LIMIT, Program, StartError};
use self::event::Asked;
use self::keeper::Keeper;
use self::rules::Violation;

const X_CACHE: HeaderName = HeaderName::from_static("x-cache");

/// A Lambda@Edge or a CloudFront Function that is ready to run. Clones share the process, which ends with the last of them.
#[derive(Clone, Debug)]
pub struct EdgeArtifact(Arc<Keeper>, Product);

/// Why an artifact cannot be run.
#[derive(Debug)]
#[non_exhaustive]
pub enum EdgeError {
    /// The file cannot be read.
    Unreadable(PathBuf, io::Error),
    /// The file is no artifact that Lambda would take.
    Invalid(PathBuf, String),
    /// There is no Node.js.
    NoNode(OsString),
    /// Node.js cannot be started.
    Node(OsString, io::Error),
    /// The function cannot be loaded.
    Load(PathBuf, String),
}

/// What came of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EdgeOutcome {
    /// CloudFront does not run viewer-response functions for such a status.
    NotInvoked,
    /// The function ran and set these cookies: values of `Set-Cookie` that were not there before.
    Ran(Vec<String>),
    /// The function failed, and the visitor got an error page: why, as a lower-case fragment.
    Failed(String),
}

/// One exchange, and what the function made of it.
#[derive(Debug)]
pub struct EdgeRun<'a> {
    /// Unix time in seconds.
    pub now: u64,
    /// The request's method.
    pub method: &'a Method,
    /// The request's host, with its port.
    pub host: &'a str,
    /// The request's path, without the query.
    pub path: &'a str,
    /// The status that the visitor gets.
    pub status: StatusCode,
    /// What came of it.
    pub outcome: &'a EdgeOutcome,
}

/// Whether CloudFront answers with an error where a viewer-response function adds this header.
pub fn edge_refuses_header(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    rules::is_hidden(&lower) || rules::is_read_only(&lower)
}

impl EdgeArtifact {
    /// Unpacks a zip, or takes a function's text, and starts it in `node`, a program's path or a name to look for in `PATH`. Returns once the function
    /// is loaded.
    ///
    /// # Errors
    ///
    /// If the zip is none, node is missing, or the function does not load within 10 s.
    pub fn start(zip: &Path, node: impl Into<OsString>) -> Result<Self, EdgeError> {
        let unpacked = Unpacked::open(zip).map_err(|error| match error {
            UnpackError::Io(error) => EdgeError::Unreadable(zip.to_owned(), error),
            UnpackError::Invalid(why) => EdgeError::Invalid(zip.to_owned(), why),
        })?;
        let node = node.into();
        let product = unpacked.product;
        let program = Program {
            node: node.clone(),
            unpacked,
        };
        let keeper = Keeper::start(program).map_err(|error| match error {
            StartError::Node(error) if error.kind() == io::ErrorKind::NotFound => {
                EdgeError::NoNode(node)
            }
            StartError::Node(error) => EdgeError::Node(node, error),
            StartError::Load(why) => EdgeError::Load(zip.to_owned(), why),
        })?;
        Ok(Self(Arc::new(keeper), product))
    }

    /// Lets the origin answer, runs the function on the answer, and tells `watch` what came of it.
    pub(crate) async fn respond<F: Future<Output = Response<Body>>>(
        &self,
        request: Request<Incoming>,
        connection: Connection,
        trusted: &TrustedProxies,
        origin: impl FnOnce(Request<Incoming>) -> F,
        watch: impl FnOnce(&EdgeRun<'_>),
    ) -> Response<Body> {
        let client = peer::client_address(request.headers(), connection, trusted);
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let asked = Asked::new(&method, &uri, request.headers(), client);
        let (mut response, outcome) = self.conclude(&asked, origin(request).await).await;
        if method == Method::HEAD && matches!(outcome, EdgeOutcome::Failed(_)) {
            *response.body_mut() = Body::empty();
        }
        watch(&EdgeRun {
            now: now(),
            method: &method,
            host: asked.host(),
            path: uri.path(),
            status: response.status(),
            outcome: &outcome,
        });
        response
    }

    async fn conclude(
        &self,
        asked: &Asked,
        mut response: Response<Body>,
    ) -> (Response<Body>, EdgeOutcome) {
        if !rules::invokes(response.status()) {
            return (response, EdgeOutcome::NotInvoked);
        }
        match self.run(asked, &mut response).await {
            Ok(cookies) => (response, EdgeOutcome::Ran(cookies)),
            Err(refusal) => {
                let refusal = refusal.of(self.1);
                tracing::warn!("{}: {}", refusal.name, refusal.why);
                (refusal.respond(), EdgeOutcome::Failed(refusal.why))
            }
        }
    }

    async fn run(
        &self,
        asked: &Asked,
        response: &mut Response<Body>,
    ) -> Result<Vec<String>, Refusal> {
        let (status, before) = (response.status(), event::headers(response.headers()));
        let event = asked.answered(status, &before);
        let (returned, status_after) = match self.1 {
            Product::LambdaEdge => (self.0.run(event).await?, status),
            Product::Function => {
                let returned = self.0.run(function::event(&event)).await?;
                let (returned, code) = function::response(&before, status.as_u16(), &returned)?;
                (returned, StatusCode::from_u16(code).unwrap_or(status))
            }
        };
        let cookies = rules::apply(&before, status, &returned, response.headers_mut())?;
        // A CloudFront Function may change the status, and nothing else may.
        *response.status_mut() = status_after;
        Ok(cookies)
    }
}

/// What CloudFront answers in place of the page.
#[derive(Debug)]
struct Refusal {
    status: StatusCode,
    name: &'static str,
    why: String,
}

impl Refusal {
    fn respond(&self) -> Response<Body> {
        let Self { status, name, why } = self;
        let text = format!(
            "{status}: {name}\n\n{why}\n\nA local CloudFront says so, where the page would stand.\n"
        );
        let mut response = Response::new(Body::from(text));
        *response.status_mut() = *status;
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        );
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(value) = format!("{name} from cloudfront").parse() {
            headers.insert(X_CACHE, value);
        }
        response
    }
}

impl Refusal {
    /// The names that CloudFront has for functions' failures.
    fn of(self, product: Product) -> Self {
        let name = match (product, self.name) {
            (Product::LambdaEdge, name) => name,
            (Product::Function, "LambdaValidationError") => "FunctionValidationError",
            (Product::Function, "LambdaLimitExceeded") => "FunctionThrottledError",
            (Product::Function, _) => "FunctionExecutionError",
        };
        Self { name, ..self }
    }
}

impl From<Violation> for Refusal {
    fn from(Violation(why): Violation) -> Self {
        Self {
            status: StatusCode::BAD_GATEWAY,
            name: "LambdaValidationError",
            why,
        }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        let (name, why) = match failure {
            Failure::Threw(error) => (
                "LambdaExecutionError",
                format!("the function threw: {error}"),
            ),
            Failure::Exited(why) => (
                "LambdaExecutionError",
                format!("the function's process ended: {why}"),
            ),
            Failure::TimedOut => (
                "LambdaLimitExceeded",
                format!("the function did not answer within {LIMIT:?}"),
            ),
        };
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            name,
            why,
        }
    }
}

impl EdgeError {
    /// What to do about it.
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Unreadable(..) | Self::Invalid(..) => Some(
                "`hardtack build lambda-edge` or `hardtack build cloudfront-function` writes one",
            ),
            Self::NoNode(_) => {
                Some("install Node.js 20 or newer: Lambda@Edge runs functions with it")
            }
            Self::Node(..) | Self::Load(..) => None,
        }
    }
}

impl fmt::Display for EdgeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(zip, _) => write!(f, "cannot read `{}`", zip.display()),
            Self::Invalid(zip, why) => {
                write!(f, "`{}` is no edge artifact: {why}", zip.display())
            }
            Self::NoNode(node) => write!(f, "no `{}` to run the function with", node.display()),
            Self::Node(node, _) => write!(f, "cannot run `{}`", node.display()),
            Self::Load(zip, why) => write!(
                f,
                "the function in `{}` does not load: {why}",
                zip.display()
            ),
        }
    }
}

impl Error for EdgeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unreadable(_, error) | Self::Node(_, error) => Some(error),
            Self::Invalid(..) | Self::NoNode(_) | Self::Load(..) => None,
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Node(error) => write!(f, "cannot run node: {error}"),
            Self::Load(why) => f.write_str(why),
        }
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}
