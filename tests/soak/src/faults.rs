//! What is done to the servers, in turn, while visitors use them.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConnection, StreamOwned};

use crate::certificates::{self, Certificates};
use crate::served::Served;
use crate::tally::{Fault, Tally};
use crate::upstream::{Sessions, Upstream};

/// The time between two faults.
const REST: Duration = Duration::from_secs(1);
/// How long the upstream is down.
const DOWN: Duration = Duration::from_millis(1500);
/// How long logs are not taken.
const UNLOGGED: Duration = Duration::from_secs(3);
/// How long connections may take to close after a reload: until their exchanges have ended.
const CLOSING: Duration = Duration::from_secs(5);

const POLICIES: [&str; 2] = ["", "[signals]\nserver_timing = true\n"];
const WRONG_POLICY: &str = "[signals]\nsevrer_timing = true\n";

/// What is done, and its name.
type Step = (&'static str, fn(&mut Faults) -> io::Result<()>);

/// The faults in their order.
const STEPS: [Step; 8] = [
    ("upstream killed", Faults::kill_upstream),
    ("log reader stopped", Faults::stop_reading),
    ("policy edited", Faults::edit_policy),
    ("log on a full disk", Faults::fill_disk),
    ("certificate renewed", Faults::renew_certificate),
    ("log rotated", Faults::rotate_log),
    ("SIGHUP", Faults::hang_up),
    ("policy broken and mended", Faults::break_policy),
];

/// The servers and what stands around them.
#[derive(Debug)]
pub(crate) struct Faults {
    pub(crate) tally: Arc<Tally>,
    pub(crate) servers: Arc<[Served; 3]>,
    pub(crate) upstream: Option<Upstream>,
    pub(crate) upstream_address: SocketAddr,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) policy: PathBuf,
    pub(crate) log: PathBuf,
    pub(crate) certificates: Certificates,
    pub(crate) edits: usize,
}

impl Faults {
    /// Injects one after another until `end`, and each at least once. Returns how often each was.
    pub(crate) fn run(mut self, end: Instant) -> io::Result<BTreeMap<&'static str, u64>> {
        let mut injected = BTreeMap::new();
        for (index, (name, step)) in STEPS.iter().cycle().enumerate() {
            if Instant::now() >= end && index >= STEPS.len() {
                break;
            }
            thread::sleep(REST);
            step(&mut self)?;
            *injected.entry(*name).or_default() += 1;
        }
        if let Some(upstream) = self.upstream.take() {
            // The visitors have seen enough of it.
            self.tally.down.open();
            upstream.kill();
        }
        Ok(injected)
    }

    fn kill_upstream(&mut self) -> io::Result<()> {
        self.tally.down.open();
        if let Some(upstream) = self.upstream.take() {
            upstream.kill();
        }
        thread::sleep(DOWN);
        let started = Upstream::start(self.upstream_address, Arc::clone(&self.sessions));
        self.upstream = Some(started?.0);
        self.tally.down.close_in(Duration::ZERO);
        Ok(())
    }

    fn stop_reading(&mut self) -> io::Result<()> {
        self.servers
            .iter()
            .for_each(|server| server.read_log(false));
        thread::sleep(UNLOGGED);
        self.servers.iter().for_each(|server| server.read_log(true));
        Ok(())
    }

    /// Sends the access log to a device that is always full, and back.
    fn fill_disk(&mut self) -> io::Result<()> {
        self.log_to(Path::new("/dev/full"))?;
        thread::sleep(UNLOGGED);
        self.rotate_log()
    }

    fn rotate_log(&mut self) -> io::Result<()> {
        let file = self.log.with_extension("file");
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => self.log_to(&file),
        }
    }

    fn log_to(&self, target: &Path) -> io::Result<()> {
        let beside = self.log.with_extension("new");
        symlink(target, &beside)?;
        fs::rename(beside, &self.log)?;
        self.servers
            .iter()
            .for_each(|server| server.signal("-USR1"));
        Ok(())
    }

    fn edit_policy(&mut self) -> io::Result<()> {
        self.edits += 1;
        let policy = POLICIES[self.edits % POLICIES.len()];
        let path = self.policy.clone();
        self.reload("reloaded, because a file changed", || {
            certificates::replace(&path, policy)
        })
    }

    fn break_policy(&mut self) -> io::Result<()> {
        let path = self.policy.clone();
        self.reload("what was in force stays", || {
            certificates::replace(&path, WRONG_POLICY)
        })?;
        self.edit_policy()
    }

    fn renew_certificate(&mut self) -> io::Result<()> {
        let said = self.tls().said();
        self.tally.reloads.open();
        let renewed = self.certificates.renew()?;
        self.tls()
            .expect(said, "reloaded, because a file changed", &self.tally);
        self.tally.reloads.close_in(CLOSING);
        self.check_certificate(&renewed)
    }

    fn hang_up(&mut self) -> io::Result<()> {
        let certificates = self.certificates.clone();
        let servers = Arc::clone(&self.servers);
        let mut renewed = None;
        self.reload("reloaded, because SIGHUP", || {
            renewed = Some(certificates.renew()?);
            servers.iter().for_each(|server| server.signal("-HUP"));
            Ok(())
        })?;
        renewed.map_or(Ok(()), |renewed| self.check_certificate(&renewed))
    }

    /// Does what makes all servers reload, and waits until each has said so.
    fn reload(&self, message: &str, act: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        let said: Vec<usize> = self.servers.iter().map(Served::said).collect();
        self.tally.reloads.open();
        act()?;
        for (server, said) in self.servers.iter().zip(said) {
            server.expect(said, message, &self.tally);
        }
        self.tally.reloads.close_in(CLOSING);
        Ok(())
    }

    fn tls(&self) -> &Served {
        &self.servers[1]
    }

    /// Whether a new connection has the renewed certificate.
    fn check_certificate(&self, renewed: &CertificateDer<'_>) -> io::Result<()> {
        // The watcher says that it has reloaded just before the listener is told.
        thread::sleep(REST);
        let config = certificates::client(&[]).map_err(io::Error::other)?;
        let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
        let connection = ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)?;
        let mut stream = StreamOwned::new(connection, TcpStream::connect(self.tls().address)?);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock)?;
        }
        let seen = stream.conn.peer_certificates().and_then(<[_]>::first);
        if seen != Some(renewed) {
            self.tally
                .fault(Fault::Reload, "a new connection has an old certificate");
        }
        Ok(())
    }
}
