//! The whole load: visitors of every kind at every server, and clients that hang.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::runtime::{self, Runtime};

use crate::client::{Protocol, Way};
use crate::hanging::{Hanging, hang};
use crate::served::Served;
use crate::socket::talk;
use crate::tally::Tally;
use crate::visitor::{Site, visit};

/// Of each kind: by server, protocol, and whether they return.
const VISITORS: usize = 4;
const SOCKETS: usize = 3;

/// Clients that run until they are stopped.
#[derive(Debug)]
pub(crate) struct Load {
    runtime: Runtime,
    ended: Arc<AtomicBool>,
}

impl Load {
    /// Starts all clients of the plain server, of the one with TLS, and of the one with files.
    pub(crate) fn start(servers: &[Served; 3], tally: &Arc<Tally>) -> io::Result<Self> {
        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let load = Self {
            runtime,
            ended: Arc::default(),
        };
        let [plain, tls, files] = servers;
        load.visitors(plain, false, Site::Application, tally);
        load.visitors(tls, true, Site::Application, tally);
        load.visitors(files, false, Site::Files, tally);
        load.hanging(plain, "/huge", tally);
        load.hanging(files, "/huge.bin", tally);
        for _ in 0..SOCKETS {
            let talking = talk(plain.address, Arc::clone(tally), Arc::clone(&load.ended));
            load.runtime.spawn(talking);
        }
        Ok(load)
    }

    /// Lets the clients complete what they do, and ends them.
    pub(crate) fn stop(self) {
        self.ended.store(true, Ordering::Relaxed);
        self.runtime.shutdown_timeout(Duration::from_secs(2));
    }

    fn visitors(&self, server: &Served, tls: bool, site: Site, tally: &Arc<Tally>) {
        for protocol in [Protocol::Http1, Protocol::Http2] {
            let way = Way {
                server: server.name,
                address: server.address,
                protocol,
                tls,
            };
            for number in 0..2 * VISITORS {
                let returns = number % 2 == 0;
                let (tally, ended) = (Arc::clone(tally), Arc::clone(&self.ended));
                self.runtime.spawn(visit(way, site, returns, tally, ended));
            }
        }
    }

    fn hanging(&self, server: &Served, path: &'static str, tally: &Arc<Tally>) {
        for how in Hanging::ALL {
            let (tally, ended) = (Arc::clone(tally), Arc::clone(&self.ended));
            self.runtime
                .spawn(hang(how, server.address, path, tally, ended));
        }
    }
}
