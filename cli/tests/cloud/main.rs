//! Whole commands against emulators of AWS that nobody here wrote. `aws/test/install` brings them.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that panics is a test that fails, and `--nocapture` shows how much was tried"
)]

mod deploy;
mod emulator;
mod export;
mod faults;
mod logs;
mod moto;
mod proxy;
mod rights;
mod trouble;
