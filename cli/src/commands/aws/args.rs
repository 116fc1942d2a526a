//! The arguments of the commands.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, ValueEnum};
use hardtack_cloudfront::regions::{LOG_REGIONS, SEARCH_REGIONS};
use hardtack_cloudfront::runtimes;

use crate::commands::build::Pages;
use crate::values;

/// The distribution, and how AWS is reached.
#[derive(Clone, Debug, Args)]
pub(crate) struct Connection {
    /// The CloudFront distribution, by its id, such as E1ABCDEFGHIJKL
    #[arg(long, value_name = "ID", env = "HARDTACK_DISTRIBUTION", value_parser = values::distribution)]
    pub(super) distribution: String,

    /// Take credentials from this profile
    ///
    /// Without it, credentials are found as every AWS tool finds them: in the environment, AWS_PROFILE, single sign-on,
    /// or the instance's role.
    #[arg(long, value_name = "NAME")]
    pub(super) profile: Option<String>,

    /// Use this endpoint instead of AWS
    ///
    /// For emulators. AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_LAMBDA and so on do the same; this option comes first.
    #[arg(long, value_name = "URL", value_parser = values::web_url)]
    pub(super) endpoint: Option<String>,
}

/// The CloudFront product that runs the policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Via {
    /// A Lambda function, at the regional edge caches
    #[default]
    LambdaEdge,
    /// A CloudFront Function, at all edge locations
    CloudfrontFunction,
}

/// Which file of a bucket the address of a page means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnRequest {
    /// A function says so.
    Pages(Pages),
    /// No function of ours does.
    None,
}

impl ValueEnum for OnRequest {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::Pages(Pages::CleanUrls),
            Self::Pages(Pages::CleanUrlsFile),
            Self::Pages(Pages::SinglePage),
            Self::None,
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Pages(pages) => pages.to_possible_value(),
            Self::None => {
                Some(PossibleValue::new("none").help("Detach the one that was deployed before"))
            }
        }
    }
}

/// Deploy the policy to a CloudFront distribution
///
/// Shows the plan, and asks for confirmation. Builds the function, with the cookie's domains taken from the
/// distribution's alternate names; creates its role, which may write its own logs and nothing else; publishes a
/// version; and attaches it to viewer-response in one change of the distribution, which leaves every other byte of its
/// configuration as it was. Then waits until the change is deployed at every edge, and requests one page of the site. A
/// second run with nothing changed changes nothing; a run that was cut off is finished by the next.
#[derive(Clone, Debug, Args)]
pub(crate) struct Deploy {
    #[command(flatten)]
    pub(super) connection: Connection,

    /// Where it runs: lambda-edge or cloudfront-function
    ///
    /// Without it, the product that it runs on already; where it runs nowhere yet, lambda-edge.
    #[arg(long, value_name = "PRODUCT", hide_possible_values = true)]
    pub(super) via: Option<Via>,

    /// Attach it to the behavior with this path pattern (can be repeated; `default` is one)
    ///
    /// Without it, the behaviors where it runs already are brought up to date; where it runs nowhere yet, it is
    /// attached to the default behavior.
    #[arg(long = "behavior", value_name = "PATTERN", conflicts_with = "all")]
    pub(super) behaviors: Vec<String>,

    /// Attach it to all behaviors
    #[arg(long)]
    pub(super) all: bool,

    /// Replace another function on viewer-response, until `hardtack remove` puts that one back
    #[arg(long, conflicts_with = "wrap")]
    pub(super) replace: bool,

    /// Wrap another CloudFront Function on viewer-response: run a copy of it first
    ///
    /// CloudFront runs one function there. The other function stays as it is, and `hardtack remove` puts it back. When
    /// it changes, `hardtack deploy` copies it again.
    #[arg(long)]
    pub(super) wrap: bool,

    /// Find a bucket's pages: clean-urls, clean-urls-file, single-page or none
    ///
    /// Without a function on viewer-request, /about is an error in a bucket, and errors get no cookie.
    ///
    /// It is a CloudFront Function, attached to the deployment's behaviors that an S3 bucket is behind. Later
    /// deployments keep it, `hardtack rollback` and `hardtack remove` take it back with the cookie.
    #[arg(long, value_name = "MODE", hide_possible_values = true)]
    pub(super) viewer_request: Option<OnRequest>,

    /// Attach it to the staging distribution of the continuous deployment
    #[arg(long)]
    pub(super) staging: bool,

    /// Print the plan, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,

    /// Do not ask for confirmation
    #[arg(short, long)]
    pub(super) yes: bool,

