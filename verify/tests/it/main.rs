//! Sites with one flaw each and what is found there; how a site is treated; the generated tables.
#![allow(
    clippy::unwrap_used,
    reason = "a test that panics is a test that fails"
)]

mod border;
mod faults;
mod flaw;
mod generated;
mod manners;
mod name_server;
mod origin;
mod palette;
mod progress;
mod site;
mod tested;
