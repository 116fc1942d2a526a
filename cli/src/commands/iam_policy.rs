//! `hardtack iam-policy`: the least privileges that deploying needs.

use serde_json::{Value, json};

use crate::error::Error;
use crate::output::Output;
use crate::values;

/// Print the least IAM policy for deploying
///
/// Prints JSON for the IAM console or `aws iam put-user-policy`. It allows the calls of `hardtack deploy`, `status`,
/// `rollback`, `remove` and `logs`, on resources that hardtack has made and on the distribution.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Limit the policy to this distribution
    #[arg(long, value_name = "ID", default_value = "*", value_parser = values::any_distribution)]
    distribution: String,

    /// Limit the policy to this account
    #[arg(long, value_name = "NUMBER", default_value = "*", value_parser = values::any_account)]
    account: String,

    /// Include what `hardtack deploy --wrap` needs: to read existing CloudFront Functions
    #[arg(long)]
    wrap: bool,

    /// Include what `hardtack deploy --replace` needs: to restore existing functions
    #[arg(long)]
    replace: bool,
}

/// Runs the command.
pub(crate) fn run(args: &Args, output: &Output) -> Result<(), Error> {
    let mut policy = policy(&args.account, &args.distribution);
    if let Some(statements) = policy["Statement"].as_array_mut() {
        statements.extend((args.wrap || args.replace).then(|| other_edge_functions(&args.account)));
        statements.extend(args.replace.then(|| other_lambda_functions(&args.account)));
    }
    // AWS takes no key of ours in a policy.
    output.data(format_args!("{policy:#}"))
}

fn policy(account: &str, distribution: &str) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [
            distributions(account, distribution),
            staging(account),
            lists(),
            edge_functions(account, distribution),
            lambda(account, distribution),
            role(account, distribution),
            pass_role(account, distribution),
            linked_roles(account),
            find_logs(account),
            logs(account, distribution),
        ],
    })
}

fn distributions(account: &str, distribution: &str) -> Value {
    statement(
        "Distribution",
        &[
            "cloudfront:GetDistribution",
            "cloudfront:GetDistributionConfig",
            "cloudfront:UpdateDistribution",
        ],
        &[format!(
            "arn:aws:cloudfront::{account}:distribution/{distribution}"
        )],
    )
}

/// For continuous deployment only.
fn staging(account: &str) -> Value {
    let policies = format!("arn:aws:cloudfront::{account}:continuous-deployment-policy/*");
    let actions = ["cloudfront:GetContinuousDeploymentPolicy"];
    statement("Staging", &actions, &[policies])
}

fn edge_functions(account: &str, distribution: &str) -> Value {
    statement(
        "CloudFrontFunctions",
        &[
            "cloudfront:CreateFunction",
            "cloudfront:DeleteFunction",
            "cloudfront:DescribeFunction",
            "cloudfront:ListTagsForResource",
            "cloudfront:PublishFunction",
            "cloudfront:TagResource",
        ],
        &[format!(
            "arn:aws:cloudfront::{account}:function/hardtack-{distribution}-*"
        )],
    )
}

/// The function that hardtack replaces: its code, and whether it still exists when it is restored.
fn other_edge_functions(account: &str) -> Value {
    let functions = format!("arn:aws:cloudfront::{account}:function/*");
    let actions = ["cloudfront:DescribeFunction", "cloudfront:GetFunction"];
    statement("OtherCloudFrontFunctions", &actions, &[functions])
}

/// Whoever attaches a version needs the right to replicate it, whether hardtack made it or not.
fn other_lambda_functions(account: &str) -> Value {
    let versions = format!("arn:aws:lambda:us-east-1:{account}:function:*:*");
    let actions = ["lambda:EnableReplication*", "lambda:GetFunction"];
    statement("OtherLambdaFunctions", &actions, &[versions])
}

/// List actions apply to no single resource.
fn lists() -> Value {
    let actions = ["cloudfront:ListDistributions", "cloudfront:ListFunctions"];
    statement("Lists", &actions, &["*".to_string()])
}

fn lambda(account: &str, distribution: &str) -> Value {
    let function = format!("arn:aws:lambda:us-east-1:{account}:function:hardtack-{distribution}");
    statement(
        "Lambda",
        &[
            "lambda:CreateFunction",
            "lambda:DeleteFunction",
            // The asterisk is part of the action's name (CloudFront developer guide, lambda-edge-permissions).
            "lambda:DisableReplication*",
            "lambda:EnableReplication*",
            "lambda:GetFunction",
            "lambda:ListTags",
            "lambda:ListVersionsByFunction",
            "lambda:PublishVersion",
            "lambda:TagResource",
            "lambda:UpdateFunctionCode",
            "lambda:UpdateFunctionConfiguration",
        ],
        &[function.clone(), format!("{function}:*")],
    )
}

fn role(account: &str, distribution: &str) -> Value {
    statement(
        "Role",
        &[
            "iam:CreateRole",
            "iam:DeleteRole",
            "iam:DeleteRolePolicy",
            "iam:GetRole",
            "iam:GetRolePolicy",
            "iam:PutRolePolicy",
            "iam:TagRole",
            "iam:UpdateAssumeRolePolicy",
        ],
        &[format!(
            "arn:aws:iam::{account}:role/hardtack-{distribution}"
        )],
    )
}

fn pass_role(account: &str, distribution: &str) -> Value {
    let role = format!("arn:aws:iam::{account}:role/hardtack-{distribution}");
    let mut statement = statement("PassRole", &["iam:PassRole"], &[role]);
    let services = ["lambda.amazonaws.com", "edgelambda.amazonaws.com"];
    statement["Condition"] = json!({ "StringEquals": { "iam:PassedToService": services } });
    statement
}

/// AWS makes these roles when an account deploys its first function to the edge.
fn linked_roles(account: &str) -> Value {
    let services = [
        "replicator.lambda.amazonaws.com",
        "logger.cloudfront.amazonaws.com",
    ];
    let roles = services.map(|it| format!("arn:aws:iam::{account}:role/aws-service-role/{it}/*"));
    statement("LinkedRoles", &["iam:CreateServiceLinkedRole"], &roles)
}

fn find_logs(account: &str) -> Value {
    let groups = format!("arn:aws:logs:*:{account}:log-group:*");
    statement("FindLogs", &["logs:DescribeLogGroups"], &[groups])
}

fn logs(account: &str, distribution: &str) -> Value {
    let groups = [
        format!("/aws/lambda/*hardtack-{distribution}"),
        format!("/aws/cloudfront/LambdaEdge/{distribution}"),
        format!("/aws/cloudfront/function/hardtack-{distribution}-*"),
    ];
    let groups = groups.iter().flat_map(|group| {
        let group = format!("arn:aws:logs:*:{account}:log-group:{group}");
        [group.clone(), format!("{group}:*")]
    });
    statement(
        "Logs",
        &[
            "logs:CreateLogGroup",
            "logs:DeleteLogGroup",
            "logs:FilterLogEvents",
            "logs:PutRetentionPolicy",
            "logs:TagResource",
        ],
        &groups.collect::<Vec<_>>(),
    )
}

fn statement(name: &str, actions: &[&str], resources: &[String]) -> Value {
    json!({ "Sid": name, "Effect": "Allow", "Action": actions, "Resource": resources })
}
