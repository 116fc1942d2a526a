//! The names and tags of everything that hardtack creates, and how they are recognised.
//!
//! All names follow from the distribution's id. So no state is kept between two runs, and a run that was cut off is
//! finished by the next.

use serde_json::{Value, json};

/// The tag on everything that hardtack creates.
pub const OWNER_TAG: &str = "managed-by";
/// Its value.
pub const OWNER: &str = "hardtack";

/// How many hex digits of its checksum the name of a viewer-request function ends with: all of a name may be 64
/// characters long.
const IDENTITY_LEN: usize = 8;

/// The names that follow from a distribution's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    distribution: String,
}

impl Names {
    /// Of a distribution.
    #[must_use]
    pub fn new(distribution: &str) -> Self {
        Self {
            distribution: distribution.to_string(),
        }
    }

    /// The Lambda function, its role, and the role's policy.
    #[must_use]
    pub fn function(&self) -> String {
        format!("hardtack-{}", self.distribution)
    }

    /// What the names of its CloudFront Functions begin with; a number follows.
    #[must_use]
    pub fn edge_prefix(&self) -> String {
        format!("hardtack-{}-", self.distribution)
    }

    /// The CloudFront Function that gives pages such addresses, on viewer-request, by the checksum of its code.
    #[must_use]
    pub fn request_function(&self, addresses: &str, identity: &str) -> String {
        format!("{}{addresses}-{identity}", self.edge_prefix())
    }

    /// The addresses that a function gives to pages, where it is one of hardtack's that does; by its ARN or its name.
    #[must_use]
    pub fn addresses<'a>(&self, function: &'a str) -> Option<&'a str> {
        let name = function.rsplit(":function/").next()?;
        let rest = name.strip_prefix(&self.edge_prefix())?;
        let (addresses, identity) = rest.rsplit_once('-')?;
        let is_identity =
            identity.len() == IDENTITY_LEN && identity.bytes().all(|byte| byte.is_ascii_hexdigit());
        (is_identity && !addresses.is_empty()).then_some(addresses)
    }

    /// Where the Lambda function writes its log, in each region.
    #[must_use]
    pub fn log_group(&self) -> String {
        format!("/aws/lambda/us-east-1.{}", self.function())
    }

    /// What the log groups of its CloudFront Functions begin with, in us-east-1; a number follows.
    #[must_use]
    pub fn edge_log_prefix(&self) -> String {
        Self::edge_log_group(&self.edge_prefix())
    }

    /// Where a CloudFront Function writes its log, in us-east-1.
    #[must_use]
    pub fn edge_log_group(function: &str) -> String {
        format!("/aws/cloudfront/function/{function}")
    }

    /// Whether a function is hardtack's: a version of its Lambda function, or one of its CloudFront Functions.
    #[must_use]
    pub fn owns(&self, arn: &str) -> bool {
        self.release_number(arn).is_some()
    }

    /// The number of a version or of a CloudFront Function, where it is hardtack's.
    #[must_use]
    pub fn release_number(&self, arn: &str) -> Option<u64> {
        let lambda = format!(":function:{}:", self.function());
        let edge = format!(":function/{}", self.edge_prefix());
        [lambda, edge]
            .iter()
            .find_map(|infix| arn.split_once(infix.as_str())?.1.parse().ok())
    }
}

/// Who may assume the function's role: Lambda, and Lambda at the edge.
#[must_use]
pub fn trust() -> Value {
    let services = ["lambda.amazonaws.com", "edgelambda.amazonaws.com"];
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": services },
            "Action": "sts:AssumeRole",
        }],
    })
}

/// What the function may do: write its own log, in whatever region it runs.
#[must_use]
pub fn log_rights(account: &str, names: &Names) -> Value {
    let group = format!("arn:aws:logs:*:{account}:log-group:{}", names.log_group());
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": [group.clone(), format!("{group}:*")],
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[track_caller]
    fn check(arn: &str, expected: Option<u64>) {
        assert_eq!(Names::new("E1").release_number(arn), expected, "{arn}");
    }

    #[test]
    fn own_functions_are_told_from_others() {
        check(
            "arn:aws:lambda:us-east-1:1:function:hardtack-E1:12",
            Some(12),
        );
        check("arn:aws:cloudfront::1:function/hardtack-E1-3", Some(3));
        check("arn:aws:lambda:us-east-1:1:function:hardtack-E12:1", None);
        check("arn:aws:lambda:us-east-1:1:function:hardtack-E1", None);
        check("arn:aws:lambda:us-east-1:1:function:my-hardtack-E1:1", None);
        check("arn:aws:cloudfront::1:function/hardtack-E1-3-mine", None);
        check(
            "arn:aws:cloudfront::1:function/hardtack-E1-clean-urls-0123abcd",
            None,
        );
    }

    #[track_caller]
    fn check_addresses(function: &str, expected: Option<&str>) {
        assert_eq!(Names::new("E1").addresses(function), expected, "{function}");
    }

    #[test]
    fn functions_on_requests_tell_their_addresses() {
        let name = Names::new("E1").request_function("clean-urls-file", "0123abcd");
        check_addresses(&name, Some("clean-urls-file"));
        let arn = format!("arn:aws:cloudfront::1:function/{name}");
        check_addresses(&arn, Some("clean-urls-file"));
        check_addresses("hardtack-E1-3", None);
        check_addresses("hardtack-E1-clean-urls", None);
        check_addresses("hardtack-E12-clean-urls-0123abcd", None);
        check_addresses("hardtack-E1--0123abcd", None);
        check_addresses("index", None);
    }
}
