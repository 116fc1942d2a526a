//! The access log: one line on stdout for each decision, written by a separate thread.
//!
//! No response waits for the log: if lines arrive faster than they can be written, some are dropped and counted.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use anstyle::Style;
use hardtack::Outcome;
use hardtack_cloudfront::local::EdgeOutcome;
use hardtack_server::{AccessLog, EdgeRun};
use hardtack_tower::Decided;
use serde_json::json;

use crate::output::{BAD, CAUTION, FAINT, GOOD, LITERAL, Output, visible};

/// How many lines may wait to be written.
const QUEUE_LEN: usize = 1 << 16;

/// Receives decisions from the workers.
#[derive(Debug)]
pub(crate) struct Lines {
    json: bool,
    lines: SyncSender<String>,
    dropped: AtomicU64,
}

/// Writes the remaining lines when it is dropped; the [`Lines`] must be dropped before.
#[derive(Debug)]
pub(crate) struct Writer(Option<JoinHandle<()>>);

/// Starts the thread; `None` with `--quiet`.
pub(crate) fn start(output: &Output) -> Option<(Arc<Lines>, Writer)> {
    if output.is_quiet() {
        return None;
    }
    let (lines, waiting) = sync_channel(QUEUE_LEN);
    let stdout = output.stdout();
    let thread = thread::Builder::new()
        .name("access-log".to_string())
        .spawn(move || write(&waiting, stdout))
        .ok();
    let lines = Lines {
        json: output.wants_json(),
        lines,
        dropped: AtomicU64::new(0),
    };
    Some((Arc::new(lines), Writer(thread)))
}

impl AccessLog for Lines {
    fn record(&self, decided: &Decided<'_>) {
        let line = if self.json {
            decided.log_line().to_string()
        } else {
            text(decided)
        };
        self.write(line);
    }

    fn ran(&self, run: &EdgeRun<'_>) {
        self.write(if self.json {
            run_json(run)
        } else {
            run_text(run)
        });
    }
}

impl Lines {
    fn write(&self, line: String) {
        if self.lines.try_send(line).is_err() && self.dropped.fetch_add(1, Ordering::Relaxed) == 0 {
            tracing::warn!("the access log cannot be written fast enough: lines are dropped");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take() {
            // A panic of the thread has been reported already.
            let _ = thread.join();
        }
    }
}

/// Writes lines as they arrive, and flushes when no more wait. Continues to receive if stdout is closed, so that the
/// channel does not fill.
fn write(waiting: &Receiver<String>, mut stdout: impl Write) {
    let mut batch = String::new();
    while let Ok(line) = waiting.recv() {
        batch.clear();
        for line in std::iter::once(line).chain(waiting.try_iter().take(QUEUE_LEN)) {
            batch.push_str(&line);
            batch.push('\n');
        }
        let _ = stdout
            .write_all(batch.as_bytes())
            .and_then(|()| stdout.flush());
    }
}

/// `12:30:59Z issued   GET 200 /about new_visitor 0b8f2f0e-…`
fn text(decided: &Decided<'_>) -> String {
    let decision = &decided.decision;
    let style = style(decision.outcome());
    let id = decision
        .id()
        .map_or_else(String::new, |id| format!(" {id}"));
    format!(
        "{FAINT}{}{FAINT:#} {style}{:<8}{style:#} {} {} {} {FAINT}{}{FAINT:#}{LITERAL}{id}{LITERAL:#}",
        clock(decided.now),
        decision.outcome(),
        decided.method,
        decided.status.as_u16(),
        decided.uri.path(),
        decision.reason(),
    )
}

/// `12:30:59Z ran      GET 200 /about FPD=0b8f2f0e-…; Max-Age=…`: the
/// function's cookies, since it does not report its outcome.
fn run_text(run: &EdgeRun<'_>) -> String {
    let (word, style, rest) = match run.outcome {
        EdgeOutcome::Ran(cookies) if cookies.is_empty() => ("ran", FAINT, String::new()),
        EdgeOutcome::Ran(cookies) => ("ran", GOOD, format!(" {}", cookies.join(" "))),
        EdgeOutcome::Failed(why) => ("failed", BAD, format!(" {}", first_line(why))),
        _ => ("not-run", FAINT, String::new()),
    };
    format!(
        "{FAINT}{}{FAINT:#} {style}{word:<8}{style:#} {} {} {}{LITERAL}{}{LITERAL:#}",
        clock(run.now),
        run.method,
        run.status.as_u16(),
        run.path,
        visible(&rest),
    )
}

fn run_json(run: &EdgeRun<'_>) -> String {
    let (word, cookies, why) = match run.outcome {
        EdgeOutcome::Ran(cookies) => ("ran", &cookies[..], None),
        EdgeOutcome::Failed(why) => ("failed", &[][..], Some(why)),
        _ => ("not_run", &[][..], None),
    };
    json!({
        "time": run.now,
        "function": word,
        "why": why,
        "set_cookie": cookies,
        "method": run.method.as_str(),
        "host": run.host,
        "path": run.path,
        "status": run.status.as_u16(),
    })
    .to_string()
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn clock(now: u64) -> String {
    let (hours, minutes, seconds) = (now / 3600 % 24, now / 60 % 60, now % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}Z")
}

const fn style(outcome: Outcome) -> Style {
    match outcome {
        Outcome::Issued | Outcome::Renewed => GOOD,
        Outcome::Replaced => CAUTION,
        _ => FAINT,
    }
}
