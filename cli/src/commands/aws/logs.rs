//! `hardtack logs`: the function's lines of all regions, merged by time.

use std::collections::HashSet;
use std::io::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hardtack_aws::{Client, LogEvent, LogSearch};
use hardtack_cloudfront::regions::SEARCH_REGIONS;
use serde_json::{Value, json};

use super::args::Logs;
use super::connect::{block_on, client, distribution};
use super::errors;
use crate::error::Error;
use crate::output::{FAINT, JSON_SCHEMA, LITERAL, Output, visible};

/// CloudWatch shows a line some time after it was written, in milliseconds; `--follow` still finds a line that is so
/// late.
const MAX_DELAY: i64 = 120_000;
const PAUSE: Duration = Duration::from_secs(3);

/// Runs the command.
pub(crate) fn logs(args: &Logs, output: &Output) -> Result<(), Error> {
    block_on(run(args, output))
}

async fn run(args: &Logs, output: &Output) -> Result<(), Error> {
    let client = client(&args.connection).await;
    // Without this, a misspelled distribution would look like one without logs.
    distribution(&client, &args.connection).await?;
    let regions = match &args.regions[..] {
        [] => SEARCH_REGIONS.map(str::to_string).to_vec(),
        some => some.to_vec(),
    };
    let back = i64::try_from(args.since.as_millis()).unwrap_or(i64::MAX);
    let mut since = now().saturating_sub(back).max(0);
    let mut seen = HashSet::new();
    let mut is_first = true;
    loop {
        let found = search(&client, args, &regions, since, is_first, output).await?;
        let new: Vec<_> = found
            .events
            .iter()
            .filter(|it| seen.insert((*it).clone()))
            .collect();
        print(&new, output)?;
        if is_first && found.events.is_empty() && !args.follow {
            output.remark(format_args!(
                "no lines in {} regions; `signals.log = true` in the policy writes one for each decision",
                regions.len()
            ));
        }
        if !args.follow {
            return Ok(());
        }
        is_first = false;
        since = since.max(now().saturating_sub(MAX_DELAY));
        seen.retain(|event| event.time >= since);
        tokio::time::sleep(PAUSE).await;
    }
}

/// Searches all regions. That some are closed to the account is reported once; that all are is an error.
async fn search(
    client: &Client,
    args: &Logs,
    regions: &[String],
    since: i64,
    is_first: bool,
    output: &Output,
) -> Result<LogSearch, Error> {
    let mut answered = 0;
    let on_answer = |region: &str| {
        answered += 1;
        if is_first {
            output.progress(format_args!(
                "{FAINT}searched {answered} of {} regions ({region}){FAINT:#}",
                regions.len()
            ));
        }
    };
    let id = &args.connection.distribution;
    let found = client.search_logs(id, regions, since, on_answer).await;
    output.progress("");
    match found.errors.first() {
        Some(error) if found.errors.len() == regions.len() => Err(errors::call_error(error)),
        Some(_) if is_first => {
            for error in &found.errors {
                output.warning(format_args!("{} was not searched: {error}", error.region));
            }
            Ok(found)
        }
        _ => Ok(found),
    }
}

fn print(events: &[&LogEvent], output: &Output) -> Result<(), Error> {
    let mut stdout = output.stdout();
    for event in events {
        let written = match output.wants_json() {
            true => writeln!(stdout, "{}", in_json(event)),
            false => writeln!(
                stdout,
                "{FAINT}{}{FAINT:#}  {LITERAL}{:<14}{LITERAL:#}  {}",
                event.timestamp(),
                event.region,
                visible(&event.message)
            ),
        };
        written.map_err(|cause| Error::io("cannot print", &cause))?;
    }
    stdout
        .flush()
        .map_err(|cause| Error::io("cannot print", &cause))
}

/// A line that is JSON itself stays JSON.
fn in_json(event: &LogEvent) -> Value {
    let message = serde_json::from_str(&event.message).unwrap_or_else(|_| json!(event.message));
    json!({
        "schema": JSON_SCHEMA,
        "time": event.timestamp(),
        "region": event.region,
        "group": event.group,
        "message": message,
    })
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |time| {
        i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
    })
}
