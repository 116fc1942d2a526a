//! The access log: a line for each exchange, written once the exchange has ended.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use hardtack_server::{AccessEntry, AccessLog};

use super::access_line::{json, text};
use super::client_address::ClientAddress;
use crate::error::Error;
use crate::log::{Destination, LogQueue, Logs};
use crate::output::{Output, plain_unless};

/// What to log, and where.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Logs")]
#[group(skip)]
pub(crate) struct Args {
    /// Write the access log to this file, to stdout (`-`), or nowhere (`off`) [default: -]
    ///
    /// SIGUSR1 has the file opened again, for logrotate. With --quiet, the default is `off`.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    access_log: Option<PathBuf>,

    /// Log this much of a client's address
    #[arg(
        long,
        value_name = "HOW",
        default_value = "truncated",
        hide_short_help = true
    )]
    log_client_address: ClientAddress,
}

/// Writes entries as lines, as text or as JSON.
#[derive(Debug)]
struct Lines {
    json: bool,
    colored: bool,
    client: ClientAddress,
    queue: LogQueue,
}

impl Args {
    /// Opens the logs, and makes the one that the server writes entries to, if any.
    pub(crate) fn start(
        &self,
        output: &Output,
    ) -> Result<(Logs, Option<Arc<dyn AccessLog>>), Error> {
        let destination = self.destination(output);
        let to_stdout = destination == Some(Destination::Stdout);
        let logs = Logs::start(destination, output)?;
        let lines = logs.access().map(|queue| Lines {
            json: output.wants_json(),
            colored: to_stdout && output.colors(&std::io::stdout()),
            client: self.log_client_address,
            queue: queue.clone(),
        });
        let lines = lines.map(|lines| Arc::new(lines) as Arc<dyn AccessLog>);
        Ok((logs, lines))
    }

    /// The file that is written to.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        match self.chosen()? {
            Destination::File(path) => Some(path),
            _ => None,
        }
    }

    fn destination(&self, output: &Output) -> Option<Destination> {
        match self.access_log {
            None if output.is_quiet() => None,
            None => Some(Destination::Stdout),
            Some(_) => self.chosen(),
        }
    }

    fn chosen(&self) -> Option<Destination> {
        let path = self.access_log.as_ref()?;
        match path.to_str() {
            Some("off") => None,
            Some("-") => Some(Destination::Stdout),
            _ => Some(Destination::File(path.clone())),
        }
    }
}

impl AccessLog for Lines {
    fn ended(&self, entry: &AccessEntry) {
        let client = self.client.of(entry.client);
        // If the queue has ended, the server has, too.
        let _ = self.queue.send(self.line(entry, client));
    }
}

impl Lines {
    fn line(&self, entry: &AccessEntry, client: Option<IpAddr>) -> String {
        match self.json {
            true => json(entry, client),
            false => plain_unless(self.colored, &text(entry, client)),
        }
    }
}

/// The last message.
pub(crate) fn stopped(lost: usize) -> String {
    match lost {
        0 => "stopped".to_string(),
        lost => format!("stopped; {} log lines were lost", grouped(lost)),
    }
}

/// A number with its digits in groups of three: `1,234`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().collect();
    String::from_utf8_lossy(&groups.join(&b',')).into_owned()
}
