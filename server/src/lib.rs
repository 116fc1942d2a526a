//! Static files or a reverse proxy behind one listener, with hardtack's decision on every response.
//!
//! [`files`] answers from a folder, [`proxy`] from an upstream; [`Body`] is what both answer with.

mod body;
pub mod files;
pub mod proxy;

pub use body::{Body, BoxError};
