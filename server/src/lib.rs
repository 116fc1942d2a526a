//! Static files or a reverse proxy behind one listener, with hardtack's decision on every response.
//!
//! [`files`] answers from a folder, [`proxy`] from an upstream, both with a [`Body`]. [`peer`] determines the client's
//! address, scheme and host. [`Server`] listens and hands connections to its workers.

mod access_log;
mod admission;
mod app;
mod body;
mod client_key;
mod client_stream;
mod config;
mod connection;
mod date;
mod drain;
mod edge;
pub mod files;
mod heartbeat;
mod inspector;
mod listen;
mod open_connections;
mod open_files;
pub mod peer;
mod permit;
mod pieces;
mod port;
mod progress;
pub mod proxy;
mod rate;
mod refusal;
mod runtime;
mod throttle;
pub mod tls;
mod worker;

pub use access_log::{AccessEntry, AccessLog, AccessRequest, Handling};
pub use body::{Body, BoxError};
pub use config::{Config, Inspection, Limits, PolicyInForce, Site};
pub use edge::EdgeRun;
pub use listen::{Control, Server};
pub use open_files::{OpenFiles, raise_open_files};
pub use rate::RateLimit;
