//! The local CloudFront: runs what was built for Lambda@Edge or CloudFront Functions on responses, by CloudFront's
//! rules.
//!
//! The zip that would be uploaded is unpacked and its handler runs in Node, on true viewer-response events. Then
//! what it returned is held against what CloudFront accepts. A function that fails is answered as CloudFront
//! does: with 502 for what it refuses, and 503 for a function that throws, ends or takes too long. Here, unlike
//! anywhere else in hardtack, the visitor does not get the page then: that is what would happen at the edge.

mod artifact;
mod child;
mod error;
mod event;
mod function;
mod keeper;
mod refusal;
mod rules;

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::sync::Arc;

use http::{Response, StatusCode};

pub use self::error::EdgeError;
pub use self::event::ViewerRequest;

use self::artifact::{Product, UnpackError, Unpacked};
use self::child::{Program, StartError};
use self::keeper::Keeper;
use self::refusal::Refusal;
use crate::runs_viewer_response;

/// A Lambda@Edge or a CloudFront Function that is ready to run. Clones share the process, which ends with the last of
/// them.
#[derive(Clone, Debug)]
pub struct EdgeArtifact(Arc<Keeper>, Product);

/// What came of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EdgeOutcome {
    /// CloudFront does not run viewer-response functions for such a status.
    NotInvoked,
    /// The function ran and set these cookies: values of `Set-Cookie` that were not there before.
    Ran(Vec<String>),
    /// The function failed, and the visitor got an error page: why, as a lower-case fragment.
    Failed(String),
}

impl EdgeArtifact {
    /// Unpacks a zip, or takes a function's text, and starts it in `node`, a program's path or a name to look for in
    /// `PATH`. Returns once the function is loaded.
    ///
    /// # Errors
    ///
    /// If the zip is not valid, Node.js is missing, or the function does not load within 10 s.
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

    /// Runs the function on a response, and tells what came of it. A response that the function may not make is
    /// replaced by the error page that CloudFront would send.
    pub async fn respond<B: From<String>>(
        &self,
        request: &ViewerRequest,
        mut response: Response<B>,
    ) -> (Response<B>, EdgeOutcome) {
        if !runs_viewer_response(response.status().as_u16()) {
            return (response, EdgeOutcome::NotInvoked);
        }
        match self.run(request, &mut response).await {
            Ok(cookies) => (response, EdgeOutcome::Ran(cookies)),
            Err(refusal) => {
                let refusal = refusal.of(self.1);
                tracing::warn!("{}: {}", refusal.name, refusal.why);
                (refusal.respond(), EdgeOutcome::Failed(refusal.why))
            }
        }
    }

    async fn run<B>(
        &self,
        request: &ViewerRequest,
        response: &mut Response<B>,
    ) -> Result<Vec<String>, Refusal> {
        let (status, before) = (response.status(), event::headers(response.headers()));
        let event = request.answered(status, &before);
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
