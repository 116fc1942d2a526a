//! Events of `tracing`: warnings, and with `--verbose` more, each as a message on stderr.

use std::fmt::Display;
use std::io::{self, Write};
use std::panic;

use tracing::{Level, Metadata};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::output::{BAD, CAUTION, FAINT, Output, Verbosity, visible};

/// Makes messages of all events from now on, and of panics, which would be printed at once otherwise.
pub(super) fn start(output: &Output) {
    let level = match output.verbosity() {
        Verbosity::Quiet => LevelFilter::ERROR,
        Verbosity::Normal => LevelFilter::WARN,
        Verbosity::Verbose => LevelFilter::DEBUG,
    };
    let log = tracing_subscriber::fmt()
        .with_writer(Messages(output.clone()))
        .with_max_level(level)
        .with_ansi(false)
        .with_level(false)
        .with_target(false)
        .without_time()
        // They would be printed with a macro that panics.
        .log_internal_errors(false);
    // After the first call, the subscriber is already set.
    let _ = log.try_init();
    panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
}

/// Makes a message of each event.
struct Messages(Output);

/// The writer of one event, which arrives in one piece.
struct Message<'a> {
    output: &'a Output,
    level: Level,
}

impl<'a> MakeWriter<'a> for Messages {
    type Writer = Message<'a>;

    fn make_writer(&'a self) -> Message<'a> {
        Message {
            output: &self.0,
            level: Level::ERROR,
        }
    }

    fn make_writer_for(&'a self, meta: &Metadata<'_>) -> Message<'a> {
        Message {
            output: &self.0,
            level: *meta.level(),
        }
    }
}

impl Write for Message<'_> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let text = visible(text.trim_end());
        self.output
            .message(format_args!("{} {text}", word(self.level)));
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The level, in colour, as wide as the longest.
fn word(level: Level) -> impl Display {
    let style = match level {
        Level::ERROR => BAD,
        Level::WARN => CAUTION,
        _ => FAINT,
    };
    format!("{style}{level:>5}{style:#}")
}
