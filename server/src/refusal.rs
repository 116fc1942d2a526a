//! What hyper refuses by itself, read from the error that the connection ends with.

use std::error::Error;
use std::io;

use http::StatusCode;

use crate::proxy::{causes, chain};

/// A request that could not be read, or an HTTP/2 connection that breaks the protocol.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// What hyper answered; `None` where it closed the connection without a response.
    pub(crate) status: Option<StatusCode>,
    /// hyper's own words.
    pub(crate) why: String,
}

impl Refusal {
    /// `None` if the connection ended for another reason: the client went away, or sent nothing for too long.
    pub(crate) fn of(error: &(dyn Error + 'static)) -> Option<Self> {
        let hyper: &hyper::Error = error.downcast_ref()?;
        let status = status(hyper);
        let is_refusal = status.is_some() || is_protocol_error(hyper);
        is_refusal.then(|| Self {
            status,
            why: causes(error),
        })
    }
}

/// What hyper answers, in HTTP/1 only (`Server::on_error` in its `proto/h1/role.rs`).
fn status(error: &hyper::Error) -> Option<StatusCode> {
    match error {
        _ if !error.is_parse() || error.is_parse_version_h2() => None,
        // It has no other sign of this.
        _ if error.to_string() == "URI too long" => Some(StatusCode::URI_TOO_LONG),
        _ if error.is_parse_too_large() => Some(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
        _ => Some(StatusCode::BAD_REQUEST),
    }
}

/// Whether the client broke HTTP/2. A connection that broke is an I/O error further down.
fn is_protocol_error(error: &hyper::Error) -> bool {
    let is_io = chain(error).any(|cause| cause.is::<io::Error>());
    error.to_string() == "http2 error" && error.source().is_some() && !is_io
}
