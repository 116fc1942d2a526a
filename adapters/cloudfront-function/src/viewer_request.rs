//! The viewer-request function that gives a bucket's pages their addresses.

use crate::assemble::assemble;

/// The source, whole.
const VIEWER_REQUEST: &str = include_str!("../parts/viewer-request.js");

/// Which file of a bucket the address of a page means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addresses {
    /// `/about` and `/about/` mean `/about/index.html`.
    CleanUrls,
    /// `/about` and `/about/` mean `/about.html`.
    CleanUrlsFile,
    /// Every one means `/index.html`, whose script does the rest.
    SinglePage,
}

impl Addresses {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::CleanUrls, Self::CleanUrlsFile, Self::SinglePage];

    /// The name on the command line, and of its part of the source.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CleanUrls => "clean-urls",
            Self::CleanUrlsFile => "clean-urls-file",
            Self::SinglePage => "single-page",
        }
    }

    /// The function's text. It holds no secret.
    #[must_use]
    pub fn function(self) -> String {
        let name = self.name();
        let body = assemble(VIEWER_REQUEST, "", &[name]);
        format!(
            "// hardtack {}: addresses of pages ({name}), at viewer-request.\n{body}",
            env!("CARGO_PKG_VERSION")
        )
    }
}
