//! The report has the inspector's colours.

const REPORT: &str = include_str!("../../src/report/report.css");
const INSPECTOR: &str = include_str!("../../../server/src/inspector/page/page.css");

/// Everything from the first variable to the first rule that is not about variables.
fn palette(css: &str) -> &str {
    let begin = css.find(":root").unwrap();
    let end = css.find("* { box-sizing").unwrap();
    &css[begin..end]
}

#[test]
fn the_report_and_the_inspector_have_one_palette() {
    assert_eq!(
        palette(REPORT),
        palette(INSPECTOR),
        "copy the variables from one to the other"
    );
}
