//! A `hardtack serve` of its own process. It is ended on drop.

use std::io::{self, BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::tally::{Fault, Tally, lock};

/// How long the server may take for what it does at once.
const PATIENCE: Duration = Duration::from_secs(20);
const TICK: Duration = Duration::from_millis(50);

/// A server, its address, and what it has said.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) name: &'static str,
    pub(crate) address: SocketAddr,
    child: Child,
    messages: Arc<Mutex<Vec<String>>>,
    /// Whether nobody reads its stdout.
    is_deaf: Arc<AtomicBool>,
}

impl Served {
    /// Starts the command with these arguments after `serve`, in this folder.
    pub(crate) fn start(
        name: &'static str,
        program: &Path,
        folder: &Path,
        arguments: &[&str],
    ) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args(["serve", "--json", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .current_dir(folder)
            .env_remove("HARDTACK_POLICY")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let messages = listen(&mut child);
        let (first, is_deaf) = read(&mut child)?;
        let Some(address) = address(&first) else {
            let _ = child.kill();
            let _ = child.wait();
            let why = lock(&messages).join("; ");
            return Err(io::Error::other(format!(
                "`{name}` did not start: {first}{why}"
            )));
        };
        Ok(Self {
            name,
            address,
            child,
            messages,
            is_deaf,
        })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Reads its stdout, or stops to.
    pub(crate) fn read_log(&self, reads: bool) {
        self.is_deaf.store(!reads, Ordering::Relaxed);
    }

    /// Sends a signal, such as `-HUP`.
    pub(crate) fn signal(&self, name: &str) {
        // If it has ended, the visitors notice.
        let _ = Command::new("kill")
            .args([name, &self.id().to_string()])
            .status();
    }

    /// How many messages there have been.
    pub(crate) fn said(&self) -> usize {
        lock(&self.messages).len()
    }

    /// Waits for a message with `part` after the first `said`; otherwise that is a fault.
    pub(crate) fn expect(&self, said: usize, part: &str, tally: &Tally) {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if lock(&self.messages)
                .iter()
                .skip(said)
                .any(|line| line.contains(part))
            {
                return;
            }
            thread::sleep(TICK);
        }
        tally.fault(
            Fault::Reload,
            format!("`{}` never said {part:?}", self.name),
        );
    }

    /// Stops the server as systemd would, and looks how it has ended.
    pub(crate) fn stop(mut self, tally: &Tally) {
        self.read_log(true);
        self.signal("-TERM");
        let until = Instant::now() + PATIENCE;
        let ended = loop {
            match self.child.try_wait() {
                Ok(None) if Instant::now() < until => thread::sleep(TICK),
                ended => break ended,
            }
        };
        let is_clean = matches!(ended, Ok(Some(status)) if status.success());
        if !is_clean {
            tally.fault(
                Fault::Ended,
                format!("`{}` ended with {ended:?}", self.name),
            );
        }
        for line in lock(&self.messages)
            .iter()
            .filter(|line| line.contains("panicked"))
        {
            tally.fault(Fault::Ended, line.clone());
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Collects the lines on stderr.
fn listen(child: &mut Child) -> Arc<Mutex<Vec<String>>> {
    let messages = Arc::<Mutex<Vec<String>>>::default();
    let heard = Arc::clone(&messages);
    if let Some(stderr) = child.stderr.take() {
        let lines = BufReader::new(stderr).lines().map_while(Result::ok);
        thread::spawn(move || lines.for_each(|line| lock(&heard).push(line)));
    }
    messages
}

/// The first line on stdout; then a thread reads on, unless it is told to stop.
fn read(child: &mut Child) -> io::Result<(String, Arc<AtomicBool>)> {
    let is_deaf = Arc::<AtomicBool>::default();
    let mut first = String::new();
    if let Some(stdout) = child.stdout.take() {
        let mut stdout = BufReader::new(stdout);
        stdout.read_line(&mut first)?;
        let rests = Arc::clone(&is_deaf);
        thread::spawn(move || {
            let mut lines = [0; 64 * 1024];
            loop {
                match rests.load(Ordering::Relaxed) {
                    true => thread::sleep(TICK),
                    false if matches!(stdout.read(&mut lines), Ok(0) | Err(_)) => return,
                    false => {}
                }
            }
        });
    }
    Ok((first, is_deaf))
}

fn address(first: &str) -> Option<SocketAddr> {
    let line: serde_json::Value = serde_json::from_str(first).ok()?;
    let url = line["listening"].as_str()?;
    let port = url.trim_end_matches('/').rsplit(':').next()?;
    Some(SocketAddr::from(([127, 0, 0, 1], port.parse().ok()?)))
}
