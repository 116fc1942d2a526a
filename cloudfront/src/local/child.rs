//! One Node process that runs the function: many events in it at once, each with an id and a time limit.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::future::pending;
use std::io;
use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until, timeout};

use super::artifact::Unpacked;
use crate::limits::{LAMBDA_LOAD_TIME, LAMBDA_MEMORY_MB, LAMBDA_TIME};
use crate::regions::HOME;

/// What a function may return: Lambda takes 6 MB.
const MAX_FRAME: usize = 8 << 20;

/// What to run.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) node: OsString,
    pub(super) unpacked: Unpacked,
}

/// An event on its way to the function, and where its answer goes.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) event: Value,
    pub(super) reply: oneshot::Sender<Result<Value, Failure>>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The function threw, or its promise was rejected.
    Threw(String),
    /// It took longer than [`LAMBDA_TIME`].
    TimedOut,
    /// The process ended before it answered.
    Exited(String),
}

/// Why a process does not run the function.
#[derive(Debug)]
pub(super) enum StartError {
    /// There is no such program, or it could not be run.
    Node(io::Error),
    /// The module could not be loaded, or exports no handler.
    Load(String),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Node(error) => write!(f, "cannot run node: {error}"),
            Self::Load(why) => f.write_str(why),
        }
    }
}

/// How a process ended.
#[derive(Debug)]
pub(super) enum End {
    /// Nobody wants anything of it any more.
    Stopped,
    /// An event took too long. These others have to be given to the next process.
    Overdue(Vec<Job>),
    /// By itself, after it had answered so many events.
    Exited(u64),
}

/// A process that has loaded the function.
#[derive(Debug)]
pub(super) struct Running {
    process: Child,
    input: UnboundedSender<Vec<u8>>,
    frames: UnboundedReceiver<Frame>,
    under_way: BTreeMap<u64, (Instant, Job)>,
    asked: u64,
    answered: u64,
}

/// What a process says.
#[derive(Debug)]
enum Frame {
    Ready,
    Failed(String),
    Answer(u64, Result<Value, Failure>),
}

impl Running {
    /// Starts a process and waits until it has loaded the function.
    pub(super) async fn start(program: &Program) -> Result<Self, StartError> {
        let mut process = command(program).spawn().map_err(StartError::Node)?;
        let (input, outgoing) = mpsc::unbounded_channel();
        let (incoming, mut frames) = mpsc::unbounded_channel();
        if let (Some(stdin), Some(stdout), Some(stderr)) = (
            process.stdin.take(),
            process.stdout.take(),
            process.stderr.take(),
        ) {
            tokio::spawn(write(stdin, outgoing));
            tokio::spawn(read(stdout, incoming));
            tokio::spawn(report(stderr));
        }
        match timeout(LAMBDA_LOAD_TIME, frames.recv()).await {
            Ok(Some(Frame::Ready)) => Ok(Self {
                process,
                input,
                frames,
                under_way: BTreeMap::new(),
                asked: 0,
                answered: 0,
            }),
            Ok(Some(Frame::Failed(why))) => Err(StartError::Load(why)),
            Ok(_) => Err(StartError::Load(
                "node ended before it had loaded the function".to_string(),
            )),
            Err(_) => Err(StartError::Load(format!(
                "not loaded after {LAMBDA_LOAD_TIME:?}"
            ))),
        }
    }

    /// Answers `carried` and what comes of `jobs`, until the process ends or has to.
    pub(super) async fn serve(
        mut self,
        jobs: &mut UnboundedReceiver<Job>,
        carried: Vec<Job>,
    ) -> End {
        carried.into_iter().for_each(|job| self.ask(job));
        loop {
            tokio::select! {
                biased;
                frame = self.frames.recv() => match frame {
                    Some(frame) => self.take(frame),
                    None => return self.exited().await,
                },
                job = jobs.recv() => match job {
                    Some(job) => self.ask(job),
                    None => return self.stop().await,
                },
                () = overdue(&self.under_way) => return self.overdue().await,
            }
        }
    }

    fn ask(&mut self, job: Job) {
        self.asked += 1;
        let frame = json!({ "id": self.asked, "event": job.event }).to_string();
        // Where the process is gone, its frames end, which is seen next.
        let _ = self.input.send(framed(frame.as_bytes()));
        self.under_way
            .insert(self.asked, (Instant::now() + LAMBDA_TIME, job));
    }

    fn take(&mut self, frame: Frame) {
        let Frame::Answer(id, answer) = frame else {
            return;
        };
        if let Some((_, job)) = self.under_way.remove(&id) {
            self.answered += 1;
            // A visitor who has gone does not wait for it.
            let _ = job.reply.send(answer);
        }
    }

