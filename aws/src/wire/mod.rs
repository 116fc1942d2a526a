//! Calls to AWS on the wire: signed, sent, retried where that is safe, and answered.
//!
//! The SDK's core does what is hard (credentials, profiles, single sign-on, endpoints, signatures, TLS). Its service
//! crates are left out on purpose: they parse and rewrite what CloudFront sends, and lose the elements that they do
//! not know. Here a response stays the bytes that arrived.

mod client;
mod error;
mod response;
mod xml;

pub(crate) use client::{Call, HOME_REGION, Service, percent_encoded};
pub use client::{Client, Options};
pub(crate) use error::chain;
pub use error::{CallError, CallErrorKind};
pub(crate) use response::{Response, json_string};
pub(crate) use xml::{Document, Element, escaped};
