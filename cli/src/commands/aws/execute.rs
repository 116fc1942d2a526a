//! Shows a plan, asks for confirmation, and executes it.

use std::time::Duration;

use hardtack_aws::plan::{Artifacts, Plan};
use hardtack_aws::{ApplyError, Client, Progress, apply, wait_deployed};
use serde_json::{Value, json};

use super::{errors, show};
use crate::error::Error;
use crate::output::{FAINT, GOOD, Output};

/// How long a change of a distribution may take; a quarter of an hour is usual at worst.
const DEPLOY_TIMEOUT: Duration = Duration::from_secs(2400);
/// How many polls one usually takes, for the bar.
const USUAL_POLLS: u32 = 50;
const BAR: usize = 24;

/// Whether a plan is executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Confirmation {
    /// No: it is only shown.
    DryRun,
    /// Yes, without a question.
    Given,
    /// If the user confirms it.
    Ask,
}

impl Confirmation {
    pub(super) const fn of(dry_run: bool, yes: bool) -> Self {
        match (dry_run, yes) {
            (true, _) => Self::DryRun,
            (_, true) => Self::Given,
            _ => Self::Ask,
        }
    }
}

/// Shows a plan and finds out whether to execute it.
pub(super) fn confirmed(
    plan: &Plan,
    confirmation: Confirmation,
    output: &Output,
) -> Result<bool, Error> {
    if output.wants_json() {
        if confirmation == Confirmation::DryRun {
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
    match confirmation {
        Confirmation::DryRun => Ok(false),
        Confirmation::Given => Ok(true),
        Confirmation::Ask => match output.asks("Apply this plan?")? {
            true => Ok(true),
            false => Err(
                Error::usage("nothing was changed: the plan was not confirmed")
                    .hint("`--yes` does it without asking, `--dry-run` only shows it"),
            ),
        },
    }
}

/// Executes a plan, and reports progress.
pub(super) async fn execute(
    client: &Client,
    plan: &Plan,
    artifacts: Option<&Artifacts>,
    output: &Output,
) -> Result<(), ApplyError> {
    let mut report = |progress: Progress<'_>| report(output, &progress);
    let result = apply(client, plan, artifacts, &mut report).await;
    output.progress("");
    result
}

/// Waits until the edges have a change.
pub(super) async fn wait(client: &Client, plan: &Plan, output: &Output) -> Result<(), Error> {
    let mut report = |progress: Progress<'_>| report(output, &progress);
    let result = wait_deployed(client, &plan.distribution, DEPLOY_TIMEOUT, &mut report).await;
    output.progress("");
    result.map_err(|error| errors::apply_error(&error))?;
    output.note(format_args!("{GOOD}ok{GOOD:#} deployed at every edge"));
    Ok(())
}

/// A plan, and whether it was executed.
pub(super) fn in_json(plan: &Plan, is_done: bool) -> Value {
    let mut value = serde_json::to_value(plan).unwrap_or_default();
    value["done"] = json!(is_done);
    value
}

fn report(output: &Output, progress: &Progress<'_>) {
    match progress {
        Progress::Started(step) => {
            output.progress(format_args!("{FAINT}… {}{FAINT:#}", show::title(step)))
        }
        Progress::Finished(step) => {
            output.progress("");
            output.note(format_args!("{GOOD}ok{GOOD:#} {}", show::title(step)));
        }
        Progress::Waiting { on, polls } => {
            output.progress(format_args!("{} waiting for {on}", bar(*polls)));
        }
        Progress::Warning(text) => {
            output.progress("");
            output.warning(text);
        }
    }
}

/// A bar that fills in the usual time, and never quite before the end: AWS reports no percentage.
fn bar(polls: u32) -> String {
    let part = f64::from(polls) / f64::from(polls + USUAL_POLLS / 3);
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
