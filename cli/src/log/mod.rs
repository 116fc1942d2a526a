//! The logs of a server: lines that wait in bounded queues, so that neither a full disk nor a reader that reads
//! nothing delays a request, or keeps the process from ending.

mod events;
mod lost;
mod queue;
mod sink;

use std::time::Instant;

use crate::error::Error;
use crate::output::{Output, Queues};

pub(crate) use self::lost::LostLines;
pub(crate) use self::queue::{LogQueue, Sent};
pub(crate) use self::sink::Destination;

use self::queue::FLUSH_TIMEOUT;

/// The logs of one server. On drop, what waits is written, for a second at most.
///
/// Stdout, stderr and a file have a thread each: a write that blocks does not keep the others waiting.
#[derive(Debug)]
pub(crate) struct Logs {
    queues: Queues,
    access: Option<LogQueue>,
    lost: LostLines,
}

impl Logs {
    /// Opens the logs. From now on events, and all that `output` prints, wait in queues.
    ///
    /// # Errors
    ///
    /// If the access log cannot be opened.
    pub(crate) fn start(access: Option<Destination>, output: &Output) -> Result<Self, Error> {
        let lost = LostLines::default();
        let start = |destination: Destination, messages: Option<&LogQueue>| {
            LogQueue::start(destination.clone(), lost.clone(), messages.cloned()).map_err(|cause| {
                Error::io(format!("cannot write a log to `{destination}`"), &cause)
            })
        };
        let messages = start(Destination::Stderr, None)?;
        let data = start(Destination::Stdout, Some(&messages))?;
        let access = match access {
            None => None,
            Some(Destination::Stdout) => Some(data.clone()),
            Some(file) => Some(start(file, Some(&messages))?),
        };
        let queues = Queues { data, messages };
        output.print_through(queues.clone());
        events::start(output);
        Ok(Self {
            queues,
            access,
            lost,
        })
    }

    /// The access log, if there is one.
    pub(crate) const fn access(&self) -> Option<&LogQueue> {
        self.access.as_ref()
    }

    /// How many lines of all logs were lost so far, for as long as the server runs.
    pub(crate) fn lost(&self) -> LostLines {
        self.lost.clone()
    }

    /// Writes what waits but messages, and returns how many lines of all logs were lost.
    pub(crate) fn finish(&self) -> usize {
        end(self.access.iter().chain([&self.queues.data]));
        self.lost.count()
    }
}

impl Drop for Logs {
    fn drop(&mut self) {
        self.finish();
        end([&self.queues.messages]);
    }
}

/// Lets all of them write what waits, at the same time.
fn end<'a>(queues: impl IntoIterator<Item = &'a LogQueue, IntoIter: Clone>) {
    let queues = queues.into_iter();
    queues.clone().for_each(LogQueue::close);
    let deadline = Instant::now() + FLUSH_TIMEOUT;
    queues.for_each(|queue| queue.wait(deadline));
}
