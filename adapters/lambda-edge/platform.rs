//! Lambda@Edge as a platform: a zip to upload.

use hardtack_cloudfront::headers;
use hardtack_cloudfront::javascript::without_comments;
use hardtack_platform::Answer::Cannot;
use hardtack_platform::{
    Answers, BakedPolicy, File, NextStep, Packing, Platform, ScopeAnswers, SignalAnswers, Templates,
};

use crate::js::{engine, host, module};

/// AWS Lambda@Edge.
pub const PLATFORM: Platform = Platform {
    name: "lambda-edge",
    about: "AWS Lambda@Edge, viewer-response: a zip",
    packing: Packing::Zip(files),
    next: |built| NextStep {
        command: format!("hardtack serve --edge {built} DIR"),
        effect: "runs it as CloudFront would",
    },
    answers: Answers {
        scope: ScopeAnswers {
            error_pages: Cannot {
                when: |settings| settings.scope.error_pages,
                why: "CloudFront runs no viewer-response function for status 400 and above",
                hint: "leave `error_pages` out",
            },
            ..Answers::CORE.scope
        },
        signals: SignalAnswers {
            response_header: Cannot {
                when: |settings| {
                    let header = settings.signals.response_header.as_deref();
                    header.is_some_and(headers::refuses)
                },
                why: "CloudFront answers with an error where a function adds this header",
                hint: "choose a name that nothing else uses, such as \"x-visitor\"",
            },
            request_header: Cannot {
                when: |settings| settings.signals.request_header.is_some(),
                why: "the origin has answered before a viewer-response function runs, and gets what clients send under \
                      this name",
                hint: "leave `request_header` out, and let the origin trust no such header",
            },
            ..Answers::CORE.signals
        },
        ..Answers::CORE.without_countries(
            "CloudFront does not tell viewer-response functions of Lambda@Edge the country",
            "use a CloudFront Function, which learns it (`--via cloudfront-function`, or `hardtack build \
             cloudfront-function`), or write `required = \"everywhere\"`",
        )
    },
};

/// What `hardtack export` writes around the zip.
pub const EXPORT: Templates = Templates {
    terraform: include_str!("export/main.tf"),
    cloudformation: include_str!("export/template.yaml"),
    cdk: include_str!("export/app.mjs"),
};

/// The files of its zip.
pub fn files(baked: &BakedPolicy) -> Vec<File> {
    vec![
        baked.fill("index.mjs", include_str!("templates/index.mjs")),
        engine(),
        without_its_comments(host()),
        without_its_comments(module("lambda-edge.mjs", include_str!("lambda-edge.mjs"))),
    ]
}

/// A module as short as can be, for where nobody reads it and every byte is loaded at a cold start.
fn without_its_comments(file: File) -> File {
    let source = String::from_utf8_lossy(&file.bytes);
    let bytes = without_comments(&source).into_bytes().into();
    File { bytes, ..file }
}

#[cfg(test)]
mod tests {
    use hardtack::{Required, Settings};
    use hardtack_cloudfront::headers::{HIDDEN, HIDDEN_PREFIXES, READ_ONLY};
    use hardtack_cloudfront::javascript::{Kind, tokens, without_comments};

    use super::PLATFORM;

    const ADAPTER: &str = include_str!("lambda-edge.mjs");

    #[test]
    fn the_modules_that_are_packed_keep_all_but_comments() {
        for source in [include_str!("../js/host.mjs"), ADAPTER] {
            let short = without_comments(source);
            let words = |source| {
                let all = tokens(source).into_iter();
                let spoken = all.filter(|token| token.kind != Kind::Comment);
                spoken.map(|token| token.text).collect::<Vec<_>>()
            };
            assert_eq!(words(source), words(&short));
            assert!(short.len() < source.len());
            assert_eq!(without_comments(&short), short);
        }
    }

    /// The adapter's expression has the names of a family in one: `x-accel-.*`.
    #[test]
    fn the_adapter_keeps_from_the_headers_that_cloudfront_forbids() {
        let (_, rest) = ADAPTER.split_once("const FORBIDDEN =\n  /^(?:").unwrap();
        let (names, _) = rest.split_once(")$/;").unwrap();
        let names: Vec<_> = names.split('|').collect();
        let is_forbidden = |header: &str| {
            names.iter().any(|name| match name.strip_suffix(".*") {
                Some(prefix) => header.starts_with(prefix),
                None => header == *name,
            })
        };
        for header in HIDDEN.iter().chain(&HIDDEN_PREFIXES).chain(&READ_ONLY) {
            assert!(is_forbidden(header), "{header}");
        }
        for name in names {
            let stem = name.trim_end_matches(".*");
            let mut known = HIDDEN.iter().chain(&HIDDEN_PREFIXES).chain(&READ_ONLY);
            assert!(known.any(|header| header.starts_with(stem)), "{name}");
        }
    }

    #[test]
    fn the_page_lists_the_headers_that_functions_may_not_touch() {
        let page = include_str!("README.md").to_ascii_lowercase();
        for header in READ_ONLY {
            assert!(page.contains(&format!("`{header}`")), "{header}");
        }
    }

    #[test]
    fn what_cloudfront_does_not_do_is_refused() {
        let mut settings = Settings::default();
        assert_eq!(PLATFORM.answers.refusals(&settings).count(), 0);
        settings.scope.error_pages = true;
        settings.signals.response_header = Some("Via".to_string());
        settings.signals.request_header = Some("x-visitor".to_string());
        settings.consent.required = Required::Everywhere;
        let keys: Vec<_> = PLATFORM
            .answers
            .refusals(&settings)
            .map(|refusal| refusal.key)
            .collect();
        assert_eq!(
            keys,
            [
                "scope.error_pages",
                "signals.response_header",
                "signals.request_header"
            ]
        );
        let mut settings = Settings::default();
        settings.consent.required = Required::In(vec!["EEA".to_string()]);
        let mut refusals = PLATFORM.answers.refusals(&settings);
        assert_eq!(refusals.next().unwrap().key, "consent.required");
    }
}
