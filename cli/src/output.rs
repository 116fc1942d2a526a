//! The only place that prints. Data goes to stdout, talk to stderr, and both read well without colour.

use std::fmt::{Display, Write as _};
use std::io::{self, IsTerminal as _, Write as _};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use hardtack_policy::Place;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};
use tracing_subscriber::filter::LevelFilter;

use crate::args::{Color, Global};
use crate::error::{Error, Kind, Report};

/// `error:`
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
const ERROR: Style = BAD;
/// `warning:`
pub(crate) const CAUTION: Style = AnsiColor::Yellow.on_default().bold();
const WARNING: Style = CAUTION;
/// `hint:`
const HINT: Style = AnsiColor::Cyan.on_default().bold();
/// What is good, and headings.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// What can be typed or sent as it stands.
pub(crate) const LITERAL: Style = AnsiColor::Cyan.on_default();
/// What matters less.
pub(crate) const FAINT: Style = Style::new().dimmed();

/// Where to print, and how much.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    color: ColorChoice,
    json: bool,
    quiet: bool,
    verbose: bool,
}

impl Output {
    /// As the flags say.
    pub(crate) const fn new(global: &Global) -> Self {
        Self {
            color: match global.color {
                Color::Auto => ColorChoice::Auto,
                Color::Always => ColorChoice::Always,
                Color::Never => ColorChoice::Never,
            },
            json: global.json,
            quiet: global.quiet,
            verbose: global.verbose,
        }
    }

    /// Whether data is to be JSON.
    pub(crate) const fn wants_json(&self) -> bool {
        self.json
    }

    /// Whether to say nothing but errors.
    pub(crate) const fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// A bar on stderr for what takes a while; on a terminal only, and not under `--quiet`.
    pub(crate) fn bar(&self, doing: &'static str) -> Progress {
        let target = if self.quiet {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(None, target).with_prefix(doing);
        // The template is a constant, and holds.
        if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:24} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        Progress(bar)
    }

    /// A stream of data, for what goes on and on.
    pub(crate) fn stdout(&self) -> AutoStream<io::Stdout> {
        AutoStream::new(io::stdout(), self.color)
    }

    /// Lets what runs in the background speak on stderr: warnings, and under `--verbose` more.
    pub(crate) fn start_log(&self) {
        let level = match (self.quiet, self.verbose) {
            (true, _) => LevelFilter::ERROR,
            (_, true) => LevelFilter::DEBUG,
            _ => LevelFilter::WARN,
        };
        let color = AutoStream::choice(&io::stderr()) != ColorChoice::Never
            && self.color != ColorChoice::Never;
        let log = tracing_subscriber::fmt()
            .with_writer(io::stderr)
            .with_max_level(level)
            .with_ansi(color)
            .with_target(false)
            .without_time();
        // A second call finds the first one's subscriber in place.
        let _ = log.try_init();
    }

    /// Prints data and a line break.
    ///
    /// # Errors
    ///
    /// Where stdout is closed or full.
    pub(crate) fn data(&self, data: impl Display) -> Result<(), Error> {
        let mut stdout = AutoStream::new(io::stdout(), self.color).lock();
        writeln!(stdout, "{data}")
            .and_then(|()| stdout.flush())
            .map_err(|cause| Error::io("cannot print", &cause))
    }

    /// Prints a JSON value, indented.
    ///
    /// # Errors
    ///
    /// Where stdout is closed or full.
    pub(crate) fn json(&self, value: &Value) -> Result<(), Error> {
        self.data(format_args!("{value:#}"))
    }

    /// Says something about what is done; not under `--quiet`.
    pub(crate) fn note(&self, text: impl Display) {
        if !self.quiet {
            self.complaint(text);
        }
    }

    /// Says what a reader of the data should know; not under `--quiet`.
    pub(crate) fn remark(&self, text: impl Display) {
        self.note(format_args!("{FAINT}note{FAINT:#}: {text}"));
    }

    /// Says something that is asked for by `--verbose` only.
    pub(crate) fn detail(&self, text: impl Display) {
        if self.verbose {
            self.complaint(format_args!("{FAINT}{text}{FAINT:#}"));
        }
    }

