//! Whole commands against emulators of AWS that nobody here wrote. `aws/test/install` brings them.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that panics is a test that fails, and `--nocapture` shows how much was tried"
)]

mod beside;
mod browser;
mod conflicts;
mod deploy;
mod emulator;
mod export;
mod exports;
mod faults;
mod function;
mod live;
mod logs;
mod moto;
mod proxy;
mod refusals;
mod request;
mod rights;
mod site;
mod staging;
mod undoing;
