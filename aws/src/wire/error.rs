//! Why a call failed, as data: which call, and what AWS or the network said.

use std::error::Error;
use std::fmt;

use aws_credential_types::provider::error::CredentialsError;

use super::Document;

/// A call that failed.
#[derive(Clone, Debug)]
pub struct CallError {
    /// The call as policies name it, such as `lambda:CreateFunction`.
    pub action: &'static str,
    /// The region that was asked.
    pub region: String,
    /// Why it failed.
    pub kind: CallErrorKind,
}

/// Why a call failed.
#[derive(Clone, Debug)]
pub enum CallErrorKind {
    /// There are no credentials, or they could not be fetched.
    Credentials(String),
    /// The call may or may not have arrived.
    Network(String),
    /// AWS refused it.
    Service {
        /// The HTTP status.
        status: u16,
        /// The code, such as `AccessDenied`.
        code: String,
        /// The text, as AWS wrote it.
        message: String,
    },
    /// The response could not be read.
    InvalidResponse(String),
}

impl CallError {
    /// The code of AWS's refusal; empty for other kinds.
    #[must_use]
    pub fn code(&self) -> &str {
        match &self.kind {
            CallErrorKind::Service { code, .. } => code,
            _ => "",
        }
    }

    /// The text of AWS's refusal; empty for other kinds.
    #[must_use]
    pub fn message(&self) -> &str {
        match &self.kind {
            CallErrorKind::Service { message, .. } => message,
            _ => "",
        }
    }

    /// Whether what was asked for does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(
            self.code(),
            "NoSuchEntity"
                | "ResourceNotFoundException"
                | "NoSuchDistribution"
                | "NoSuchFunctionExists"
                | "NoSuchContinuousDeploymentPolicy"
        )
    }

    /// Whether what was to be created exists already.
    pub(crate) fn already_exists(&self) -> bool {
        matches!(
            self.code(),
            "EntityAlreadyExists"
                | "ResourceConflictException"
                | "ResourceAlreadyExistsException"
                | "FunctionAlreadyExists"
        )
    }

    /// Whether the caller lacks the permission.
    #[must_use]
    pub fn is_access_denied(&self) -> bool {
        self.code().starts_with("AccessDenied") || self.code() == "UnauthorizedOperation"
    }

    /// Whether someone else has changed the distribution since it was read.
    #[must_use]
    pub fn is_precondition_failed(&self) -> bool {
        matches!(self.code(), "PreconditionFailed" | "InvalidIfMatchVersion")
    }

    /// Whether the same call may succeed a little later.
    pub(crate) fn is_transient(&self) -> bool {
        match &self.kind {
            CallErrorKind::Network(_) => true,
            CallErrorKind::Credentials(_) | CallErrorKind::InvalidResponse(_) => false,
            CallErrorKind::Service { status, code, .. } => {
                matches!(status, 429 | 500 | 502 | 503 | 504)
                    || code.contains("Throttl")
                    || matches!(
                        &code[..],
                        "TooManyRequestsException" | "RequestLimitExceeded" | "SlowDown"
                    )
            }
        }
    }

    pub(crate) fn new(action: &'static str, region: &str, kind: CallErrorKind) -> Self {
        Self {
            action,
            region: region.to_string(),
            kind,
        }
    }

    /// A response that lacks something that is needed.
    pub(crate) fn invalid_response(action: &'static str, why: impl Into<String>) -> Self {
        Self::new(action, "", CallErrorKind::InvalidResponse(why.into()))
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            CallErrorKind::Credentials(why) => write!(f, "no AWS credentials: {why}"),
            CallErrorKind::Network(why) => write!(f, "{}: {why}", self.action),
            CallErrorKind::InvalidResponse(why) => {
                write!(f, "{}: invalid response: {why}", self.action)
            }
            CallErrorKind::Service {
                status,
                code,
                message,
            } => write!(f, "{}: {code} ({status}): {message}", self.action),
        }
    }
}

impl Error for CallError {}

impl From<CredentialsError> for CallErrorKind {
    fn from(error: CredentialsError) -> Self {
        Self::Credentials(chain(&error))
    }
}

/// An error with its causes, in one line.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

/// Reads an error response, in the format of any of the services.
pub(super) fn service_error(status: u16, error_type: Option<&str>, body: &str) -> CallErrorKind {
    let (code, message) = in_json(error_type, body)
        .or_else(|| in_xml(body))
        .unwrap_or_else(|| (format!("Http{status}"), body.chars().take(200).collect()));
    CallErrorKind::Service {
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
    use super::{CallError, CallErrorKind, service_error};

    #[track_caller]
    fn check(error_type: Option<&str>, body: &str, expected: (&str, &str)) {
        let error = CallError::new("a:B", "", service_error(400, error_type, body));
        assert_eq!((error.code(), error.message()), expected);
    }

    #[test]
    fn the_error_format_of_every_service_is_read() {
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
    fn transient_errors_are_told_from_permanent_ones() {
        let is_transient = |status, code: &str| {
            let kind = CallErrorKind::Service {
                status,
                code: code.to_string(),
                message: String::new(),
            };
            CallError::new("a:B", "", kind).is_transient()
        };
        assert!(
            is_transient(503, "ServiceUnavailable") && is_transient(400, "ThrottlingException")
        );
        assert!(!is_transient(400, "AccessDenied") && !is_transient(412, "PreconditionFailed"));
    }
}
