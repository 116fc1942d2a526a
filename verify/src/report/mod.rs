//! The report: its data, and two forms of it.

mod data;
mod html;
mod json;

pub use data::{Finding, Report, Row};
pub use html::html;
pub use json::json;
