//! Static files or a reverse proxy behind one listener, with hardtack's decision on every response.
//!
//! [`files`] answers from a folder, [`proxy`] from an upstream; [`Body`] is what both answer with.

mod app;
mod body;
mod client;
mod config;
mod connection;
mod edge;
pub mod files;
mod host;
mod inspector;
mod listen;
mod open_files;
mod progress;
pub mod proxy;
pub mod tls;
mod worker;

pub use body::{Body, BoxError};
pub use config::{AccessLog, Config, Inspection, Limits, PolicyInForce, Site};
pub use edge::EdgeRun;
pub use listen::Server;
pub use open_files::{OpenFiles, raise_open_files};
