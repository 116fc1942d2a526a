//! What counts as tested: a site on which nothing was seen to work is not in order, and no fault stands beside a tick.

use hardtack_verify::{Probe, Report, RowResult, Verdict, html, json};

use crate::faults::{HOME, examined_by};
use crate::flaw::Flaw;

const REQUIRED: &str = "consent.from = [\"plain\"]\nconsent.required = \"everywhere\"";
const GRANTED: Option<&str> = Some("hardtack_consent=granted");

async fn report(flaw: Flaw, policy: &str, granted: Option<&str>) -> Report {
    examined_by(flaw, "/", policy, policy, HOME, (granted, None)).await
}

fn result(report: &Report, probe: Probe) -> Option<RowResult> {
    let row = report.rows.iter().find(|row| row.exchange.probe == probe);
    row.map(|row| row.result)
}

#[track_caller]
fn check(report: &Report, verdict: Verdict, tested: &[Probe], untested: &[Probe]) {
    assert_eq!(report.verdict(), verdict, "{:#?}", report.findings);
    for probe in tested {
        assert_eq!(result(report, *probe), Some(RowResult::Passed), "{probe}");
    }
    for probe in untested {
        let is_unsent = report
            .unsent_probes
            .iter()
            .any(|(unsent, _)| unsent == probe);
        let is_vacuous = matches!(result(report, *probe), Some(RowResult::NotTested(_)));
        assert!(is_unsent || is_vacuous, "{probe}");
    }
    let [passed, failed, not_tested] = report.checks();
    let all = report.rows.len() + report.failed_probes.len() + report.unsent_probes.len();
    assert_eq!(passed + failed + not_tested, all);
}

#[tokio::test]
async fn before_consent_nothing_is_seen_to_work() {
    let untested = [
        Probe::New,
        Probe::Returning,
        Probe::Frame,
        Probe::Bot,
        Probe::ConsentGranted,
    ];
    for flaw in [Flaw::NoFunction, Flaw::None] {
        let report = report(flaw, REQUIRED, None).await;
        check(&report, Verdict::NothingSeen, &[], &untested);
        assert_eq!(report.checks()[0], 0, "{flaw:?}");
        assert!(report.advice().contains("--granted"), "{}", report.advice());
    }
}

#[tokio::test]
async fn with_consent_everything_is_tested() {
    let report = report(Flaw::None, REQUIRED, GRANTED).await;
    let tested = [
        Probe::New,
        Probe::Returning,
        Probe::SecondPage,
        Probe::Frame,
        Probe::Bot,
    ];
    check(
        &report,
        Verdict::Works,
        &tested,
        &[Probe::ConsentDenied, Probe::Withdrawn],
    );
    let sends = |row: &&hardtack_verify::Row| {
        let mut headers = row.exchange.request_headers.iter();
        headers.any(|(_, value)| value.contains("hardtack_consent=granted"))
    };
    assert!(report.rows.iter().filter(sends).count() > 12);
}

#[tokio::test]
async fn a_site_behind_a_consent_wall_is_examined_with_consent() {
    for flaw in [Flaw::ConsentWall, Flaw::ConsentDoor] {
        let report = report(flaw, REQUIRED, GRANTED).await;
        assert_eq!(report.other_site, None);
        let tested = [
            Probe::New,
            Probe::Returning,
            Probe::SecondPage,
            Probe::Asset,
        ];
        check(&report, Verdict::Works, &tested, &[]);
    }
}

#[tokio::test]
async fn a_clean_site_without_consent_has_nothing_to_say_about_it() {
    let report = report(Flaw::None, "", None).await;
    check(
        &report,
        Verdict::Works,
        &[Probe::Returning, Probe::Asset],
        &[Probe::Redirect],
    );
    let about_consent = [
        Probe::ConsentGranted,
        Probe::ConsentDenied,
        Probe::Withdrawn,
    ];
    assert!(
        !report
            .unsent_probes
            .iter()
            .any(|(probe, _)| about_consent.contains(probe))
    );
}

#[tokio::test]
async fn excluded_pages_are_not_seen_to_work() {
    let report = report(Flaw::None, "scope.exclude = [\"/*\"]", None).await;
    check(
        &report,
        Verdict::NothingSeen,
        &[],
        &[Probe::Returning, Probe::Prefetch],
    );
}

