//! What AWS says, in the user's words, with what to do about it.

use hardtack_aws::plan::{Conflict, Refusal};
use hardtack_aws::{BehaviorName, Failure, Product, Stop, Trouble};
use serde_json::json;

use crate::error::{Error, Kind};

const AGAIN: &str = "the next run goes on where this one stopped";

/// A plan that was not done to its end.
pub(super) fn stop(stop: &Stop) -> Error {
    match stop {
        Stop::Failed(failure) => call(failure),
        Stop::Outdated => Error::new(
            Kind::Found,
            "someone has changed the distribution since the plan was made",
        )
        .hint("run the command again: it makes a new plan of what is there now"),
        Stop::Replicated => Error::new(
            Kind::Found,
            "the function still has replicas at the edges, and AWS deletes none that has",
        )
        .because("they go away by themselves, as a rule within a few hours")
        .hint("run `hardtack remove` again then; the distribution has let go of it already"),
        Stop::TimedOut(what) => {
            Error::new(Kind::Io, *what).hint(format!("`hardtack status` tells when it is; {AGAIN}"))
        }
    }
}

/// A call that failed.
pub(super) fn call(failure: &Failure) -> Error {
    match &failure.trouble {
        Trouble::Credentials(why) => no_credentials(why),
        Trouble::Network(why) => no_answer(failure, why),
        Trouble::Unreadable(_) => Error::new(Kind::Io, failure.to_string()),
        Trouble::Refused { .. } if failure.is_denied() => denied(failure),
        Trouble::Refused { code, message, .. } => {
            let error = Error::new(Kind::Io, format!("{} was refused: {code}", failure.action));
            let error = match message.is_empty() {
                true => error,
                false => error.because(message),
            };
            error.hint(hint(failure))
        }
    }
}

fn no_answer(failure: &Failure, why: &str) -> Error {
    let region = match failure.region.as_str() {
        "" | "us-east-1" => String::new(),
        region => format!(" in {region}"),
    };
    let message = format!("{}{region} got no answer", failure.action);
    Error::new(Kind::Io, message).because(why).hint(AGAIN)
}

/// A function that ours is to run first, and that could not be read.
pub(super) fn inner(arn: &str, failure: &Failure) -> Error {
    match failure.is_missing() {
        true => Error::new(
            Kind::Found,
            "the function that ours is to run first is there no more",
        )
        .because(arn)
        .hint("`--replace` goes on without it"),
        false => call(failure),
    }
}

fn no_credentials(why: &str) -> Error {
    Error::new(Kind::Io, "no AWS credentials")
        .because(why)
        .hint("`aws configure` or `aws sso login` brings some; `--profile NAME` or AWS_PROFILE says which")
}

/// Names the right that is missing, and the statement that gives it.
fn denied(failure: &Failure) -> Error {
    let statement = json!({ "Effect": "Allow", "Action": failure.action, "Resource": "*" });
    Error::new(Kind::Io, format!("not allowed: {}", failure.action))
        .because(failure.message())
        .hint(format!(
            "add to the policy of whoever deploys: {statement}; `hardtack iam-policy` prints all that is needed, with \
             the resources"
        ))
}

/// What to do about a refusal.
fn hint(failure: &Failure) -> String {
    let code = failure.code();
    let hint = match code {
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
            return format!("log in anew, as with `aws sso login`; {AGAIN}");
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
            "CloudFront's quota is reached: have it raised in the Service Quotas console, or free one"
        }
        "TooManyFunctions" => {
            "an account may have a hundred CloudFront Functions: delete one that nothing uses"
        }
        "CodeStorageExceededException" => {
            "the account's room for Lambda code is full: delete old versions, or have the quota raised"
        }
        "LimitExceeded" | "LimitExceededException" => {
            "a quota of the account is reached: have it raised in the Service Quotas console"
        }
        "InvalidLambdaFunctionAssociation" | "InvalidFunctionAssociation" => {
            "`hardtack status` shows what is attached; nothing was changed"
        }
        code if code.contains("Throttl") || code == "TooManyRequestsException" => {
            return format!("AWS is asked too much at present: try again in a minute; {AGAIN}");
        }
        _ => return AGAIN.to_string(),
    };
    hint.to_string()
}

/// A wish that can't be granted.
pub(super) fn refusal(refusal: &Refusal) -> Error {
    match refusal {
        Refusal::NotOurs { kind, name } => Error::new(
            Kind::Found,
            format!(
                "a {kind} `{name}` is there, and not hardtack's: it has no tag managed-by=hardtack"
            ),
        )
        .hint("give it the tag, if it is; else rename it, or delete it"),
        Refusal::NoSuchBehavior { name, known } => {
            Error::usage(format!("the distribution has no behavior `{name}`"))
                .hint(format!("it has {}", listed(known)))
        }
        Refusal::Taken(conflicts) => conflicts
            .iter()
            .map(taken)
            .reduce(Error::and)
            .unwrap_or_else(|| Error::new(Kind::Found, "another function is in the way")),
        Refusal::NotDeployed => Error::new(
            Kind::Found,
            "nothing of hardtack's is attached to the distribution",
        )
        .hint("`hardtack deploy` attaches it"),
        Refusal::NoEarlier { running } => {
            Error::new(Kind::Found, format!("nothing came before {running}"))
                .hint("`hardtack remove` takes it off the distribution")
        }
    }
}

fn taken(conflict: &Conflict) -> Error {
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
        choices.push("the other `--via`, which goes together with it".to_string());
    }
    choices.push("another behavior, with `--behavior PATTERN`".to_string());
    let error = Error::new(Kind::Found, message).because(&conflict.arn);
    let error = match conflict.replaceable {
        true => error,
        false => error.because(
            "CloudFront runs Lambda@Edge and CloudFront Functions on viewer events of one behavior never together",
        ),
    };
    error.hint(format!("choose: {}", choices.join(", or ")))
}

fn listed(names: &[BehaviorName]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
