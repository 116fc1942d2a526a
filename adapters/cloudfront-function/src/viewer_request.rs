//! The viewer-request function that gives a bucket's pages their addresses.

use crate::assemble::assemble;

/// The source, whole.
const VIEWER_REQUEST: &str = include_str!("../parts/viewer-request.js");

/// Which file of a bucket an address without a file name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addresses {
    /// `/about` and `/about/` mean `/about/index.html`.
    CleanUrls,
    /// Every one means `/index.html`, whose script does the rest.
    SinglePage,
}

impl Addresses {
    /// The function's text. It holds no secret.
    pub fn function(self) -> String {
        let name = match self {
            Self::CleanUrls => "clean-urls",
            Self::SinglePage => "single-page",
        };
        let body = assemble(VIEWER_REQUEST, "", &[name]);
        format!(
            "// hardtack {}: addresses of pages ({name}), at viewer-request.\n{body}",
            env!("CARGO_PKG_VERSION")
        )
    }
}
