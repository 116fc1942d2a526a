//! The function on viewer-request, which is built beside the one that sets the cookie.

use clap::ValueEnum;
use hardtack_cloudfront_function::Addresses;

/// Which file of a bucket the address of a page means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Pages {
    /// /about and /about/ are /about/index.html: Gatsby, Astro's format `directory`, Next.js with `trailingSlash`
    CleanUrls,
    /// /about and /about/ are /about.html: Next.js's default export, Astro's format `file`
    CleanUrlsFile,
    /// Every one is /index.html
    SinglePage,
}

impl Pages {
    pub(crate) const fn addresses(self) -> Addresses {
        match self {
            Self::CleanUrls => Addresses::CleanUrls,
            Self::CleanUrlsFile => Addresses::CleanUrlsFile,
            Self::SinglePage => Addresses::SinglePage,
        }
    }
}
