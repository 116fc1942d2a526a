//! How large a function at CloudFront's edge may be, and how long it may take.
//!
//! Source: "Quotas" in Amazon CloudFront's developer guide and in AWS Lambda's.

use std::time::Duration;

/// The longest CloudFront Function, in bytes.
pub const FUNCTION_BYTES: usize = 10_240;

/// The most that a Lambda@Edge function may have unpacked, in bytes.
pub const LAMBDA_UNPACKED_BYTES: u64 = 250 << 20;

/// The memory of a Lambda@Edge function on viewer events, in megabytes: the limit before it was raised, which is
/// enough.
pub const LAMBDA_MEMORY_MB: u64 = 128;

/// The time of a Lambda@Edge function on viewer events: the limit before it was raised, and no cookie takes that long.
pub const LAMBDA_TIME: Duration = Duration::from_secs(5);

/// The time that Lambda gives a function to load.
pub const LAMBDA_LOAD_TIME: Duration = Duration::from_secs(10);
