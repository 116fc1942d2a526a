//! Errors of planning, applying and calling AWS, as the user reads them, each with a hint.

use hardtack_aws::plan::{Conflict, PlanError};
use hardtack_aws::{ApplyError, BehaviorName, CallError, CallErrorKind, Product};
use serde_json::json;

use crate::error::{Error, Kind};

const RESUMES: &str = "the next run continues where this one stopped";

/// Why a plan was not executed to its end.
pub(super) fn apply_error(error: &ApplyError) -> Error {
    match error {
        ApplyError::Call(error) => call_error(error),
        ApplyError::StalePlan => Error::new(
            Kind::Found,
            "the distribution has changed since the plan was made",
        )
        .hint("run the command again: it makes a new plan"),
        ApplyError::NotKept(behavior) => Error::new(
            Kind::Found,
            format!("the distribution accepted the change, and its behavior {behavior} has other functions than it was given"),
        )
        .because("it was read back, and the association is not there")
        .hint("run the command again; if that does not help, somebody or something else changes the distribution, or what answers is not CloudFront"),
        ApplyError::Replicated => Error::new(
            Kind::Found,
            "the function still has replicas at the edges, and AWS does not delete a function that has any",
        )
        .because("AWS removes them by itself, usually within a few hours")
        .hint("run `hardtack remove` again then; it is detached from the distribution already"),
        ApplyError::TimedOut(what) => {
            Error::new(Kind::Io, *what).hint(format!("`hardtack status` shows when it is; {RESUMES}"))
        }
    }
}

/// Why a call failed.
pub(super) fn call_error(error: &CallError) -> Error {
    match &error.kind {
        CallErrorKind::Credentials(why) => no_credentials(why),
        CallErrorKind::Network(why) => no_response(error, why),
        CallErrorKind::InvalidResponse(_) => Error::new(Kind::Io, error.to_string()),
        CallErrorKind::Service { .. } if error.is_access_denied() => denied(error),
        CallErrorKind::Service { code, .. } => refused(error, code),
    }
}

fn refused(error: &CallError, code: &str) -> Error {
    let refused = Error::new(Kind::Io, format!("{} was refused: {code}", error.action));
    let refused = match error.message() {
        "" => refused,
        message => refused.because(message),
    };
    refused.hint(hint(error))
}

fn no_response(error: &CallError, why: &str) -> Error {
    let region = match error.region.as_str() {
        "" | "us-east-1" => String::new(),
        region => format!(" in {region}"),
    };
    let message = format!("{}{region} got no response", error.action);
    Error::new(Kind::Io, message).because(why).hint(RESUMES)
}

/// Why a function that is to be wrapped could not be read.
pub(super) fn wrapped_function_error(arn: &str, error: &CallError) -> Error {
    match error.is_not_found() {
        true => Error::new(Kind::Found, "the function to wrap does not exist any more")
            .because(arn)
            .hint("`--replace` deploys without it"),
        false => call_error(error),
    }
}

fn no_credentials(why: &str) -> Error {
    Error::new(Kind::Io, "no AWS credentials")
        .because(why)
        .hint("`aws configure` or `aws sso login` provides some; `--profile NAME` or AWS_PROFILE chooses among them")
}

/// Names the permission that is missing, and the statement that grants it.
fn denied(error: &CallError) -> Error {
    let statement = json!({ "Effect": "Allow", "Action": error.action, "Resource": "*" });
    Error::new(Kind::Io, format!("not allowed: {}", error.action))
        .because(error.message())
        .hint(format!(
            "add to the policy of whoever deploys: {statement}; `hardtack iam-policy` prints everything that is \
             needed, with the resources"
        ))
}

