//! Puts an edited policy and renewed certificates in force while the server runs: once a file changes, or on SIGHUP.
//!
//! Files are looked at every second rather than watched: that works on every file system, and for the links that
//! Kubernetes exchanges. What cannot be read or is wrong changes nothing, and a line in the log says where it is wrong.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};
use std::{fs, io};

use hardtack_server::{Control, PolicyInForce, tls};

use super::supervisor::{self, State};
use crate::error::{Error, Report};
use crate::output::{Output, visible};
use crate::policy_file::{self, PolicyFile};
use crate::seal_keys;

/// How soon a signal is noticed.
const TICK: Duration = Duration::from_millis(200);

/// How many ticks pass between two looks at the files.
const TICKS_PER_LOOK: u32 = 5;

/// Where policy and certificates were read from.
#[derive(Clone, Debug)]
pub(super) struct Sources {
    /// The file that was named.
    pub(super) policy: Option<PathBuf>,
    /// Certificates and their key.
    pub(super) certificate: Option<(PathBuf, PathBuf)>,
    /// Added to the policy's source, where an artifact decides by its own.
    pub(super) suffix: String,
}

/// How the files were when they were read: what was edited since then is read again.
#[derive(Debug)]
pub(super) struct Seen(Vec<Stamp>);

/// What is in force when the thread starts.
#[derive(Debug)]
pub(super) struct InForce {
    /// The policy's file; `None` for the defaults.
    pub(super) file: Option<PathBuf>,
    /// How connections are secured: this stays where no certificates were named.
    pub(super) tls: Option<Arc<tls::ServerConfig>>,
    /// Looked at before the files were read.
    pub(super) seen: Seen,
}

/// The thread that looks at the files. Dropping it ends it.
#[derive(Debug)]
pub(super) struct Watch {
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Starts the thread.
///
/// # Errors
///
/// If the system has no thread left.
pub(super) fn start(
    sources: Sources,
    in_force: InForce,
    hangup: Hangup,
    control: Control,
    output: &Output,
) -> io::Result<Watch> {
    let ended = Arc::new(AtomicBool::new(false));
    let watcher = Watcher {
        in_force,
        sources,
        control,
        output: output.clone(),
        hangup,
        unsettled: false,
    };
    let until = Arc::clone(&ended);
    let thread = thread::Builder::new()
        .name("reload".to_string())
        .spawn(move || watcher.run(&until))?;
    Ok(Watch {
        ended,
        thread: Some(thread),
    })
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A panic of the thread has been reported already.
            let _ = thread.join();
        }
    }
}

struct Watcher {
    sources: Sources,
    /// Once there was a policy file, the defaults do not come back because it is gone.
    in_force: InForce,
    /// Whether the files had changed at the last look: they are read once they have not changed since.
    unsettled: bool,
    hangup: Hangup,
    control: Control,
    output: Output,
}

impl Watcher {
    fn run(mut self, ended: &AtomicBool) {
        for tick in 1_u32.. {
            thread::park_timeout(TICK);
            if ended.load(Ordering::Relaxed) {
                return;
            }
            let asked = self.hangup.received();
            if asked || tick % TICKS_PER_LOOK == 0 && self.have_changed() {
                self.reload(asked);
            }
        }
    }

    fn have_changed(&mut self) -> bool {
        let now = self.sources.look();
        let changed = now.0 != self.in_force.seen.0;
        self.in_force.seen = now;
        let settled = self.unsettled && !changed;
        self.unsettled = changed;
        settled
    }

    fn reload(&mut self, asked: bool) {
        supervisor::tell(State::Reloading);
        match self.sources.read(&self.in_force) {
            Ok((policy, file, tls)) => {
                self.in_force.file = file;
                let source = policy.source.clone();
                self.control.reload(policy, tls);
                let why = if asked { "SIGHUP" } else { "a file changed" };
                self.output
                    .note(format_args!("reloaded, because {why}: policy {source}"));
            }
            Err(error) => {
                self.control.count_failed_reload();
                warn(&error);
            }
        }
        supervisor::tell(State::Ready);
    }
}

