//! The report: its data, and two forms of it.

mod data;
mod escape;
mod html;
mod json;

pub use data::{Finding, PolicySource, Report, Row, RowResult, Verdict};
pub use html::html;
pub use json::json;
