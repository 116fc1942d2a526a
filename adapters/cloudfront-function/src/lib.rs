//! Compiles a policy to one JavaScript function for Amazon CloudFront Functions, runtime `cloudfront-js-2.0`.
//!
//! CloudFront Functions run neither Rust nor WebAssembly, and no more than 10,240 bytes of a small JavaScript dialect.
//! So the decision stands once more, in `parts/`, written in that dialect and held to the same cases as the core.
//! [`Function::new`] puts a policy's values into it and leaves out each part that the policy does not use.
//!
//! The source is data here: parts are taken whole, and only the values of constants are written.

mod assemble;
mod bots;
mod consent;
mod constants;
mod feature;
mod function;
mod lines;
mod literal;
mod minify;
mod parts;
mod platform;
mod secret;
mod short;
mod viewer_request;
mod wrap;

pub use feature::Feature;
pub use function::{BuildError, Function, Style};
pub use platform::{EXPORT, LOG_GROUP, PAGES, PAGES_OUTPUT, PLATFORM};
pub use secret::{Secret, SecretError};
pub use viewer_request::Addresses;
pub use wrap::{WrapError, Wrapped};
