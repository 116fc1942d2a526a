//! The two products of CloudFront's that run code, and what its configuration calls them.

use serde::Serialize;

/// What runs at the edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Product {
    /// A version of a Lambda function.
    LambdaEdge,
    /// A CloudFront Function.
    CloudfrontFunction,
}

impl Product {
    pub(crate) const fn list(self) -> &'static str {
        match self {
            Self::LambdaEdge => "LambdaFunctionAssociations",
            Self::CloudfrontFunction => "FunctionAssociations",
        }
    }

    pub(crate) const fn item(self) -> &'static str {
        match self {
            Self::LambdaEdge => "LambdaFunctionAssociation",
            Self::CloudfrontFunction => "FunctionAssociation",
        }
    }

    pub(crate) const fn arn(self) -> &'static str {
        match self {
            Self::LambdaEdge => "LambdaFunctionARN",
            Self::CloudfrontFunction => "FunctionARN",
        }
    }

    /// Of a function, by its ARN.
    #[must_use]
    pub fn of(arn: &str) -> Self {
        match arn.contains(":function/") {
            true => Self::CloudfrontFunction,
            false => Self::LambdaEdge,
        }
    }

    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LambdaEdge => "lambda-edge",
            Self::CloudfrontFunction => "cloudfront-function",
        }
    }

    /// The name in prose.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::LambdaEdge => "Lambda@Edge function",
            Self::CloudfrontFunction => "CloudFront Function",
        }
    }
}
