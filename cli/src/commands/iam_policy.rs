//! `hardtack iam-policy`: the least that whoever deploys must be allowed.

use serde_json::{Value, json};

use crate::error::Error;
use crate::output::Output;

/// Print the least IAM policy for deploying
///
/// As JSON, for the IAM console or `aws iam put-user-policy`. It covers what `hardtack deploy`, `status`, `rollback`, `remove`
/// and `logs` call, on things that hardtack has made, and on the distribution.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only for this distribution
    #[arg(long, value_name = "ID", default_value = "*")]
    distribution: String,

    /// Only in this account
    #[arg(long, value_name = "NUMBER", default_value = "*")]
    account: String,

    /// With what `hardtack deploy --wrap` needs: to read the CloudFront Functions that are there
    #[arg(long)]
    wrap: bool,

    /// With what `hardtack deploy --replace` needs: to put the functions back that are there
    #[arg(long)]
    replace: bool,
}

/// Runs the command.
pub(crate) fn run(args: &Args, output: &Output) -> Result<(), Error> {
    let mut policy = policy(&args.account, &args.distribution);
    if let Some(statements) = policy["Statement"].as_array_mut() {
        statements.extend((args.wrap || args.replace).then(|| others_of_edge(&args.account)));
        statements.extend(args.replace.then(|| others_of_lambda(&args.account)));
    }
    output.json(&policy)
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

/// Only for those who deploy continuously.
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

/// What stands where ours is to stand: its code, and whether it is still there when it is to come back.
fn others_of_edge(account: &str) -> Value {
    let functions = format!("arn:aws:cloudfront::{account}:function/*");
    let actions = ["cloudfront:DescribeFunction", "cloudfront:GetFunction"];
    statement("OtherCloudFrontFunctions", &actions, &[functions])
}

/// Who attaches a version must be allowed to replicate it, ours or not.
fn others_of_lambda(account: &str) -> Value {
    let versions = format!("arn:aws:lambda:us-east-1:{account}:function:*:*");
    let actions = ["lambda:EnableReplication*", "lambda:GetFunction"];
    statement("OtherLambdaFunctions", &actions, &[versions])
}

/// A list has no resource of its own.
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

/// Made by AWS when the first function of the account goes to the edge.
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