type Read = (
    PolicyInForce,
    Option<PathBuf>,
    Option<Arc<tls::ServerConfig>>,
);

impl Sources {
    /// All of it, or the first thing that is wrong.
    fn read(&self, in_force: &InForce) -> Result<Read, Error> {
        let named = self.policy.as_deref().or(in_force.file.as_deref());
        let policy = PolicyFile::find(named)?;
        let tls = match &self.certificate {
            Some((cert, key)) => Some(super::transport::from_files(cert, key)?),
            None => in_force.tls.clone(),
        };
        let file = policy.path.clone();
        Ok((super::in_force(policy, &self.suffix), file, tls))
    }

    /// Looks at the files.
    pub(super) fn look(&self) -> Seen {
        let policy = self.policy.as_deref();
        let policy = policy.unwrap_or_else(|| Path::new(policy_file::DEFAULT));
        let certificate = self.certificate.iter();
        let certificate = certificate.flat_map(|(cert, key)| [cert.clone(), key.clone()]);
        let files = [policy.to_owned()].into_iter().chain(seal_keys::file());
        let stamps = files.chain(certificate).map(|file| stamp(&file));
        Seen(stamps.collect())
    }
}

/// When a file was changed, its length, and what the system calls it; `None` where there is none.
type Stamp = Option<(SystemTime, u64, u64)>;

fn stamp(file: &Path) -> Stamp {
    let file = fs::metadata(file).ok()?;
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(&file);
    #[cfg(not(unix))]
    let number = 0;
    Some((file.modified().ok()?, file.len(), number))
}

/// One line for each thing that is wrong.
fn warn(error: &Error) {
    for report in error.reports() {
        let why = visible(&line(report));
        tracing::warn!("not reloaded, what was in force stays: {why}");
    }
}

/// `hardtack.toml:2:1: unknown key `cookie.nmae` (did you mean `name`?)`
fn line(report: &Report) -> String {
    let place = report.place.as_ref();
    let place = place.map(|(file, at)| format!("{file}:{}:{}: ", at.line, at.column));
    let causes = report.causes.iter().map(|cause| format!(": {cause}"));
    let hint = report.hint.as_ref().map(|hint| format!(" ({hint})"));
    let causes: String = causes.collect();
    let message = &report.message;
    format!(
        "{}{message}{causes}{}",
        place.unwrap_or_default(),
        hint.unwrap_or_default()
    )
}

/// SIGHUP: asks to read the files again, or says that the terminal was closed in which the server was started.
#[cfg(unix)]
#[derive(Debug)]
pub(super) struct Hangup {
    received: Arc<AtomicBool>,
    from_terminal: bool,
}

#[cfg(unix)]
impl Hangup {
    /// Listens from now on.
    ///
    /// # Errors
    ///
    /// If the system refuses the handler.
    pub(super) fn listen() -> io::Result<Self> {
        let received = Arc::new(AtomicBool::new(false));
        signal_hook::flag::register(signal_hook::consts::SIGHUP, Arc::clone(&received))?;
        Ok(Self {
            received,
            from_terminal: is_terminal(),
        })
    }

    /// Whether somebody asked. A server whose terminal was closed stops, as any program of a terminal would.
    fn received(&self) -> bool {
        if !self.received.swap(false, Ordering::Relaxed) {
            return false;
        }
        if self.from_terminal && !is_terminal() {
            // The process's own handler for SIGTERM stops the server.
            let _ = signal_hook::low_level::raise(signal_hook::consts::SIGTERM);
            return false;
        }
        true
    }
}

/// A terminal that was closed is none any more.
#[cfg(unix)]
fn is_terminal() -> bool {
    io::IsTerminal::is_terminal(&io::stdin())
}

#[cfg(not(unix))]
#[derive(Debug)]
pub(super) struct Hangup;

#[cfg(not(unix))]
impl Hangup {
    /// Listens from now on.
    ///
    /// # Errors
    ///
    /// If the system refuses the handler.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    fn received(&self) -> bool {
        false
    }
}
