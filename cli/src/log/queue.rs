//! A bounded queue of lines before a file that may be full, slow or closed: whoever sends a line never waits.
//!
//! A thread of its own writes. What does not fit in the queue, and what cannot be written, is lost and counted. The
//! crate `tracing-appender` has such a thread, but bounds lines alone, not bytes; it does not count failed writes,
//! cannot reopen a file, and blocks for a second on drop without saying what it left unwritten.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::lost::LostLines;
use super::sink::{Destination, Sink};

/// How many lines may wait to be written.
const MAX_LINES: usize = 1 << 16;

/// How many bytes may wait to be written.
const MAX_BYTES: usize = 16 << 20;

/// The most bytes of one write, if no line is longer. A pipe takes that many whole or waits (POSIX, `PIPE_BUF`), so it
/// is known which lines a blocked write has left.
const BATCH_BYTES: usize = 4096;

/// How long what waits may take to be written once the server has stopped.
pub(crate) const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

/// Sends lines to one destination. Clones send to the same.
#[derive(Clone, Debug)]
pub(crate) struct LogQueue(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    /// The thread has something to do.
    work: Condvar,
    /// The thread has written everything, and ends.
    ended: Condvar,
    destination: Destination,
    lost: LostLines,
    /// Where to say that lines are lost, if not here.
    messages: Option<LogQueue>,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<String>,
    /// Of those that wait and those that are being written.
    lines: usize,
    bytes: usize,
    is_idle: bool,
    must_reopen: bool,
    state: State,
}

/// How far the queue is from its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    /// No more lines are wanted, and those that wait are being written.
    Closing,
    /// Everything is written.
    Ended,
    /// The thread is given up: its last write does not return.
    Abandoned,
}

/// What became of a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// It waits, or was lost and counted.
    Taken,
    /// The queue has ended, and the destination can be written to directly.
    Ended,
}

impl LogQueue {
    /// Opens the destination and starts the thread. The first line that is lost is announced in `messages`.
    ///
    /// # Errors
    ///
    /// If the destination can't be opened, or the system has no more threads.
    pub(crate) fn start(
        destination: Destination,
        lost: LostLines,
        messages: Option<Self>,
    ) -> io::Result<Self> {
        let sink = Sink::open(&destination)?;
        Self::over(sink, destination, lost, messages)
    }

    fn over(
        sink: Sink,
        destination: Destination,
        lost: LostLines,
        messages: Option<Self>,
    ) -> io::Result<Self> {
        let queue = Self(Arc::new(Shared {
            queue: Mutex::default(),
            work: Condvar::new(),
            ended: Condvar::new(),
            destination,
            lost,
            messages,
        }));
        let shared = Arc::clone(&queue.0);
        thread::Builder::new()
            .name("log".to_string())
            .spawn(move || shared.write_all(sink))?;
        Ok(queue)
    }

    /// Sends one or more whole lines, without the last line break. Never waits for the destination.
    pub(crate) fn send(&self, mut line: String) -> Sent {
        line.push('\n');
        let lines = count(&line);
        let mut queue = self.0.lock();
        if queue.state == State::Ended {
            return Sent::Ended;
        }
        if queue.has_room(lines, line.len()) && queue.state == State::Open {
            queue.waiting.push_back(line);
            self.0.added(queue, lines);
        } else {
            drop(queue);
            self.0
                .lose(lines, "they arrive faster than they are written");
        }
        Sent::Taken
    }

    /// Lets the thread open the destination again, as after a rotation.
    pub(crate) fn reopen(&self) {
        self.0.lock().must_reopen = true;
        self.0.work.notify_one();
    }

    /// Lets the thread end once it has written what waits.
    pub(crate) fn close(&self) {
        let mut queue = self.0.lock();
        if queue.state == State::Open {
            queue.state = State::Closing;
        }
        self.0.work.notify_one();
    }

