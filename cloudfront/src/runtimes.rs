//! What runs functions at CloudFront's edge.

/// The runtime of CloudFront Functions that functions are compiled for ([`dialect`](crate::dialect) says what it
/// takes).
pub const FUNCTION: &str = "cloudfront-js-2.0";

/// The runtime that Lambda@Edge functions are deployed with, unless somebody names another.
pub const LAMBDA: &str = "nodejs22.x";

/// The runtimes that run a Lambda@Edge function of hardtack: those of Node.js that Lambda's API still takes for a new
/// function (service model of Lambda, `Runtime`).
pub const ALL_LAMBDA: [&str; 3] = [LAMBDA, "nodejs24.x", "nodejs26.x"];
