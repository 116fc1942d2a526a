//! What each exchange says about the site: a check that nothing could fail is not a check that passed.

use std::collections::HashSet;

use hardtack::{Outcome, Policy, Reason};

use super::{attributes, caches, decisions, origin};
use crate::probe::Probe;
use crate::report::{Row, RowResult};

/// Marks every row as passed, failed or not tested.
pub(super) fn mark(rows: &mut [Row], policy: &Policy) {
    let given = attributes::given(rows);
    let loses_others = !origin::lost(rows, policy).is_empty();
    let opens = decisions::opens_with_consent(rows);
    let is_seen = rows.iter().any(Row::is_seen_to_work);
    let mut ids = HashSet::new();
    for row in rows {
        let is_shared = is_new_visitor(row) && gets_the_id_of_another(row, &mut ids);
        row.result = match () {
            () if !row.agrees || is_shared || has_another_fault(row, opens) => RowResult::Failed,
            () if attributes::is_faulty(row, given.as_ref(), policy) => RowResult::Failed,
            () if loses_others && origin::is_compared(row) => RowResult::Failed,
            () => passed(row, is_seen),
        };
    }
}

/// Whether a later check finds a fault of this exchange, whatever it does with the cookie.
fn has_another_fault(row: &Row, opens: bool) -> bool {
    let (probe, status) = (row.exchange.probe, row.exchange.status);
    let fails = decisions::page_fails(row, opens);
    let is_plain_page = probe == Probe::PlainHttp && (200..300).contains(&status);
    fails || is_plain_page || caches::leak(row).is_some()
}

fn is_new_visitor(row: &Row) -> bool {
    row.expected.makes_an_id()
}

fn gets_the_id_of_another(row: &Row, ids: &mut HashSet<String>) -> bool {
    let set = row.observed.set();
    set.is_some_and(|set| !ids.insert(set.value.clone()))
}

fn passed(row: &Row, is_seen: bool) -> RowResult {
    let expected = &row.expected;
    // The response agrees, so it set what was expected.
    if expected.sets() {
        return RowResult::Passed;
    }
    let is_skipped = expected.outcome == Outcome::Skipped;
    match (
        is_skipped && row.exchange.probe.expects_an_id(),
        expected.reason,
    ) {
        (true, Reason::ConsentPending) => RowResult::NotTested(CONSENT),
        (true, reason) => RowResult::NotTested(reason.sentence()),
        (false, _) if !is_seen => RowResult::NotTested(NOTHING_SEEN),
        (false, _) => RowResult::Passed,
    }
}

/// Short, because it stands beside many checks.
const CONSENT: &str = "it takes consent: `--granted`";
/// So that none came here says nothing.
const NOTHING_SEEN: &str = "no cookie came anywhere";
