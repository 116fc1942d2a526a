//! CloudFront Functions as a platform, and what is exported around a function.

use hardtack_platform::{NextStep, Packing, Platform, Templates};

use crate::feature::ANSWERS;

/// AWS CloudFront Functions.
pub const PLATFORM: Platform = Platform {
    name: "cloudfront-function",
    about: "AWS CloudFront Functions, viewer-response: one JavaScript file",
    answers: ANSWERS,
    packing: Packing::Function,
    next: |built| NextStep {
        command: format!("hardtack serve --edge {built} DIR"),
        effect: "runs it as CloudFront would",
    },
};

/// What `hardtack export` writes around the function.
pub const EXPORT: Templates = Templates {
    terraform: include_str!("../export/main.tf"),
    cloudformation: include_str!("../export/template.yaml"),
    cdk: include_str!("../export/app.mjs"),
};

/// The function on viewer-request, for the same templates.
pub const PAGES: Templates = Templates {
    terraform: include_str!("../export/pages.tf"),
    cloudformation: include_str!("../export/pages.yaml"),
    cdk: include_str!("../export/pages.mjs"),
};

/// What the same templates tell of it at their end.
pub const PAGES_OUTPUT: Templates = Templates {
    terraform: "",
    cloudformation: include_str!("../export/pages-output.yaml"),
    cdk: include_str!("../export/pages-output.mjs"),
};

/// The log group of a function that logs, for the same templates: CloudFront would make one that keeps its lines for
/// ever.
pub const LOG_GROUP: Templates = Templates {
    terraform: include_str!("../export/logs.tf"),
    cloudformation: include_str!("../export/logs.yaml"),
    cdk: include_str!("../export/logs.mjs"),
};
