//! The tables of probes and faults in docs/verify.md are up to date.

use std::fmt::Write as _;

use hardtack_verify::{Fault, Probe};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/verify.md");
const MARK: &str = "HARDTACK_UPDATE=1 cargo test -p hardtack-verify page`. -->\n";

fn tables() -> String {
    let mut tables = String::from("\n## All faults\n\n");
    tables += "Errors lose or mix up visitors, or break the policy; warnings lose some visitors sooner than necessary; notes\n\
               are worth knowing. For each fault the report says what was observed, why it matters, and how to fix it.\n\n";
    tables += "| fault | | what | why it matters |\n|---|---|---|---|\n";
    for fault in Fault::ALL {
        let (word, severity) = (fault.word(), fault.severity().word());
        let (title, why) = (fault.title(), fault.why());
        let _ = writeln!(tables, "| `{word}` | {severity} | {title} | {why} |");
    }
    tables += "\n## All probes\n\n| probe | what is sent |\n|---|---|\n";
    for probe in Probe::ALL {
        let _ = writeln!(tables, "| `{}` | {} |", probe.word(), probe.title());
    }
    tables
}

#[test]
fn the_page_lists_every_fault_and_every_probe() {
    let found = std::fs::read_to_string(PAGE).unwrap();
    let (before, _) = found.split_once(MARK).unwrap();
    let page = format!("{before}{MARK}{}", tables());
    if std::env::var_os("HARDTACK_UPDATE").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    let stale = "docs/verify.md is stale: run `HARDTACK_UPDATE=1 cargo test -p hardtack-verify page` to renew it";
    assert!(std::fs::read_to_string(PAGE).unwrap() == page, "{stale}");
}
