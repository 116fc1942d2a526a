//! The only module that prints. Data goes to stdout, messages to stderr. Both read well without colour. While a server
//! runs, its [logs](crate::log) write what is printed here.

use std::fmt::{Display, Write as _};
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Arc, OnceLock};

use anstream::adapter::strip_str;
use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use hardtack_policy::Position;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use crate::error::{Error, Kind, Report};
use crate::log::{LogQueue, Sent};

/// Errors and failures.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// Warnings.
pub(crate) const CAUTION: Style = AnsiColor::Yellow.on_default().bold();
/// Success, and headings.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Text that can be typed or sent as it is.
pub(crate) const LITERAL: Style = AnsiColor::Cyan.on_default();
/// Text of less importance.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// Hints.
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// The version of the shape of all JSON that is printed: one more when a key goes or changes its meaning, not when one
/// comes.
pub(crate) const JSON_SCHEMA: u32 = 1;

/// How many messages to print.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Verbosity {
    /// Errors only
    Quiet,
    /// The usual messages
    #[default]
    Normal,
    /// Details, too
    Verbose,
}

/// How to print, and how much.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    color: ColorChoice,
    json: bool,
    verbosity: Verbosity,
    /// Where all that is printed waits while a server runs.
    queues: Arc<OnceLock<Queues>>,
}

impl Output {
    pub(crate) fn new(color: ColorChoice, json: bool, verbosity: Verbosity) -> Self {
        Self {
            color,
            json,
            verbosity,
            queues: Arc::default(),
        }
    }

    /// Whether to print data as JSON.
    pub(crate) const fn wants_json(&self) -> bool {
        self.json
    }

    /// Whether to print errors only.
    pub(crate) const fn is_quiet(&self) -> bool {
        matches!(self.verbosity, Verbosity::Quiet)
    }

    /// A progress bar on stderr; on a terminal only, and not with `--quiet`.
    pub(crate) fn bar(&self, doing: &'static str) -> Progress {
        let target = if self.is_quiet() {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(None, target).with_prefix(doing);
        // The template is a constant, and valid.
        if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:24} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        Progress(bar)
    }

    /// How many messages to print.
    pub(crate) const fn verbosity(&self) -> Verbosity {
        self.verbosity
    }

    /// A stream, for much data.
    #[cfg(feature = "aws")]
    pub(crate) fn stdout(&self) -> AutoStream<io::Stdout> {
        AutoStream::new(io::stdout(), self.color)
    }

    /// Lets data and messages wait in queues from now on. Clones do the same.
    pub(crate) fn print_through(&self, queues: Queues) {
        // There is one server in a process.
        let _ = self.queues.set(queues);
    }

    /// Whether text for this stream is coloured.
    pub(crate) fn colors(&self, stream: &impl RawStream) -> bool {
        let choice = match self.color {
            ColorChoice::Auto => AutoStream::choice(stream),
            chosen => chosen,
        };
        choice != ColorChoice::Never
    }

    /// Prints data and a line break.
    ///
    /// # Errors
    ///
    /// If stdout is closed or full.
    pub(crate) fn data(&self, data: impl Display) -> Result<(), Error> {
        let data = data.to_string();
        let styled = self.colors(&io::stdout());
        if queued(self.queues.get().map(|queues| &queues.data), &data, styled) {
            return Ok(());
        }
        let mut stdout = AutoStream::new(io::stdout(), self.color).lock();
        writeln!(stdout, "{data}")
            .and_then(|()| stdout.flush())
            .map_err(|cause| Error::io("cannot print", &cause))
    }

    /// Prints a JSON object, indented, with the version of its shape.
    ///
    /// # Errors
    ///
    /// If stdout is closed or full.
    pub(crate) fn json(&self, value: &Value) -> Result<(), Error> {
        let mut value = value.clone();
        if let Some(object) = value.as_object_mut() {
            object.insert("schema".to_string(), JSON_SCHEMA.into());
        }
        self.data(escaped(&format!("{value:#}")))
    }

    /// Prints a message; not with `--quiet`.
    pub(crate) fn note(&self, text: impl Display) {
        if !self.is_quiet() {
            self.message(text);
        }
    }

    /// Prints a note on the data; not with `--quiet`.
    pub(crate) fn remark(&self, text: impl Display) {
        self.note(format_args!("{FAINT}note{FAINT:#}: {text}"));
    }

    /// Prints a message with `--verbose` only.
    pub(crate) fn detail(&self, text: impl Display) {
        if self.verbosity == Verbosity::Verbose {
            self.message(format_args!("{FAINT}{text}{FAINT:#}"));
        }
    }

