//! Keeps a process that runs the function: starts the next one when one ends, and ends the last one with itself.

use std::io;
use std::mem::take;
use std::sync::mpsc as blocking;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::child::{End, Failure, Job, Program, Running, StartError};
use crate::runtime;

/// Between the end of a process that had answered nothing and the start of the next; doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A thread that keeps the process. Both end when it is dropped.
#[derive(Debug)]
pub(super) struct Keeper {
    /// `None` only while it is dropped.
    jobs: Option<UnboundedSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Starts, and waits until the function is loaded.
    pub(super) fn start(program: Program) -> Result<Self, StartError> {
        let (jobs, taken) = mpsc::unbounded_channel();
        let (tell, told) = blocking::channel();
        let thread = thread::Builder::new()
            .name("edge".to_string())
            .spawn(move || match runtime::current_thread() {
                Ok(runtime) => runtime.block_on(begin(program, taken, &tell)),
                Err(error) => drop(tell.send(Err(StartError::Node(error)))),
            });
        let thread = thread.map_err(StartError::Node)?;
        let gone = |_| {
            Err(StartError::Node(io::Error::other(
                "the thread that runs node ended",
            )))
        };
        // Where it does not start, dropping this waits until the thread has cleaned up.
        let keeper = Self {
            jobs: Some(jobs),
            thread: Some(thread),
        };
        told.recv().unwrap_or_else(gone).map(|()| keeper)
    }

    /// Runs the function on an event.
    pub(super) async fn run(&self, event: Value) -> Result<Value, Failure> {
        let gone = || Failure::Exited("it was stopped".to_string());
        let (reply, answer) = oneshot::channel();
        let jobs = self.jobs.as_ref().ok_or_else(gone)?;
        jobs.send(Job { event, reply }).map_err(|_| gone())?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported already, and there is nothing left to save.
            let _ = thread.join();
        }
    }
}

async fn begin(
    program: Program,
    jobs: UnboundedReceiver<Job>,
    tell: &blocking::Sender<Result<(), StartError>>,
) {
    match Running::start(&program).await {
        Ok(running) => {
            let _ = tell.send(Ok(()));
            let keeping = Keeping {
                program,
                jobs,
                carried: Vec::new(),
                pause: Duration::ZERO,
            };
            keeping.keep(running).await;
        }
        Err(error) => drop(tell.send(Err(error))),
    }
}

struct Keeping {
    program: Program,
    jobs: UnboundedReceiver<Job>,
    /// What came while there was no process.
    carried: Vec<Job>,
    pause: Duration,
}

impl Keeping {
    async fn keep(mut self, first: Running) {
        let mut running = Some(first);
        while let Some(process) = running.take() {
            let carried = take(&mut self.carried);
            match process.serve(&mut self.jobs, carried).await {
                End::Stopped => return,
                End::Overdue(carried) => self.carried = carried,
                End::Exited(0) => self.pause_longer(),
                End::Exited(_) => self.pause = FIRST_PAUSE,
            }
            running = self.next().await;
        }
    }

    /// The next process; `None` once nobody wants one.
    async fn next(&mut self) -> Option<Running> {
        loop {
            let Self {
                program,
                jobs,
                carried,
                pause,
            } = self;
            let start = async {
                sleep(*pause).await;
                Running::start(program).await
            };
            let started = tokio::select! {
                started = start => started,
                () = collect(jobs, carried) => return None,
            };
            match started {
                Ok(running) => return Some(running),
                Err(error) => self.give_up(&error),
            }
        }
    }

    /// Those who wait are told; those who come later may find it work again.
    fn give_up(&mut self, error: &StartError) {
        tracing::warn!("the function does not start again: {error}");
        for job in self.carried.drain(..) {
            let _ = job.reply.send(Err(Failure::Exited(error.to_string())));
        }
        self.pause_longer();
    }

    fn pause_longer(&mut self) {
        self.pause = (self.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
    }
}

/// Takes jobs until nobody can send any.
async fn collect(jobs: &mut UnboundedReceiver<Job>, carried: &mut Vec<Job>) {
    while let Some(job) = jobs.recv().await {
        carried.push(job);
    }
}
