//! Shows a plan, asks, and does it.

use std::time::Duration;

use hardtack_aws::plan::{Artifacts, Plan};
use hardtack_aws::{Client, Stop, Told, apply, wait_deployed};
use serde_json::{Value, json};

use super::{show, trouble};
use crate::error::Error;
use crate::output::{FAINT, GOOD, Output};

/// How long a change of a distribution may take; a quarter of an hour is usual at worst.
const PATIENCE: Duration = Duration::from_secs(2400);
/// What one usually takes, for the bar.
const USUALLY: u32 = 50;
const BAR: usize = 24;

/// What becomes of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Consent {
    /// It is shown only.
    DryRun,
    /// It is done at once.
    Given,
    /// It is done if someone says yes.
    Ask,
}

impl Consent {
    pub(super) const fn of(dry_run: bool, yes: bool) -> Self {
        match (dry_run, yes) {
            (true, _) => Self::DryRun,
            (_, true) => Self::Given,
            _ => Self::Ask,
        }
    }
}

/// Shows a plan and finds out whether it is to be done.
pub(super) fn agreed(plan: &Plan, consent: Consent, output: &Output) -> Result<bool, Error> {
    if output.wants_json() {
        if consent == Consent::DryRun {
            output.json(&in_json(plan, false))?;
        }
    } else if !output.is_quiet() {
        output.data(show::plan(plan).trim_end())?;
    }
    for note in &plan.notes {
        output.remark(note);
    }
    if plan.steps.is_empty() {
        return Ok(false);
    }
    match consent {
        Consent::DryRun => Ok(false),
        Consent::Given => Ok(true),
        Consent::Ask => match output.asks("Do it?")? {
            true => Ok(true),
            false => Err(Error::usage("nothing was changed: nobody said yes")
                .hint("`--yes` does it without asking, `--dry-run` only shows it")),
        },
    }
}

/// Does a plan, and tells how it goes.
pub(super) async fn done(
    client: &Client,
    plan: &Plan,
    artifacts: Option<&Artifacts>,
    output: &Output,
) -> Result<(), Stop> {
    let mut tell = |told: Told<'_>| tell(output, &told);
    let result = apply(client, plan, artifacts, &mut tell).await;
    output.progress("");
    result
}

/// Waits until the edges have a change.
pub(super) async fn waited(client: &Client, plan: &Plan, output: &Output) -> Result<(), Error> {
    let mut tell = |told: Told<'_>| tell(output, &told);
    let result = wait_deployed(client, &plan.distribution, PATIENCE, &mut tell).await;
    output.progress("");
    result.map_err(|stop| trouble::stop(&stop))?;
    output.note(format_args!("{GOOD}ok{GOOD:#} deployed at every edge"));
    Ok(())
}

/// A plan, and what became of it.
pub(super) fn in_json(plan: &Plan, is_done: bool) -> Value {
    let mut value = serde_json::to_value(plan).unwrap_or_default();
    value["done"] = json!(is_done);
    value
}

fn tell(output: &Output, told: &Told<'_>) {
    match told {
        Told::Begins(step) => {
            output.progress(format_args!("{FAINT}… {}{FAINT:#}", show::title(step)))
        }
        Told::Done(step) => {
            output.progress("");
            output.note(format_args!("{GOOD}ok{GOOD:#} {}", show::title(step)));
        }
        Told::Waits(what, looks) => {
            output.progress(format_args!("{} waiting for {what}", bar(*looks)));
        }
        Told::Warns(text) => {
            output.progress("");
            output.warning(text);
        }
    }
}

/// A bar that fills in the usual time, and never quite before the end: AWS tells no part of the way.
fn bar(looks: u32) -> String {
    let part = f64::from(looks) / f64::from(looks + USUALLY / 3);
    let full = "#".repeat((part * BAR as f64) as usize);
    format!("[{full:<BAR$}]")
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn a_bar_fills_and_never_overflows() {
        assert_eq!(bar(0), "[                        ]");
        assert_eq!(bar(16), "[############            ]");
        assert_eq!(bar(u32::MAX / 2).len(), 26);
    }
}
