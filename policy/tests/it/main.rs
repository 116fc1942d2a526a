//! The policy file from outside: what is read, what is refused, and what is generated.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that panics is a test that fails"
)]

mod consent;
mod faults;
mod generated;
mod keys;
mod round_trip;
mod wrong_values;
