//! Sites with one fault each, and what is found there.
#![allow(
    clippy::unwrap_used,
    reason = "a test that panics is a test that fails"
)]

mod faults;
mod flaw;
mod manners;
mod name_server;
mod origin;
mod site;
