//! Static files or a reverse proxy behind one listener, with hardtack's decision on every response.
//!
//! [`files`] answers from a folder, [`proxy`] from an upstream, both with a [`Body`]. [`peer`] determines the client's
//! address, scheme and host. [`Server`] listens and hands connections to its workers. [`Admin`] shows how it fares.

mod access_log;
mod admin;
mod admission;
mod app;
mod body;
mod chunked_body;
mod client_key;
mod client_stream;
mod clients;
mod config;
mod connection;
mod control;
mod date;
mod drain;
mod edge;
pub mod files;
mod health;
mod heartbeat;
mod inspector;
mod listen;
mod metrics;
mod open_connections;
mod open_files;
pub mod peer;
mod permit;
mod pieces;
mod port;
mod progress;
pub mod proxy;
mod proxy_protocol;
mod rate;
mod refusal;
mod runtime;
mod target_form;
mod throttle;
pub mod tls;
mod worker;

pub use access_log::{AccessEntry, AccessLog, AccessRequest, Handling};
pub use admin::Admin;
pub use body::{Body, BoxError};
pub use config::{Config, Inspection, Limits, PolicyInForce, Site};
pub use control::Control;
pub use edge::EdgeRun;
pub use listen::Server;
pub use open_files::{OpenFiles, raise_open_files};
pub use rate::RateLimit;
