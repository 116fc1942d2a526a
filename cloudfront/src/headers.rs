//! Headers that CloudFront keeps from functions, or keeps them from changing.
//!
//! Source: "Restrictions on edge functions" in Amazon CloudFront's developer guide. Names are in lower case.

/// Headers that functions neither see nor may add.
pub const HIDDEN: [&str; 25] = [
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "trailer",
    "upgrade",
    "x-accel-buffering",
    "x-accel-charset",
    "x-accel-limit-rate",
    "x-accel-redirect",
    "x-amzn-auth",
    "x-amzn-cf-billing",
    "x-amzn-cf-id",
    "x-amzn-cf-xff",
    "x-amzn-errortype",
    "x-amzn-fle-profile",
    "x-amzn-header-count",
    "x-amzn-header-order",
    "x-amzn-lambda-integration-tag",
    "x-amzn-requestid",
    "x-cache",
    "x-forwarded-proto",
    "x-real-ip",
];

/// Beginnings of the names of further headers that functions neither see nor may add.
pub const HIDDEN_PREFIXES: [&str; 2] = ["x-amz-cf-", "x-edge-"];

/// Headers of a viewer response that Lambda@Edge functions see and may neither add, change nor remove.
pub const READ_ONLY: [&str; 5] = [
    "content-encoding",
    "content-length",
    "transfer-encoding",
    "via",
    "warning",
];

/// Whether functions do not see a header. `name` is in lower case.
pub fn is_hidden(name: &str) -> bool {
    HIDDEN.contains(&name)
        || HIDDEN_PREFIXES
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

/// Whether functions may not touch a header that they see. `name` is in lower case.
pub fn is_read_only(name: &str) -> bool {
    READ_ONLY.contains(&name)
}

/// Whether CloudFront answers with an error where a viewer-response function adds this header.
pub fn refuses(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    is_hidden(&lower) || is_read_only(&lower)
}
