//! What the reader of a plan is told beside the steps.

use insta::assert_snapshot;

use crate::config::Config;
use crate::fake::site::config;

use super::*;

fn notes(desired: &DesiredState, observed: &Observed) -> String {
    let plan = deploy(desired, observed).unwrap();
    short(
        &plan
            .notes
            .iter()
            .map(|it| format!("{it}\n"))
            .collect::<String>(),
    )
}

#[test]
fn a_whole_site_needs_no_note() {
    assert_snapshot!(notes(&lambda("b1"), &site("default")), @"");
}

#[test]
fn behaviors_without_the_cookie_are_named() {
    assert_snapshot!(notes(&lambda("b1"), &site("default; /a/*; /b/*")), @"pages under `/a/*`, `/b/*` set no cookie; `--behavior PATTERN` or `--all` adds them");
}

#[test]
fn error_pages_run_no_function() {
    let mut observed = site("default");
    let pages = "<CustomErrorResponses><Quantity>3</Quantity><Items>\
        <CustomErrorResponse><ErrorCode>403</ErrorCode><ResponsePagePath>/index.html</ResponsePagePath>\
        <ResponseCode>200</ResponseCode></CustomErrorResponse>\
        <CustomErrorResponse><ErrorCode>404</ErrorCode><ResponsePagePath>/404.html</ResponsePagePath>\
        <ResponseCode>404</ResponseCode></CustomErrorResponse>\
        <CustomErrorResponse><ErrorCode>500</ErrorCode></CustomErrorResponse></Items></CustomErrorResponses>";
    observed.distribution.config = Config::parse(config("default", pages)).unwrap();
    assert_snapshot!(notes(&lambda("b1"), &observed), @"
    where the origin answers 403, CloudFront serves /index.html as 200 and runs no function: a visit that begins there gets its cookie on the next page only; to have it at once, map paths to files in a viewer-request or origin-request function, such as `--viewer-request` brings along
    the error page /404.html for 404 sets no cookie: CloudFront runs no function for it
    ");
}

#[test]
fn a_bucket_without_a_rewrite_is_noted() {
    let observed = site("default@bucket; /a/*@bucket: viewer-request=index; /b/*");
    let desired = DesiredState {
        behaviors: Selection::All,
        ..function("b1")
    };
    assert_snapshot!(notes(&desired, &observed), @"behavior `default` is served from an S3 bucket, and no function on its requests adds `index.html`: a path such as /about/ is an error there, and sets no cookie; `--via cloudfront-function --viewer-request clean-urls` adds one");
}

#[test]
fn behaviors_that_do_not_tell_the_country_are_named_where_it_counts() {
    let mut observed = site("default; /a/*; /b/*");
    let text = config("default; /a/*; /b/*", "");
    let told = |text: &str, pattern: &str, more: &str| {
        let path = format!("<PathPattern>{pattern}</PathPattern>");
        text.replace(&path, &format!("{path}{more}"))
    };
    let text = told(
        &text,
        "/a/*",
        "<OriginRequestPolicyId>33f36d7e-f396-46d9-90e0-52428a34d9dc</OriginRequestPolicyId>",
    );
    let text = told(
        &text,
        "/b/*",
        "<ForwardedValues><Headers><Quantity>1</Quantity><Items><Name>CloudFront-Viewer-Country</Name></Items></Headers></ForwardedValues>",
    );
    observed.distribution.config = Config::parse(text).unwrap();
    let mut desired = DesiredState {
        behaviors: Selection::All,
        ..function("b1")
    };
    assert_snapshot!(notes(&desired, &observed), @"");
    desired.countries = true;
    assert_snapshot!(notes(&desired, &observed), @"consent is required by country: unless a cache policy or origin request policy of your own names CloudFront-Viewer-Country in `default`, the country is unknown there, and consent is required everywhere; AWS's origin request policy AllViewerAndCloudFrontHeaders-2022-06 names it");
}

#[test]
fn what_is_replaced_or_wrapped_is_named() {
    let observed = site("default: viewer-response=theirs");
    let replace = DesiredState {
        existing: Existing::Replace,
        ..function("b1")
    };
    assert_snapshot!(notes(&replace, &observed), @"theirs is replaced; `hardtack remove` puts it back");
    let wrap = DesiredState {
        existing: Existing::Wrap,
        ..function("b1>theirs")
    };
    assert_snapshot!(notes(&wrap, &observed), @"theirs is wrapped: a copy of it runs first; when it changes, `hardtack deploy` copies it again; `hardtack remove` puts it back");
}

#[test]
fn a_wrapped_function_for_the_older_runtime_is_noted() {
    let mut desired = DesiredState {
        existing: Existing::Wrap,
        ..function("b1>theirs")
    };
    let wrapping = desired.artifacts.wrapping.values_mut();
    wrapping.for_each(|it| it.runtime = "cloudfront-js-1.0".to_string());
    assert_snapshot!(notes(&desired, &site("default: viewer-response=theirs")), @"
    theirs is wrapped: a copy of it runs first; when it changes, `hardtack deploy` copies it again; `hardtack remove` puts it back
    theirs was written for cloudfront-js-1.0; its copy runs on cloudfront-js-2.0
    ");
}

#[test]
fn regions_that_could_not_be_asked_are_named() {
    let mut observed = with_lambda("default", &["b1"]);
    let closed = LogGroup::Unknown("closed".to_string());
    observed.logs.insert("eu-west-1".to_string(), closed);
    assert_snapshot!(notes(&lambda("b1"), &observed), @"the log groups in eu-west-1 could not be read, and stay as they are");
}

#[test]
fn a_change_in_progress_is_noted() {
    let mut observed = site("default");
    observed.distribution.status = "InProgress".to_string();
    assert_snapshot!(notes(&lambda("b1"), &observed), @"an earlier change of the distribution is still being deployed; this one waits for it");
}
