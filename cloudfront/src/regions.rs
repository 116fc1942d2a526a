//! The regions of AWS that matter to functions at CloudFront's edge.

/// Where Lambda@Edge functions live and CloudFront Functions write their logs, wherever the visitor is.
pub const HOME: &str = "us-east-1";

/// Where Lambda@Edge functions run, and so where they write their logs.
///
/// The regions of the service-linked role for replication (CloudFront developer guide, `lambda-edge-permissions`).
pub const LOG_REGIONS: [&str; 13] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "sa-east-1",
];

/// Where logs are looked for: [`LOG_REGIONS`], and the other regions that every account has.
pub const SEARCH_REGIONS: [&str; 17] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
];

#[cfg(test)]
mod tests {
    use super::{HOME, LOG_REGIONS, SEARCH_REGIONS};

    #[test]
    fn every_region_that_has_logs_is_searched() {
        assert!(LOG_REGIONS.contains(&HOME));
        for region in LOG_REGIONS {
            assert!(SEARCH_REGIONS.contains(&region), "{region}");
        }
    }
}
