//! What goes wrong with a call, as data: which call, and what AWS or the network said.

use std::fmt;

use aws_credential_types::provider::error::CredentialsError;

use super::Document;

/// A call that failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The call as policies name it, such as `lambda:CreateFunction`.
    pub action: &'static str,
    /// The region that was asked.
    pub region: String,
    /// What went wrong.
    pub trouble: Trouble,
}

/// What went wrong with a call.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// No credentials, or none that could be fetched.
    Credentials(String),
    /// The call may or may not have arrived.
    Network(String),
    /// AWS answered, and said no.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The code, such as `AccessDenied`.
        code: String,
        /// The text, as AWS wrote it.
        message: String,
    },
    /// An answer that makes no sense.
    Unreadable(String),
}

impl Failure {
    /// The code of AWS's refusal; empty for other trouble.
    #[must_use]
    pub fn code(&self) -> &str {
        match &self.trouble {
            Trouble::Refused { code, .. } => code,
            _ => "",
        }
    }

    /// The text of AWS's refusal; empty for other trouble.
    #[must_use]
    pub fn message(&self) -> &str {
        match &self.trouble {
            Trouble::Refused { message, .. } => message,
            _ => "",
        }
    }

    /// Whether AWS knows nothing of what was asked for.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(
            self.code(),
            "NoSuchEntity"
                | "ResourceNotFoundException"
                | "NoSuchDistribution"
                | "NoSuchFunctionExists"
                | "NoSuchContinuousDeploymentPolicy"
        )
    }

    /// Whether what was to be made is there already.
    pub(crate) fn is_there_already(&self) -> bool {
        matches!(
            self.code(),
            "EntityAlreadyExists"
                | "ResourceConflictException"
                | "ResourceAlreadyExistsException"
                | "FunctionAlreadyExists"
        )
    }

    /// Whether the caller lacks the right.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        self.code().starts_with("AccessDenied") || self.code() == "UnauthorizedOperation"
    }

    /// Whether someone else has changed the distribution since it was read.
    #[must_use]
    pub fn is_outdated(&self) -> bool {
        matches!(self.code(), "PreconditionFailed" | "InvalidIfMatchVersion")
    }

    /// Whether the same call may succeed a little later.
    pub(crate) fn is_passing(&self) -> bool {
        match &self.trouble {
            Trouble::Network(_) => true,
            Trouble::Credentials(_) | Trouble::Unreadable(_) => false,
            Trouble::Refused { status, code, .. } => {
                matches!(status, 429 | 500 | 502 | 503 | 504)
                    || code.contains("Throttl")
                    || matches!(
                        &code[..],
                        "TooManyRequestsException" | "RequestLimitExceeded" | "SlowDown"
                    )
            }
        }
    }

    pub(super) fn new(action: &'static str, region: &str, trouble: Trouble) -> Self {
        Self {
            action,
            region: region.to_string(),
            trouble,
        }
    }

    /// An answer that lacks what it should hold.
    pub(crate) fn unreadable(action: &'static str, why: impl Into<String>) -> Self {
        Self::new(action, "", Trouble::Unreadable(why.into()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.trouble {
            Trouble::Credentials(why) => write!(f, "no AWS credentials: {why}"),
            Trouble::Network(why) => write!(f, "{}: {why}", self.action),
            Trouble::Unreadable(why) => write!(f, "{}: unreadable answer: {why}", self.action),
            Trouble::Refused {
                status,
                code,
                message,
            } => write!(f, "{}: {code} ({status}): {message}", self.action),
        }
    }
}

impl std::error::Error for Failure {}

impl From<CredentialsError> for Trouble {
    fn from(error: CredentialsError) -> Self {
        let mut text = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            text = format!("{text}: {inner}");
            cause = inner.source();
        }
        Self::Credentials(text)
    }
}

/// Reads a refusal, however its service writes one.
pub(super) fn refusal(status: u16, error_type: Option<&str>, body: &str) -> Trouble {
    let (code, message) = in_json(error_type, body)
        .or_else(|| in_xml(body))
        .unwrap_or_else(|| (format!("Http{status}"), body.chars().take(200).collect()));
    Trouble::Refused {
        status,
        code,
        message,
    }
}

fn in_json(error_type: Option<&str>, body: &str) -> Option<(String, String)> {
    let json = serde_json::from_str::<serde_json::Value>(body).ok();
    let text = |key: &str| json.as_ref()?.get(key)?.as_str().map(str::to_string);
    let code = error_type
        .map(str::to_string)
        .or_else(|| text("__type"))
        .or_else(|| text("code"))?;
    // `Name:http://…` in a header, `namespace#Name` in a body.
    let code = code.split(':').next().unwrap_or(&code);
    let code = code.rsplit('#').next().unwrap_or(code).to_string();
    let message = text("message").or_else(|| text("Message"));
    Some((code, message.unwrap_or_default()))
}

fn in_xml(body: &str) -> Option<(String, String)> {
    let document = Document::parse(body.to_string()).ok()?;
    let text = |name: &str| {
        document
            .at(&["Error", name])
            .or_else(|| document.at(&["Errors", "Error", name]))
            .or_else(|| document.at(&[name]))
    };
    Some((text("Code")?, text("Message").unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::{Failure, Trouble, refusal};

    #[track_caller]
    fn check(error_type: Option<&str>, body: &str, expected: (&str, &str)) {
        let failure = Failure::new("a:B", "", refusal(400, error_type, body));
        assert_eq!((failure.code(), failure.message()), expected);
    }

    #[test]
    fn every_service_writes_its_refusals_in_its_own_way() {
        check(
            None,
            "<ErrorResponse xmlns=\"x\"><Error><Type>Sender</Type><Code>NoSuchDistribution</Code><Message>no</Message></Error></ErrorResponse>",
            ("NoSuchDistribution", "no"),
        );
        check(
            Some("ResourceNotFoundException:http://internal.amazon.com/"),
            "{\"Message\":\"no\",\"Type\":\"User\"}",
            ("ResourceNotFoundException", "no"),
        );
        check(
            None,
            "{\"__type\":\"com.amazon#ThrottlingException\",\"message\":\"slow\"}",
            ("ThrottlingException", "slow"),
        );
        check(None, "<html>", ("Http400", "<html>"));
        check(None, "", ("Http400", ""));
    }

    #[test]
    fn what_may_pass_is_known() {
        let passing = |status, code: &str| {
            let trouble = Trouble::Refused {
                status,
                code: code.to_string(),
                message: String::new(),
            };
            Failure::new("a:B", "", trouble).is_passing()
        };
        assert!(passing(503, "ServiceUnavailable") && passing(400, "ThrottlingException"));
        assert!(!passing(400, "AccessDenied") && !passing(412, "PreconditionFailed"));
    }
}