/// What to do about an error of a service.
fn hint(error: &CallError) -> String {
    let code = error.code();
    let hint = match code {
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
            return format!("log in again, for example with `aws sso login`; {RESUMES}");
        }
        "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "AuthFailure" => {
            "the credentials are unknown to AWS: check AWS_ACCESS_KEY_ID, the profile, and this machine's clock"
        }
        "TooManyDistributionsWithLambdaAssociations"
        | "TooManyLambdaFunctionAssociations"
        | "TooManyDistributionsWithFunctionAssociations"
        | "TooManyFunctionAssociations" => {
            "a CloudFront quota is reached: request a higher one in the Service Quotas console, or detach a function"
        }
        "TooManyFunctions" => {
            "an account may have a hundred CloudFront Functions: delete one that is not used"
        }
        "CodeStorageExceededException" => {
            "the account's quota for Lambda code is reached: delete old versions, or request a higher quota"
        }
        "LimitExceeded" | "LimitExceededException" => {
            "a quota of the account is reached: request a higher one in the Service Quotas console"
        }
        "InvalidLambdaFunctionAssociation" | "InvalidFunctionAssociation" => {
            "`hardtack status` shows what is attached; nothing was changed"
        }
        code if code.contains("Throttl") || code == "TooManyRequestsException" => {
            return format!("AWS throttles these calls: try again in a minute; {RESUMES}");
        }
        _ => return RESUMES.to_string(),
    };
    hint.to_string()
}

/// Why there is no plan.
pub(super) fn plan_error(error: &PlanError) -> Error {
    match error {
        PlanError::NotManaged { kind, name } => Error::new(
            Kind::Found,
            format!(
                "a {kind} `{name}` exists, and hardtack does not manage it: it has no tag managed-by=hardtack"
            ),
        )
        .hint("if hardtack created it, add the tag; otherwise rename it or delete it"),
        PlanError::UnknownBehavior { name, known } => {
            Error::usage(format!("the distribution has no behavior `{name}`"))
                .hint(format!("it has {}", listed(known)))
        }
        PlanError::Occupied(conflicts) => conflicts
            .iter()
            .map(occupied)
            .reduce(Error::and)
            .unwrap_or_else(|| Error::new(Kind::Found, "another function runs there")),
        PlanError::RequestsOccupied { behavior, arn } => Error::new(
            Kind::Found,
            format!("behavior `{behavior}` has a function on viewer-request already"),
        )
        .because(arn)
        .hint("choose: leave `--viewer-request` out and let that one map paths to files, or detach it first"),
        PlanError::NoBucket { behaviors } => Error::new(
            Kind::Found,
            format!("no S3 bucket is behind {}", listed(behaviors)),
        )
        .hint("leave `--viewer-request` out; `--behavior PATTERN` names a behavior with a bucket"),
        PlanError::NotDeployed => Error::new(
            Kind::Found,
            "hardtack is not attached to the distribution",
        )
        .hint("`hardtack deploy` attaches it"),
        PlanError::NoPreviousRelease { running } => {
            Error::new(Kind::Found, format!("there is no release before {running}"))
                .hint("`hardtack remove` takes it off the distribution")
        }
    }
}

fn occupied(conflict: &Conflict) -> Error {
    let message = format!(
        "behavior `{}` has a function on {} already",
        conflict.behavior, conflict.event
    );
    let mut choices = Vec::new();
    if conflict.replaceable && conflict.product == Product::CloudfrontFunction {
        choices.push("`--wrap` to run both, as a CloudFront Function".to_string());
    }
    if conflict.replaceable {
        choices.push("`--replace` to run hardtack in its place".to_string());
    }
    if conflict.other_product_fits {
        choices.push("the other `--via`, which can run beside it".to_string());
    }
    choices.push("another behavior, with `--behavior PATTERN`".to_string());
    let error = Error::new(Kind::Found, message).because(&conflict.arn);
    let error = match conflict.replaceable {
        true => error,
        false => error.because(
            "CloudFront never runs Lambda@Edge and CloudFront Functions together on the viewer events of one behavior",
        ),
    };
    error.hint(format!("choose: {}", choices.join(", or ")))
}

fn listed(names: &[BehaviorName]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
