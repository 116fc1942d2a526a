//! What the commands take.

use clap::{Args, ValueEnum};
use hardtack_cloudfront::runtimes;

/// How AWS is reached, and what is meant there.
#[derive(Clone, Debug, Args)]
pub(crate) struct Cloud {
    /// The CloudFront distribution, by its id, such as E1ABCDEFGHIJKL
    #[arg(long, value_name = "ID")]
    pub(super) distribution: String,

    /// Take credentials from this profile
    ///
    /// Without it, credentials are found the way every AWS tool does: the environment, AWS_PROFILE, single sign-on, the
    /// instance's role.
    #[arg(long, value_name = "NAME")]
    pub(super) profile: Option<String>,

    /// Talk to this endpoint in place of AWS
    ///
    /// For emulators. AWS_ENDPOINT_URL, and AWS_ENDPOINT_URL_LAMBDA and its like, do the same.
    #[arg(long, value_name = "URL")]
    pub(super) endpoint: Option<String>,
}

/// On which product of CloudFront's the policy runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Via {
    /// A Lambda function at the regional edges
    #[default]
    LambdaEdge,
    /// A CloudFront Function at all edges
    CloudfrontFunction,
}

/// Put the policy on a CloudFront distribution
///
/// Shows what it is going to do, and asks. Builds the function, with the cookie's domains found from the distribution's
/// alternate names; makes its role, with rights to its own logs and nothing else; publishes a version; and attaches it to
/// viewer-response in one change of the distribution, which leaves every other byte of its configuration as it was. Then
/// waits until the edges have it, and looks at the site once. A second run with nothing changed changes nothing; one that
/// was cut off is finished by the next.
#[derive(Clone, Debug, Args)]
pub(crate) struct Deploy {
    #[command(flatten)]
    pub(super) cloud: Cloud,

    /// Where it runs: lambda-edge or cloudfront-function
    ///
    /// Without it, where it runs already; and where it runs nowhere yet, lambda-edge.
    #[arg(long, value_name = "PRODUCT", hide_possible_values = true)]
    pub(super) via: Option<Via>,

    /// Attach it to the behavior with this path pattern (can be repeated; `default` is one)
    ///
    /// Without it, the behaviors where it runs already are brought up to date, and where it runs nowhere yet, the default
    /// behavior gets it.
    #[arg(long = "behavior", value_name = "PATTERN", conflicts_with = "all")]
    pub(super) behaviors: Vec<String>,

    /// Attach it to all behaviors
    #[arg(long)]
    pub(super) all: bool,

    /// Let it take the place of another function on viewer-response, until `hardtack remove` puts that one back
    #[arg(long, conflicts_with = "wrap")]
    pub(super) replace: bool,

    /// Run another CloudFront Function on viewer-response first, as a copy in ours
    ///
    /// CloudFront runs one function there. Theirs stays as it is, and `hardtack remove` puts it back. When it changes, another
    /// `hardtack deploy` copies it anew.
    #[arg(long)]
    pub(super) wrap: bool,

    /// Attach it to the staging distribution of the continuous deployment
    #[arg(long)]
    pub(super) staging: bool,

    /// Print the plan, and do nothing
    #[arg(long)]
    pub(super) dry_run: bool,

    /// Don't ask
    #[arg(short, long)]
    pub(super) yes: bool,

    /// Don't wait until the edges have it
    #[arg(long)]
    pub(super) no_wait: bool,

    /// Look at this page when all is done
    ///
    /// Without it, at the first alternate name of the distribution.
    #[arg(long, value_name = "URL")]
    pub(super) check_url: Option<String>,

    /// The Lambda runtime
    #[arg(long, value_name = "NAME", default_value = runtimes::LAMBDA)]
    pub(super) runtime: String,

    /// Keep the function's logs for so many days
    #[arg(long, value_name = "DAYS", default_value = "30")]
    pub(super) log_days: u64,

    /// Prepare logs in this region only (can be repeated)
    ///
    /// Without it, in the thirteen regions where Lambda@Edge runs.
    #[arg(long = "log-region", value_name = "REGION")]
    pub(super) log_regions: Vec<String>,
}

/// Show what runs where, and whether it is what the local policy would be
#[derive(Clone, Debug, Args)]
pub(crate) struct Status {
    #[command(flatten)]
    pub(super) cloud: Cloud,
}

/// Go back to the version before
///
/// All behaviors that run the present version run the one before it, after one call.
#[derive(Clone, Debug, Args)]
pub(crate) struct Rollback {
    #[command(flatten)]
    pub(super) cloud: Cloud,

    /// Print the plan, and do nothing
    #[arg(long)]
    pub(super) dry_run: bool,

    /// Don't ask
    #[arg(short, long)]
    pub(super) yes: bool,

    /// Don't wait until the edges have it
    #[arg(long)]
    pub(super) no_wait: bool,
}

/// Take it off the distribution, and delete what was made for it
///
/// What is not hardtack's stays, and what hardtack took the place of comes back. A Lambda function can be deleted only when its replicas are gone, hours after the
/// distribution has let go of it: then this says so, and a second run deletes the rest.
#[derive(Clone, Debug, Args)]
pub(crate) struct Remove {
    #[command(flatten)]
    pub(super) cloud: Cloud,

    /// Only take it off the behavior with this path pattern (can be repeated)
    #[arg(long = "behavior", value_name = "PATTERN")]
    pub(super) behaviors: Vec<String>,

    /// Print the plan, and do nothing
    #[arg(long)]
    pub(super) dry_run: bool,

    /// Don't ask
    #[arg(short, long)]
    pub(super) yes: bool,
}

/// Show the function's logs of all regions, merged by time
///
/// Lambda@Edge writes in the region nearest to the visitor; CloudFront Functions write in us-east-1. What CloudFront could
/// not make use of, it writes to a group of its own, which is shown, too.
#[derive(Clone, Debug, Args)]
pub(crate) struct Logs {
    #[command(flatten)]
    pub(super) cloud: Cloud,

    /// Go on, and show new lines as they come
    #[arg(short, long)]
    pub(super) follow: bool,

    /// Begin so long ago: 90s, 15m, 1h, 2d, 1w
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = duration)]
    pub(super) since: std::time::Duration,

    /// Look in this region only (can be repeated)
    #[arg(long = "region", value_name = "REGION")]
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
