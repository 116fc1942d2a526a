//! Tests of the README's promise in a real browser. They need Chromium and its driver, so a plain `cargo test` skips
//! them, and `./test` runs them.