#[tokio::test]
async fn without_a_returning_visitor_the_cookie_is_not_said_to_work() {
    for flaw in [Flaw::DropsReturning, Flaw::SendsReturningAway] {
        let report = report(flaw, "", None).await;
        assert_eq!(report.findings, [], "{flaw:?}");
        check(&report, Verdict::Incomplete, &[Probe::New], &[]);
        let advice = report.advice();
        assert!(advice.contains("`returning visitor`"), "{advice}");
        assert_eq!(json(&report)["verdict"], "incomplete");
    }
    let mut report = report(Flaw::None, "", None).await;
    report
        .rows
        .retain(|row| row.exchange.probe != Probe::Returning);
    let late = (Probe::Returning, "`--deadline` was over");
    report.unsent_probes.push(late);
    assert_eq!(report.verdict(), Verdict::Incomplete);
    assert!(report.advice().contains("--deadline"));
}

#[tokio::test]
async fn a_failed_probe_is_never_a_cookie_that_works() {
    let mut report = report(Flaw::None, "", None).await;
    assert_eq!(report.verdict(), Verdict::Works);
    report.failed_probes.push((Probe::Bot, "reset".to_string()));
    assert_eq!(report.verdict(), Verdict::Incomplete);
}

#[tokio::test]
async fn a_withdrawal_that_leaves_the_cookie_is_a_failed_check() {
    let answers = (GRANTED, Some("hardtack_consent=denied"));
    let flaw = Flaw::ForgetsHostOnly;
    let report = examined_by(flaw, "/", REQUIRED, REQUIRED, HOME, answers).await;
    assert_eq!(result(&report, Probe::Withdrawn), Some(RowResult::Failed));
}

#[tokio::test]
async fn no_tick_stands_beside_a_fault() {
    let shared = report(Flaw::OneIdForAll, "", None).await;
    assert_eq!(result(&shared, Probe::Another), Some(RowResult::Failed));
    let cached = report(Flaw::PublicCache, "", None).await;
    assert_eq!(result(&cached, Probe::New), Some(RowResult::Failed));
    let lost = report(Flaw::ReplacesSetCookie, "", None).await;
    assert_eq!(result(&lost, Probe::New), Some(RowResult::Failed));
    let plain = report(Flaw::PlainServes, "", None).await;
    assert_eq!(result(&plain, Probe::PlainHttp), Some(RowResult::Failed));
}

#[tokio::test]
async fn a_cookie_with_a_fault_is_a_failed_check_wherever_it_is_set() {
    let flaws = [
        Flaw::DomainIsSuffix,
        Flaw::DomainTooNarrow,
        Flaw::SameSiteNoneInsecure,
        Flaw::NotSecure,
        Flaw::Session,
        Flaw::SevenDays,
        Flaw::PathTooNarrow,
        Flaw::SetTwice,
    ];
    for flaw in flaws {
        let report = report(flaw, "", None).await;
        for row in report
            .rows
            .iter()
            .filter(|row| row.observed.set().is_some())
        {
            let probe = row.exchange.probe;
            assert_eq!(row.result, RowResult::Failed, "{flaw:?}: {probe}");
        }
        let [_, failed, _] = report.checks();
        assert!(failed > 2, "{flaw:?}: {failed} failed");
        assert_eq!(json(&report)["failed"], failed, "{flaw:?}");
    }
}

#[tokio::test]
async fn both_forms_of_the_report_say_the_same() {
    let mut report = report(Flaw::None, REQUIRED, None).await;
    report.policy.name = "<site>.toml".to_string();
    report.policy.hash = Some("0123456789abcdef".to_string());
    let (page, data) = (html(&report), json(&report));
    assert_eq!(data["verdict"], "nothing_seen");
    assert_eq!(data["passed"], 0);
    assert_eq!(data["policy"]["hash"], "0123456789abcdef");
    let wanted = [
        "Nothing was seen to work",
        "&lt;site&gt;.toml",
        "0123456789abcdef",
        "not tested: ",
    ];
    for words in wanted {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("✓"), "a tick where nothing was tested");
}
