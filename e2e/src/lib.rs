//! Tests of the README's promise in a real browser. They need Chromium and its driver, so a plain `cargo test` leaves
//! them out and `./test` runs them.
