//! What CloudFront answers in place of the page, where it refuses what a function did.

use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Response, StatusCode};

use super::artifact::Product;
use super::child::Failure;
use super::rules::Violation;
use crate::limits::LAMBDA_TIME;

const X_CACHE: HeaderName = HeaderName::from_static("x-cache");

/// What CloudFront answers in place of the page.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    pub(super) name: &'static str,
    pub(super) why: String,
}

impl Refusal {
    pub(super) fn respond<B: From<String>>(&self) -> Response<B> {
        let Self { status, name, why } = self;
        let text = format!(
            "{status}: {name}\n\n{why}\n\nA local CloudFront says so, where the page would stand.\n"
        );
        let mut response = Response::new(B::from(text));
        *response.status_mut() = *status;
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        );
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(value) = format!("{name} from cloudfront").parse() {
            headers.insert(X_CACHE, value);
        }
        response
    }

    /// The names that CloudFront has for functions' failures.
    pub(super) fn of(self, product: Product) -> Self {
        let name = match (product, self.name) {
            (Product::LambdaEdge, name) => name,
            (Product::Function, "LambdaValidationError") => "FunctionValidationError",
            (Product::Function, "LambdaLimitExceeded") => "FunctionThrottledError",
            (Product::Function, _) => "FunctionExecutionError",
        };
        Self { name, ..self }
    }
}

impl From<Violation> for Refusal {
    fn from(Violation(why): Violation) -> Self {
        Self {
            status: StatusCode::BAD_GATEWAY,
            name: "LambdaValidationError",
            why,
        }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        let (name, why) = match failure {
            Failure::Threw(error) => (
                "LambdaExecutionError",
                format!("the function threw: {error}"),
            ),
            Failure::Exited(why) => (
                "LambdaExecutionError",
                format!("the function's process ended: {why}"),
            ),
            Failure::TimedOut => (
                "LambdaLimitExceeded",
                format!("the function did not answer within {LAMBDA_TIME:?}"),
            ),
        };
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            name,
            why,
        }
    }
}