    /// Do not wait until the change is deployed at every edge
    #[arg(long)]
    pub(super) no_wait: bool,

    /// Request this page at the end, and check that it sets the cookie
    ///
    /// Without it, the root of the distribution's first alternate name.
    #[arg(long, value_name = "URL", value_parser = values::web_url)]
    pub(super) check_url: Option<String>,

    #[arg(
        long,
        value_name = "NAME",
        help = format!("The Lambda runtime: {} [default: {}]", runtimes::ALL_LAMBDA.join(", "), runtimes::LAMBDA),
        value_parser = PossibleValuesParser::new(runtimes::ALL_LAMBDA),
        hide_possible_values = true
    )]
    pub(super) runtime: Option<String>,

    /// Keep the function's logs for this many days
    #[arg(long, value_name = "DAYS", default_value = "30", value_parser = values::log_days)]
    pub(super) log_days: u64,

    /// Create log groups in this region only (can be repeated)
    ///
    /// Without it, in the thirteen regions where Lambda@Edge runs.
    #[arg(
        long = "log-region",
        value_name = "REGION",
        value_parser = PossibleValuesParser::new(LOG_REGIONS),
        hide_possible_values = true
    )]
    pub(super) log_regions: Vec<String>,
}

/// Show what runs where, and whether it matches the local policy
#[derive(Clone, Debug, Args)]
pub(crate) struct Status {
    #[command(flatten)]
    pub(super) connection: Connection,
}

/// Go back to the release before
///
/// All behaviors that run the current release run the one before it, after one call.
#[derive(Clone, Debug, Args)]
pub(crate) struct Rollback {
    #[command(flatten)]
    pub(super) connection: Connection,

    /// Print the plan, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,

    /// Do not ask for confirmation
    #[arg(short, long)]
    pub(super) yes: bool,

    /// Do not wait until the change is deployed at every edge
    #[arg(long)]
    pub(super) no_wait: bool,
}

/// Take it off the distribution, and delete what was created for it
///
/// Everything else stays, and the functions that hardtack replaced are put back. A Lambda function can be deleted only
/// when its replicas are gone, hours after it was detached: until then this says so, and a second run deletes the rest.
#[derive(Clone, Debug, Args)]
pub(crate) struct Remove {
    #[command(flatten)]
    pub(super) connection: Connection,

    /// Only take it off the behavior with this path pattern (can be repeated)
    #[arg(long = "behavior", value_name = "PATTERN")]
    pub(super) behaviors: Vec<String>,

    /// Leave the log groups, which hold the ids of visitors, until the days for which they are kept have passed
    #[arg(long, conflicts_with = "behaviors")]
    pub(super) keep_logs: bool,

    /// Print the plan, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,

    /// Do not ask for confirmation
    #[arg(short, long)]
    pub(super) yes: bool,
}

/// Show the function's logs of all regions, merged by time
///
/// Lambda@Edge writes in the region nearest to the visitor; CloudFront Functions write in us-east-1. CloudFront reports
/// invalid responses of the function in a group of its own, which is shown, too.
#[derive(Clone, Debug, Args)]
pub(crate) struct Logs {
    #[command(flatten)]
    pub(super) connection: Connection,

    /// Keep running, and show new lines as they arrive
    #[arg(short, long)]
    pub(super) follow: bool,

    /// Begin this long ago: 90s, 15m, 1h, 2d, 1w
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = duration)]
    pub(super) since: std::time::Duration,

    /// Search this region only (can be repeated)
    #[arg(
        long = "region",
        value_name = "REGION",
        value_parser = PossibleValuesParser::new(SEARCH_REGIONS),
        hide_possible_values = true
    )]
    pub(super) regions: Vec<String>,
}

/// A number and a unit, as in a policy.
fn duration(text: &str) -> Result<std::time::Duration, String> {
    match hardtack_policy::parse_duration(text)? {
        u64::MAX => Err("write a shorter time".to_string()),
        seconds => Ok(std::time::Duration::from_secs(seconds)),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[track_caller]
    fn check(text: &str, seconds: Option<u64>) {
        assert_eq!(
            duration(text).ok().map(|found| found.as_secs()),
            seconds,
            "{text}"
        );
    }

    #[test]
    fn times_have_a_unit() {
        check("90s", Some(90));
        check("15m", Some(900));
        check("1h", Some(3600));
        check("2d", Some(172_800));
        check("1w", Some(604_800));
        for wrong in [
            "",
            "h",
            "1",
            "-1h",
            "1.5h",
            "é",
            "99999999999999999999d",
            "9999999999999999999d",
        ] {
            check(wrong, None);
        }
    }
}