    async fn stop(mut self) -> End {
        // An error means that it has ended already.
        let _ = self.process.kill().await;
        End::Stopped
    }

    /// Lambda ends the whole sandbox then, and so does this: a function that loops would hold up all others.
    async fn overdue(mut self) -> End {
        let _ = self.process.kill().await;
        if let Some((_, (_, job))) = self.under_way.pop_first() {
            let _ = job.reply.send(Err(Failure::TimedOut));
        }
        End::Overdue(self.under_way.into_values().map(|(_, job)| job).collect())
    }

    /// Its output has ended. It may still run, but nobody hears it.
    async fn exited(mut self) -> End {
        let _ = self.process.start_kill();
        let status = self.process.wait().await;
        let why = status.map_or_else(|error| error.to_string(), |status| status.to_string());
        for (_, job) in self.under_way.into_values() {
            let _ = job.reply.send(Err(Failure::Exited(why.clone())));
        }
        tracing::warn!("the function's process ended: {why}");
        End::Exited(self.answered)
    }
}

fn command(program: &Program) -> Command {
    let mut command = Command::new(&program.node);
    command
        .arg(format!("--max-old-space-size={LAMBDA_MEMORY_MB}"))
        .arg(program.unpacked.driver())
        .arg(&program.unpacked.index)
        .current_dir(program.unpacked.root())
        // Lambda@Edge has no environment but Lambda's own.
        .env_clear()
        .envs(
            ["PATH", "SystemRoot"]
                .into_iter()
                .filter_map(|name| Some((name, std::env::var_os(name)?))),
        )
        .env("AWS_REGION", HOME)
        .env("AWS_LAMBDA_FUNCTION_NAME", "us-east-1.hardtack")
        .env("TZ", ":UTC")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Ready once the oldest event has waited too long. All have the same limit.
async fn overdue(under_way: &BTreeMap<u64, (Instant, Job)>) {
    match under_way.first_key_value() {
        Some((_, (deadline, _))) => sleep_until(*deadline).await,
        None => pending().await,
    }
}

fn framed(body: &[u8]) -> Vec<u8> {
    let len = u32::try_from(body.len()).unwrap_or(u32::MAX);
    [&len.to_le_bytes()[..], body].concat()
}

async fn write(mut stdin: ChildStdin, mut frames: UnboundedReceiver<Vec<u8>>) {
    while let Some(frame) = frames.recv().await {
        if stdin.write_all(&frame).await.is_err() {
            return;
        }
    }
}

/// Ends, and with it the channel, when the process closes its output or makes no sense.
async fn read(mut stdout: ChildStdout, frames: UnboundedSender<Frame>) {
    while let Some(body) = next(&mut stdout).await {
        let Some(frame) = serde_json::from_slice(&body).ok() else {
            return;
        };
        let heard = parse(frame).is_none_or(|frame| frames.send(frame).is_ok());
        if !heard {
            return;
        }
    }
}

async fn next(stdout: &mut ChildStdout) -> Option<Vec<u8>> {
    let len = usize::try_from(stdout.read_u32_le().await.ok()?).ok()?;
    if len > MAX_FRAME {
        tracing::warn!("the function returned {len} bytes, which is more than Lambda takes");
        return None;
    }
    let mut body = vec![0; len];
    stdout.read_exact(&mut body).await.ok()?;
    Some(body)
}

/// `None` for what is not for the one who asked: the function's words go to the log.
fn parse(mut frame: Value) -> Option<Frame> {
    let text = |frame: &Value, key: &str| frame.get(key)?.as_str().map(str::to_string);
    if let Some(said) = text(&frame, "said") {
        match frame.get("level").and_then(Value::as_str) {
            Some("warn") => tracing::warn!("the function says: {}", said.trim_end()),
            _ => tracing::info!("the function says: {}", said.trim_end()),
        }
        return None;
    }
    if let Some(id) = frame.get("id").and_then(Value::as_u64) {
        let answer = match text(&frame, "error") {
            Some(error) => Err(Failure::Threw(error)),
            None => Ok(frame.get_mut("value").map(Value::take).unwrap_or_default()),
        };
        return Some(Frame::Answer(id, answer));
    }
    Some(match text(&frame, "failed") {
        Some(why) => Frame::Failed(why),
        None => Frame::Ready,
    })
}

/// What Node itself has to say, such as why it ends.
async fn report(stderr: ChildStderr) {
    let mut lines = BufReader::new(stderr).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if !line.trim().is_empty() {
            tracing::warn!("node: {line}");
        }
    }
}
