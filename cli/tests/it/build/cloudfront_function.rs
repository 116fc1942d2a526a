//! `hardtack build cloudfront-function`

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use insta::assert_snapshot;

use super::built;
use crate::sandbox::{Sandbox, run};

/// The output of the command without sizes and digests, which change with the source.
#[test]
fn a_policy_becomes_a_cloudfront_function() {
    let sandbox = Sandbox::with("hardtack.secret", &"5e".repeat(32));
    fs::set_permissions(
        sandbox.path("hardtack.secret"),
        fs::Permissions::from_mode(0o600),
    )
    .unwrap();
    let line =
        "build cloudfront-function --host www.example.com --minify --viewer-request clean-urls";
    assert_snapshot!(built(&sandbox, line), @"
    exit code: 0
    ----- stdout -----
    wrote dist/cloudfront-function.js, 2 files, [SIZE] bytes
    policy 89b438fa0c0bcb24 from the defaults, Domain=example.com
    ----- stderr -----
    hint: `hardtack serve --edge dist/cloudfront-function.js DIR` runs it as CloudFront would
    ");
    let text = sandbox.read("dist/cloudfront-function.js");
    assert!(
        text.contains(&"5e".repeat(32)) && text.len() < 6144,
        "{text}"
    );
    assert!(
        sandbox
            .read("dist/cloudfront-function-request.js")
            .contains("index.html")
    );
}

#[test]
fn the_secret_is_made_once_for_its_owner_alone_and_never_printed() {
    let sandbox = Sandbox::new();
    let line = "build cloudfront-function --host www.example.com -v";
    let shown = [sandbox.run(line), sandbox.run(line)];
    let secret = sandbox.read("hardtack.secret");
    assert_eq!(secret.trim().len(), 64);
    assert!(shown[0].contains("made a secret") && !shown[1].contains("made a secret"));
    assert!(!shown.concat().contains(secret.trim()));
    let mode = fs::metadata(sandbox.path("hardtack.secret"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_function_that_cloudfront_would_not_run_is_refused_with_its_places() {
    let sandbox = Sandbox::with(
        "theirs.js",
        "function handler(event) {\n  return event?.response;\n}\n",
    );
    assert_snapshot!(sandbox.run("build cloudfront-function --host www.example.com --wrap theirs.js"), @"
    exit code: 3
    ----- stderr -----
    error: CloudFront would not run `theirs.js`
      caused by: line 2, column 15: the operator `?.` is not supported
    hint: runtime cloudfront-js-2.0 takes ECMAScript 5.1 and some of what came later; see adapters/cloudfront-function/README.md
    ");
}

#[test]
fn a_function_that_is_too_long_with_comments_is_written_without_them() {
    let policy = "[consent]\nrequired = [\"EEA\"]\nfrom = [\"didomi\"]\n";
    let sandbox = Sandbox::with("hardtack.toml", policy);
    let shown = sandbox.run("build cloudfront-function --host www.example.com");
    assert!(shown.contains("written as with --minify"), "{shown}");
    let text = sandbox.read("dist/cloudfront-function.js");
    assert!(text.len() <= 10_240 && !text.contains("function decide"));
}

#[test]
fn a_function_that_is_too_long_lists_the_size_of_each_feature() {
    let policy = "[consent]\nrequired = [\"EEA\"]\nfrom = [\"tcf\", \"gpp\", \"didomi\", \"cookiebot\", \"onetrust\"]\n[signals]\nlog = true\n[adopt]\nfrom = [\"_ga\"]\nderive = true\n";
    let sandbox = Sandbox::with("hardtack.toml", policy);
    let shown = sandbox.run("build cloudfront-function --host www.example.com --minify");
    assert!(shown.contains("and CloudFront takes 10240"), "{shown}");
    assert!(shown.contains("consent.from `gpp` takes "), "{shown}");
    assert!(shown.contains("hint: do without "), "{shown}");
}

#[test]
fn a_cookie_name_that_javascript_reserves_is_refused() {
    let sandbox = Sandbox::with("hardtack.toml", "[cookie]\nname = \"toString\"\n");
    assert_snapshot!(sandbox.run("build cloudfront-function --host www.example.com"), @"
    exit code: 3
    ----- stderr -----
    error: cookie.name is not possible on cloudfront-function
      caused by: every object in JavaScript has something of this name, so that no cookie can be told from it
    hint: choose another name
    ");
}

#[test]
fn options_of_another_platform_are_refused() {
    assert_snapshot!(run("build lambda-edge --host www.example.com --minify"), @"
    exit code: 2
    ----- stderr -----
    error: `--minify` is for cloudfront-function
    hint: leave it out
    ");
    assert_snapshot!(run("build fetch --host www.example.com --secret other.secret"), @"
    exit code: 2
    ----- stderr -----
    error: `--secret` is for cloudfront-function
    hint: leave it out
    ");
}