    /// Shows how far something is, on a line of a terminal that the next call writes over; elsewhere nothing. An empty
    /// text clears the line.
    #[cfg_attr(
        not(feature = "aws"),
        allow(dead_code, reason = "nothing else takes minutes")
    )]
    pub(crate) fn progress(&self, text: impl Display) {
        if !self.quiet && io::stderr().is_terminal() {
            let mut stderr = AutoStream::new(io::stderr(), self.color).lock();
            let _ = write!(stderr, "\r\x1b[2K{text}");
            let _ = stderr.flush();
        }
    }

    /// Asks a question that is answered with yes or no; no where nobody is there to answer.
    ///
    /// # Errors
    ///
    /// Where stdin can't be read.
    #[cfg_attr(not(feature = "aws"), allow(dead_code, reason = "nothing else asks"))]
    pub(crate) fn asks(&self, question: &str) -> Result<bool, Error> {
        if !io::stdin().is_terminal() {
            return Ok(false);
        }
        let mut stderr = AutoStream::new(io::stderr(), self.color).lock();
        let _ = write!(stderr, "{question} [y/N] ");
        let _ = stderr.flush();
        let mut answer = String::new();
        io::stdin()
            .read_line(&mut answer)
            .map_err(|cause| Error::io("cannot read the answer", &cause))?;
        Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
    }

    /// Says what to do next; not under `--quiet`.
    pub(crate) fn hint(&self, text: impl Display) {
        self.note(format_args!("{HINT}hint{HINT:#}: {text}"));
    }

    /// Says where something is written down; not under `--quiet`.
    pub(crate) fn source(&self, text: impl Display) {
        self.note(format_args!("{FAINT}source: {text}{FAINT:#}"));
    }

    /// Warns; not under `--quiet`.
    pub(crate) fn warning(&self, text: impl Display) {
        self.note(format_args!("{WARNING}warning{WARNING:#}: {text}"));
    }

    /// Says what went wrong: as JSON on stdout where data is to be JSON, and in words otherwise. What a command has
    /// found is in its data already, and is not said twice.
    pub(crate) fn error(&self, error: &Error) {
        match (self.json, error.kind()) {
            (true, Kind::Found) => {}
            (true, _) => {
                let reports: Vec<Value> = error.reports().iter().map(in_json).collect();
                // Where stdout is gone, the exit code still tells.
                let _ = self.json(&json!({ "errors": reports }));
            }
            (false, _) => {
                let reports: Vec<String> = error.reports().iter().map(in_words).collect();
                self.complaint(reports.join("\n"));
            }
        }
    }

    /// Prints to stderr whatever the flags say. Where even that fails, nobody is left to be told.
    pub(crate) fn complaint(&self, text: impl Display) {
        let mut stderr = AutoStream::new(io::stderr(), self.color).lock();
        let _ = writeln!(stderr, "{}", text.to_string().trim_end());
    }
}

/// A bar that shows how far something has come.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// What is done, of how much, and what comes next.
    pub(crate) fn show(&self, done: usize, total: usize, next: &'static str) {
        let count = |n: usize| u64::try_from(n).unwrap_or_default();
        self.0.set_length(count(total));
        self.0.set_position(count(done));
        self.0.set_message(next);
    }

    /// Leaves no trace of it.
    pub(crate) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

/// A text from a file or the network, with its control characters made visible: they could move the cursor and
/// rewrite what stands on the terminal.
pub(crate) fn visible(text: &str) -> String {
    let shown = |c: char| {
        if c.is_control() && c != '\t' {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    };
    text.chars().map(shown).collect()
}

/// A report the way compilers write it: message, place, the line with the culprit underlined, causes, hint.
fn in_words(report: &Report) -> String {
    let mut text = format!("{ERROR}error{ERROR:#}: {}\n", visible(&report.message));
    if let Some((file, place)) = &report.place {
        write_place(&mut text, file, place);
    }
    for cause in &report.causes {
        let _ = writeln!(text, "  caused by: {}", visible(cause));
    }
    if let Some(hint) = &report.hint {
        let _ = writeln!(text, "{HINT}hint{HINT:#}: {}", visible(hint));
    }
    text
}

fn write_place(text: &mut String, file: &str, place: &Place) {
    let (line, column) = (place.line, place.column);
    let gutter = " ".repeat(line.to_string().len());
    // Tabs stay tabs, so that the marks stand where the terminal puts the culprit.
    let blank = |c: char| if c == '\t' { '\t' } else { ' ' };
    let before: String = place.text.chars().take(column - 1).map(blank).collect();
    let marks = "^".repeat(place.width);
    let _ = writeln!(text, "{gutter}{HINT}-->{HINT:#} {file}:{line}:{column}");
    let _ = writeln!(text, "{gutter} {HINT}|{HINT:#}");
    let _ = writeln!(text, "{HINT}{line} |{HINT:#} {}", visible(&place.text));
    let _ = writeln!(
        text,
        "{gutter} {HINT}|{HINT:#} {before}{ERROR}{marks}{ERROR:#}"
    );
}

fn in_json(report: &Report) -> Value {
    let place = report.place.as_ref();
    json!({
        "message": report.message,
        "key": report.key,
        "file": place.map(|(file, _)| file),
        "line": place.map(|(_, place)| place.line),
        "column": place.map(|(_, place)| place.column),
        "causes": report.causes,
        "hint": report.hint,
    })
}
