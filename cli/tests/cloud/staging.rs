//! A continuous deployment: its staging distribution first, and then the other.

use insta::assert_snapshot;

use crate::deploy::Scene;
use crate::faults::SITE;
use crate::site::{function, with_function};

#[test]
fn a_staging_distribution_is_tried_first_where_that_is_asked_for() {
    let (scene, other) = staged();
    assert_snapshot!(scene.ok("deploy --yes --staging").replace(&other, "[STAGING]"), @"
    exit code: 0
    ----- stdout -----
    distribution [STAGING] (www.example.com), account 123456789012
      + role      hardtack-[ID]  for Lambda and Lambda@Edge to assume
      ~ rights    hardtack-[ID]  may write its own log, in every region
      + logs      /aws/lambda/us-east-1.hardtack-[ID]  kept for 30 days, in 2 regions
      + function  hardtack-[ID]  nodejs22.x, 128 MB, 5 s, [SIZE] bytes
      + version   hardtack-[ID]  hardtack [VERSION], policy [POLICY]
      + behavior  default  viewer-response: nothing -> the new version
    ----- stderr -----
    ok role hardtack-[ID] created
    ok rights of role hardtack-[ID] written
    ok logs kept for 30 days in 2 regions
    ok function hardtack-[ID] created
    ok version of hardtack-[ID] published
    ok distribution [STAGING] changed
    ");
    assert!(scene.emulator.config(&other).contains(&scene.version(1)));
    assert!(!scene.config().contains("LambdaFunctionARN"));

    scene.ok("deploy --yes");
    assert!(scene.config().contains(&scene.version(1)));
    assert_snapshot!(scene.ok("status").replace(&other, "[STAGING]"), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012, deployed at every edge
      default  hardtack-[ID]:1 hardtack [VERSION], policy [POLICY]
    staging distribution [STAGING] (www.example.com), account 123456789012, deployed at every edge
      default  hardtack-[ID]:1 hardtack [VERSION], policy [POLICY]
    ok matches hardtack.toml
    ");

    scene.ok("remove --yes");
    assert!(!scene.emulator.config(&other).contains("LambdaFunctionARN"));
    assert!(!scene.config().contains("LambdaFunctionARN"));
}

#[test]
fn a_staging_distribution_that_is_not_there_is_told() {
    assert_snapshot!(Scene::new(SITE).run("deploy --dry-run --staging"), @r#"
    exit code: 1
    ----- stderr -----
    error: distribution `[ID]` has no staging distribution
    hint: make one in the CloudFront console, under "Continuous deployment", or leave `--staging` out
    "#);
}

/// A distribution with a continuous deployment, which the emulator does not know: the proxy answers for it.
fn staged() -> (Scene, String) {
    staged_of(SITE, SITE)
}

fn staged_of(config: &str, staging: &str) -> (Scene, String) {
    let policy = "<ContinuousDeploymentPolicyId>policy-1</ContinuousDeploymentPolicyId></DistributionConfig>";
    let scene = Scene::new(&config.replace("</DistributionConfig>", policy));
    let (other, domain) = scene.emulator.distribution(staging);
    let answer = format!(
        "<ContinuousDeploymentPolicy><Id>policy-1</Id><ContinuousDeploymentPolicyConfig><StagingDistributionDnsNames>\
         <Quantity>1</Quantity><Items><DnsName>{domain}</DnsName></Items></StagingDistributionDnsNames>\
         <Enabled>true</Enabled></ContinuousDeploymentPolicyConfig></ContinuousDeploymentPolicy>"
    );
    let line = "GET /2020-05-31/continuous-deployment-policy/policy-1";
    scene.proxy.answer(line, &answer);
    (scene, other)
}

#[test]
fn the_product_is_kept_from_the_one_to_the_other_and_a_change_is_staged_first() {
    let (scene, other) = staged();
    scene.ok("deploy --yes --staging --via cloudfront-function");
    // Without a word on the product, it is the one that is being tried.
    scene.ok("deploy --yes");
    let ours = format!("function/hardtack-{}-1<", scene.id);
    let both = || [&scene.id, &other].map(|id| scene.emulator.config(id));
    assert!(
        both().iter().all(|config| config.contains(&ours)),
        "{:?}",
        both()
    );

    scene
        .bench
        .write("hardtack.toml", "cookie.max_age = \"100d\"\n");
    scene.ok("deploy --yes --staging");
    let newer = format!("function/hardtack-{}-2<", scene.id);
    let [live, tried] = both();
    assert!(
        live.contains(&ours) && tried.contains(&newer),
        "{live}{tried}"
    );
    // What visitors run is not deleted, however many are tried.
    for days in 101..105 {
        scene
            .bench
            .write("hardtack.toml", &format!("cookie.max_age = \"{days}d\"\n"));
        scene.ok("deploy --yes --staging");
    }
    assert!(both()[0].contains(&ours));
    let path = format!(
        "/2020-05-31/function/hardtack-{}-1/describe?Stage=LIVE",
        scene.id
    );
    let found = scene.emulator.call("GET", &path, &[], "");
    assert!(found.starts_with("HTTP/1.1 200"), "{found}");

    scene.ok("remove --yes");
    assert!(!both().concat().contains("FunctionARN"), "{:?}", both());
    assert!(scene.ok("remove --yes").contains("nothing to do"));
}

#[test]
fn what_was_replaced_comes_back_on_each_distribution() {
    let taken = |config: &str| {
        let theirs = function(
            "staged",
            "function handler(event) { return event.response; }",
            "",
        );
        with_function(config, &theirs, "viewer-response")
    };
    let (scene, other) = staged_of(&taken(SITE), &taken(SITE));
    let both = || [&scene.id, &other].map(|id| scene.emulator.config(id));
    let before = both();
    scene.ok("deploy --yes --staging --wrap");
    scene.ok("deploy --yes --replace");
    assert_ne!(both(), before);
    scene.ok("remove --yes");
    assert_eq!(both(), before);
}
