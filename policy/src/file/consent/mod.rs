//! The keys of `[consent]` that hold more than a word: where consent is required, and the cookies that hold the answer.

mod platform;
mod required;
mod source;

pub(super) use platform::platforms;
pub(super) use required::{REQUIRED_TAKES, required, required_schema, write_required};
pub(super) use source::{SOURCES_TAKES, source, sources_schema, write_sources};