    /// Shows progress on a line that the next call overwrites; on a terminal only. An empty text clears the line.
    #[cfg_attr(
        not(feature = "aws"),
        allow(dead_code, reason = "only the AWS commands take minutes")
    )]
    pub(crate) fn progress(&self, text: impl Display) {
        if !self.is_quiet() && io::stderr().is_terminal() {
            let mut stderr = AutoStream::new(io::stderr(), self.color).lock();
            let _ = write!(stderr, "\r\x1b[2K{text}");
            let _ = stderr.flush();
        }
    }

    /// Asks a question and reads yes or no. Without a terminal, the answer is no.
    ///
    /// # Errors
    ///
    /// If stdin cannot be read.
    #[cfg_attr(
        not(feature = "aws"),
        allow(dead_code, reason = "only the AWS commands ask")
    )]
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

    /// Prints what to do next; not with `--quiet`.
    pub(crate) fn hint(&self, text: impl Display) {
        self.note(format_args!("{HINT}hint{HINT:#}: {text}"));
    }

    /// Prints the source of a statement; not with `--quiet`.
    pub(crate) fn source(&self, text: impl Display) {
        self.note(format_args!("{FAINT}source: {text}{FAINT:#}"));
    }

    /// Prints a warning; not with `--quiet`.
    pub(crate) fn warning(&self, text: impl Display) {
        self.note(format_args!("{CAUTION}warning{CAUTION:#}: {text}"));
    }

    /// Prints an error: with `--json` as JSON on stdout, otherwise in words on stderr. Findings of a command are part
    /// of its JSON data already, and are not repeated.
    pub(crate) fn error(&self, error: &Error) {
        match (self.json, error.kind()) {
            (true, Kind::Found) => {}
            (true, _) => {
                let reports: Vec<Value> = error.reports().iter().map(in_json).collect();
                // If stdout is closed, the exit code still reports the error.
                let _ = self.json(&json!({ "errors": reports }));
            }
            (false, _) => {
                let reports: Vec<String> = error.reports().iter().map(in_words).collect();
                self.message(reports.join("\n"));
            }
        }
    }

    /// Prints to stderr with any verbosity. If that fails, there is nowhere to report it.
    pub(crate) fn message(&self, text: impl Display) {
        let text = text.to_string();
        let text = text.trim_end();
        let styled = self.colors(&io::stderr());
        if queued(
            self.queues.get().map(|queues| &queues.messages),
            text,
            styled,
        ) {
            return;
        }
        let mut stderr = AutoStream::new(io::stderr(), self.color).lock();
        let _ = writeln!(stderr, "{text}");
    }
}

/// Where what is printed waits while a server runs.
#[derive(Clone, Debug)]
pub(crate) struct Queues {
    pub(crate) data: LogQueue,
    pub(crate) messages: LogQueue,
}

/// Whether a queue has taken the text. If none is there, or it has ended, the stream can be written to directly.
fn queued(queue: Option<&LogQueue>, text: &str, styled: bool) -> bool {
    queue.is_some_and(|queue| queue.send(plain_unless(styled, text)) == Sent::Taken)
}

/// The text without colour, unless it is styled.
pub(crate) fn plain_unless(styled: bool, text: &str) -> String {
    match styled {
        true => text.to_string(),
        false => strip_str(text).to_string(),
    }
}

/// A progress bar.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Shows how many steps of the total are done, and what comes next.
    pub(crate) fn show(&self, done: usize, total: usize, next: &'static str) {
        let count = |n: usize| u64::try_from(n).unwrap_or_default();
        self.0.set_length(count(total));
        self.0.set_position(count(done));
        self.0.set_message(next);
    }

    /// Removes the bar from the terminal.
    pub(crate) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

/// JSON with all control characters escaped: the C1 ones, which JSON may leave as they are, command terminals, too.
pub(crate) fn escaped(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            c if matches!(c, '\u{7f}'..='\u{9f}') || is_bidi(c) => {
                let _ = write!(safe, "\\u{:04x}", u32::from(c));
            }
            c => safe.push(c),
        }
    }
    safe
}

/// Whether a character changes the direction of the text around it (UAX #9), and so what a reader takes it for.
const fn is_bidi(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text from a file or the network, with its control characters replaced: they could move the cursor and overwrite
/// the terminal. So are those that reverse the text beside them.
pub(crate) fn visible(text: &str) -> String {
    let shown = |c: char| {
        if c.is_control() && c != '\t' || is_bidi(c) {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    };
    text.chars().map(shown).collect()
}

/// A report as compilers print it: message, place, the line with the error underlined, causes, hint.
fn in_words(report: &Report) -> String {
    let mut text = format!("{BAD}error{BAD:#}: {}\n", visible(&report.message));
    if let Some((file, place)) = &report.place {
        write_position(&mut text, file, place);
    }
    for cause in &report.causes {
        let _ = writeln!(text, "  caused by: {}", visible(cause));
    }
    if let Some(hint) = &report.hint {
        let _ = writeln!(text, "{HINT}hint{HINT:#}: {}", visible(hint));
    }
    text
}

fn write_position(text: &mut String, file: &str, place: &Position) {
    let (line, column) = (place.line, place.column);
    let gutter = " ".repeat(line.to_string().len());
    // Tabs stay tabs, so that the marks are below the error.
    let blank = |c: char| if c == '\t' { '\t' } else { ' ' };
    let before: String = place.text.chars().take(column - 1).map(blank).collect();
    let marks = "^".repeat(place.width);
    let _ = writeln!(text, "{gutter}{HINT}-->{HINT:#} {file}:{line}:{column}");
    let _ = writeln!(text, "{gutter} {HINT}|{HINT:#}");
    let _ = writeln!(text, "{HINT}{line} |{HINT:#} {}", visible(&place.text));
    let _ = writeln!(text, "{gutter} {HINT}|{HINT:#} {before}{BAD}{marks}{BAD:#}");
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{escaped, visible};

    /// C0, DEL, C1, and the characters that reverse text.
    const HOSTILE: &str = "\u{1b}[2J\u{7f}\u{9b}31m\u{85}\u{202e}\u{2066}é✓";

    #[test]
    fn nothing_that_commands_a_terminal_is_printed() {
        let json = json!({ "header": HOSTILE });
        let printed = escaped(&format!("{json:#}"));
        for text in [&*printed, &visible(HOSTILE)] {
            let is_harmless = |c: char| !c.is_control() || c == '\n';
            assert!(text.chars().all(is_harmless), "{text:?}");
            assert!(!text.contains(['\u{202e}', '\u{2066}']), "{text:?}");
            assert!(text.contains("é✓"), "{text:?}");
        }
        assert_eq!(serde_json::from_str::<Value>(&printed).unwrap(), json);
    }
}
