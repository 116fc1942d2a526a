//! Calls to AWS as they travel: signed, sent, repeated where that is safe, and answered.
//!
//! The SDK's core does what is hard (credentials, profiles, single sign-on, endpoints, signatures, TLS). Its service
//! crates are left out on purpose: they take apart and put together what CloudFront says, and lose what they don't know.
//! Here an answer stays the bytes that came.

mod answer;
mod client;
mod failure;
mod xml;

pub(crate) use answer::{Answer, json_string};
pub(crate) use client::{Call, HOME, Service, encoded};
pub use client::{Client, Options};
pub use failure::{Failure, Trouble};
pub(crate) use xml::{Document, Element, escaped};
