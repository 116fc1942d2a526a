//! A worker: a thread with its own runtime, which serves the connections that the listener hands to it.

use std::io;
use std::mem;
use std::net::{SocketAddr, TcpStream as StdStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::admission::Place;
use crate::connection::Connections;
use crate::drain::Drain;
use crate::health::Thread;
use crate::permit::ConnectionPermit;
use crate::runtime;
use crate::throttle::Throttle;

/// A worker, as the listener sees it.
#[derive(Debug)]
pub(crate) struct Worker {
    orders: UnboundedSender<Order>,
    load: Arc<AtomicUsize>,
    thread: JoinHandle<io::Result<()>>,
}

/// What the listener tells a worker.
enum Order {
    Serve(Handoff),
    /// New connections are served by these settings; the old ones close once their exchanges have completed.
    Reload(Box<Connections>),
    /// Says that the worker answers.
    Answer(oneshot::Sender<()>),
}

/// A connection on its way from the listener to a worker. The permits limit how many there can be.
#[derive(Debug)]
struct Handoff {
    stream: StdStream,
    peer: SocketAddr,
    permit: ConnectionPermit,
}

impl Worker {
    /// Starts the thread. Once the worker is stopped, exchanges in flight have `shutdown_timeout` to complete.
    pub(crate) fn start(connections: Connections, shutdown_timeout: Duration) -> io::Result<Self> {
        let (orders, incoming) = mpsc::unbounded_channel();
        // Made here, before connections can take the last descriptors that it needs.
        let runtime = runtime::current_thread()?;
        let thread = thread::Builder::new()
            .name("hardtack".to_string())
            .spawn(move || runtime.block_on(serve(connections, incoming, shutdown_timeout)))?;
        Ok(Self {
            orders,
            load: Arc::default(),
            thread,
        })
    }

    /// Whether the worker still takes connections: only a panic ends it early.
    pub(crate) fn is_running(&self) -> bool {
        !self.orders.is_closed()
    }

    /// Completes once the worker takes no more connections.
    pub(crate) async fn ended(&self) {
        self.orders.closed().await;
    }

    /// The worker's thread, to ask whether it answers. The worker can be stopped all the same.
    pub(crate) fn thread(&self) -> Thread {
        let orders = self.orders.downgrade();
        Thread::new(move |ping| {
            if let Some(orders) = orders.upgrade() {
                // A worker that has ended answers nothing.
                drop(orders.send(Order::Answer(ping)));
            }
        })
    }

    /// Serves new connections by these settings.
    pub(crate) fn reload(&self, connections: Connections) {
        // A worker that has ended needs none.
        drop(self.orders.send(Order::Reload(Box::new(connections))));
    }

    /// The number of open connections.
    pub(crate) fn load(&self) -> usize {
        self.load.load(Ordering::Relaxed)
    }

    /// Hands a connection to the worker. `place` is released when the connection closes.
    pub(crate) fn hand_off(&self, stream: TcpStream, peer: SocketAddr, place: Place) {
        let permit = ConnectionPermit::new(&self.load, place);
        match stream.into_std() {
            // If the worker has just ended, the connection is dropped with the message.
            Ok(stream) => drop(self.orders.send(Order::Serve(Handoff {
                stream,
                peer,
                permit,
            }))),
            Err(error) => warn(&error, "failed to hand over a connection"),
        }
    }

    /// Stops the worker. Its thread ends once its exchanges have completed.
    pub(crate) fn stop(self) -> JoinHandle<io::Result<()>> {
        self.thread
    }
}

#[cfg(test)]
impl Worker {
    /// A worker that has ended.
    pub(crate) fn ended_early() -> Self {
        Self {
            orders: mpsc::unbounded_channel().0,
            load: Arc::default(),
            thread: thread::spawn(|| Ok(())),
        }
    }
}

async fn serve(
    mut connections: Connections,
    mut orders: UnboundedReceiver<Order>,
    shutdown_timeout: Duration,
) -> io::Result<()> {
    let mut open = Drain::default();
    // Connections that were opened before a reload.
    let mut closing = JoinSet::new();
    while let Some(order) = orders.recv().await {
        match order {
            Order::Serve(handoff) => take_over(&connections, handoff, &open),
            Order::Reload(next) => {
                connections = *next;
                closing.spawn(mem::take(&mut open).finish());
                while closing.try_join_next().is_some() {}
            }
            // Whoever asked may have given up.
            Order::Answer(ping) => drop(ping.send(())),
        }
    }
    closing.spawn(open.finish());
    if timeout(shutdown_timeout, closing.join_all()).await.is_err() {
        tracing::warn!("cut connections that were still open {shutdown_timeout:?} after the stop");
    }
    Ok(())
}

fn take_over(connections: &Connections, handoff: Handoff, open: &Drain) {
    let Handoff {
        stream,
        peer,
        permit,
    } = handoff;
    match TcpStream::from_std(stream) {
        Ok(stream) => drop(tokio::spawn(connections.serve(stream, peer, permit, open))),
        Err(error) => warn(&error, "failed to take over a connection"),
    }
}

/// A system that is short of something is so for each connection.
fn warn(error: &io::Error, what: &str) {
    static FAILURES: Throttle = Throttle::new();
    if let Some(count) = FAILURES.count() {
        tracing::warn!(%error, count, "{what}");
    }
}
