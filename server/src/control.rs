//! Changes a server from outside, while it runs.

use std::sync::Arc;

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;
use tokio_rustls::rustls::ServerConfig;

use crate::config::PolicyInForce;
use crate::metrics::Reloads;

/// Changes a server that runs. Clones are for the same server.
#[derive(Clone, Debug)]
pub struct Control {
    changes: UnboundedSender<Change>,
    reloads: Reloads,
}

/// What the listener is told.
#[derive(Debug)]
pub(crate) enum Change {
    Reload(PolicyInForce, Option<Arc<ServerConfig>>),
    /// Changes nothing, and says that the listener answers.
    Answer(oneshot::Sender<()>),
}

impl Control {
    pub(crate) const fn new(changes: UnboundedSender<Change>, reloads: Reloads) -> Self {
        Self { changes, reloads }
    }

    /// Puts a policy and certificates in force: all of them for each connection that is accepted from now on.
    ///
    /// Connections that are open complete the exchanges that are in flight by what was in force before, and close.
    /// Whether there is TLS at all does not change. After the server has stopped, nothing happens.
    pub fn reload(&self, policy: PolicyInForce, tls: Option<Arc<ServerConfig>>) {
        drop(self.changes.send(Change::Reload(policy, tls)));
    }

    /// Counts a reload that has failed already, for the metrics: what was read is wrong.
    pub fn count_failed_reload(&self) {
        self.reloads.count(false);
    }
}
