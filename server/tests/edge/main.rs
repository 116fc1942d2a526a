//! The local CloudFront from outside: functions of every temper, in zips, run by Node behind a real server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what fails in a test is to fail the test"
)]

mod edge;

mod failing;
mod function;
mod running;
mod starting;
