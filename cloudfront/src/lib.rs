//! What Amazon CloudFront does with functions at its edge, as code.
//!
//! The facts are CloudFront's own, with the page of its developer guide that each comes from: [`headers`], [`limits`],
//! [`regions`], [`runtimes`], [`runs_viewer_response`] and [`dialect`]. They know nothing of hardtack and need no other
//! crate. Adapters, `serve`, `deploy` and `verify` ask them, and no such list stands anywhere else.
//!
//! With the feature `local` there is a local CloudFront, too: `local` runs built functions on responses by these rules.

pub mod dialect;
pub mod headers;
pub mod javascript;
pub mod limits;
#[cfg(feature = "local")]
pub mod local;
pub mod regions;
pub mod runtimes;
mod viewer_response;

pub use viewer_response::runs_viewer_response;
