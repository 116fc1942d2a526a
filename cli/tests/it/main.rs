//! Whole commands: their output and exit codes.
#![expect(
    clippy::unwrap_used,
    reason = "a test that panics is a test that fails"
)]

mod admin;
mod build;
mod check;
mod completions;
#[cfg(target_os = "linux")]
mod crowds;
mod deploy;
mod explain;
mod export;
mod help;
mod init;
mod man;
mod output;
mod platforms;
mod reload;
mod restart;
mod sandbox;
mod seal;
mod secrets;
mod serve;
mod serve_logs;
mod serving;
mod verify;