    /// Waits until the [closed](Self::close) queue has ended. What is not written by the deadline is lost.
    pub(crate) fn wait(&self, deadline: Instant) {
        let mut queue = self.0.lock();
        while queue.state == State::Closing {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                queue.state = State::Abandoned;
                self.0.lost.add(queue.lines);
                return;
            }
            let waited = self.0.ended.wait_timeout(queue, left);
            queue = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn added(&self, mut queue: MutexGuard<'_, Queue>, lines: usize) {
        queue.lines += lines;
        queue.bytes += queue.waiting.back().map_or(0, String::len);
        // Waking costs a system call, even if nobody sleeps.
        if std::mem::take(&mut queue.is_idle) {
            drop(queue);
            self.work.notify_one();
        }
    }

    /// Counts lines as lost, and announces the first.
    fn lose(&self, lines: usize, why: &str) {
        if self.lost.add(lines) == 0 {
            let destination = &self.destination;
            self.announce(format!(
                "warning: log lines for {destination} are lost: {why}"
            ));
        }
    }

    /// Puts a line before all others, whether or not there is room: there is only one such line.
    fn announce(&self, mut line: String) {
        line.push('\n');
        let shared = self.messages.as_ref().map_or(self, |messages| &messages.0);
        let mut queue = shared.lock();
        queue.lines += 1;
        queue.bytes += line.len();
        queue.waiting.push_front(line);
        queue.is_idle = false;
        drop(queue);
        shared.work.notify_one();
    }

    /// The thread.
    fn write_all(&self, mut sink: Sink) {
        while let Some(task) = self.next_task() {
            match task {
                Task::Reopen => self.reopen(&mut sink),
                Task::Write(batch) => self.write(&mut sink, &batch),
            }
        }
    }

    fn next_task(&self) -> Option<Task> {
        let mut queue = self.lock();
        loop {
            if std::mem::take(&mut queue.must_reopen) {
                return Some(Task::Reopen);
            }
            if let Some(batch) = queue.next_batch() {
                return Some(Task::Write(batch));
            }
            if queue.state != State::Open {
                queue.state = State::Ended;
                self.ended.notify_all();
                return None;
            }
            queue.is_idle = true;
            queue = self
                .work
                .wait(queue)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn write(&self, sink: &mut Sink, batch: &str) {
        let written = sink.write(batch.as_bytes());
        let unwritten = count(batch) - written.lines;
        let mut queue = self.lock();
        queue.lines -= count(batch);
        queue.bytes -= batch.len();
        // Whoever gave the thread up has counted the batch.
        if queue.state == State::Abandoned {
            return;
        }
        drop(queue);
        if let Some(error) = written.error {
            self.lose(unwritten, &error.to_string());
        }
    }

    fn reopen(&self, sink: &mut Sink) {
        match Sink::open(&self.destination) {
            Ok(opened) => *sink = opened,
            Err(error) => tracing::warn!(
                file = %self.destination, %error,
                "cannot reopen the access log: the old file is written on"
            ),
        }
    }
}

enum Task {
    Reopen,
    Write(String),
}

impl Queue {
    const fn has_room(&self, lines: usize, bytes: usize) -> bool {
        self.lines + lines <= MAX_LINES && self.bytes + bytes <= MAX_BYTES
    }

    fn next_batch(&mut self) -> Option<String> {
        let mut batch = self.waiting.pop_front()?;
        while let Some(line) = self.waiting.front() {
            if batch.len() + line.len() > BATCH_BYTES {
                break;
            }
            batch.push_str(line);
            self.waiting.pop_front();
        }
        Some(batch)
    }
}

fn count(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

#[cfg(all(test, unix))]
#[expect(
    clippy::unwrap_used,
    reason = "a test that panics is a test that fails"
)]
mod tests {
    use std::io::{PipeReader, Read as _};
    use std::os::fd::OwnedFd;

    use super::*;

    /// Sends lines to a pipe that nobody reads until the queue is given up.
    #[track_caller]
    fn check(lines: usize, bytes: usize, expect_held_below: usize) {
        let (mut reader, writer) = io::pipe().unwrap();
        let (sink, lost) = (Sink::from(OwnedFd::from(writer)), LostLines::default());
        let queue = LogQueue::over(sink, Destination::Stderr, lost.clone(), None).unwrap();
        for _ in 0..lines {
            assert_eq!(queue.send("x".repeat(bytes)), Sent::Taken);
        }
        let held = queue.0.lock().bytes;
        assert!(held < expect_held_below, "{held}");
        queue.close();
        queue.wait(Instant::now() + Duration::from_millis(50));
        assert_eq!(queue.send(String::new()), Sent::Taken);
        // The announcement and the line after the end are lines, too.
        assert_eq!(read(&mut reader) + lost.count(), lines + 2);
    }

    /// The lines that are in the pipe. The thread has one open end for ever.
    fn read(pipe: &mut PipeReader) -> usize {
        let mut held = vec![0; 1 << 16];
        let read = pipe.read(&mut held).unwrap();
        count(std::str::from_utf8(&held[..read]).unwrap())
    }

    #[test]
    fn a_queue_is_bounded_in_lines_and_in_bytes() {
        check(MAX_LINES + 10_000, 20, 22 * MAX_LINES);
        check(40, 1 << 20, MAX_BYTES + 200);
    }
}
