//! Whether the server lives, and whether it takes requests: for whoever restarts it, and whoever routes to it.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, oneshot};
use tokio::time::timeout;

/// How long a thread may take to answer: far longer than any step of a request.
const PING_TIMEOUT: Duration = Duration::from_secs(2);

/// The threads of one server, and how far it is.
#[derive(Debug, Default)]
pub(crate) struct Health {
    /// Set once the workers run.
    threads: OnceLock<Vec<Thread>>,
    is_stopping: AtomicBool,
}

/// A thread that answers pings.
pub(crate) struct Thread {
    ask: Box<dyn Fn(oneshot::Sender<()>) + Send + Sync>,
    /// The ping on its way. There is no second one: a thread that hangs collects none.
    asked: Mutex<Option<oneshot::Receiver<()>>>,
}

impl Health {
    /// The workers run from now on.
    pub(crate) fn run(&self, threads: Vec<Thread>) {
        // A server runs once.
        let _ = self.threads.set(threads);
    }

    pub(crate) fn stop(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
    }

    /// Whether new requests are welcome.
    pub(crate) fn is_ready(&self) -> bool {
        self.threads.get().is_some() && !self.is_stopping()
    }

    /// Whether each thread answers. A server that stops lives until it ends.
    pub(crate) async fn is_alive(&self) -> bool {
        for thread in self.threads.get().into_iter().flatten() {
            if !thread.answers().await && !self.is_stopping() {
                return false;
            }
        }
        true
    }

    fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Relaxed)
    }
}

impl Thread {
    /// A thread that `ask` sends pings to. Where it has ended, the ping is dropped.
    pub(crate) fn new(ask: impl Fn(oneshot::Sender<()>) + Send + Sync + 'static) -> Self {
        Self {
            ask: Box::new(ask),
            asked: Mutex::default(),
        }
    }

    async fn answers(&self) -> bool {
        timeout(PING_TIMEOUT, self.ping()).await.unwrap_or(false)
    }

    async fn ping(&self) -> bool {
        let mut asked = self.asked.lock().await;
        let answer = asked.get_or_insert_with(|| {
            let (ping, answer) = oneshot::channel();
            (self.ask)(ping);
            answer
        });
        let answers = answer.await.is_ok();
        *asked = None;
        answers
    }
}

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Thread").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex as StdMutex};

    use super::*;

    /// Whether a server lives whose one thread does this with pings.
    fn lives(ask: impl Fn(oneshot::Sender<()>) + Send + Sync + 'static, stops: bool) -> bool {
        let health = Health::default();
        health.run(vec![Thread::new(ask)]);
        if stops {
            health.stop();
        }
        let runtime = crate::runtime::current_thread().unwrap();
        runtime.block_on(async {
            tokio::time::pause();
            health.is_alive().await
        })
    }

    #[test]
    fn a_server_lives_while_its_threads_answer() {
        assert!(lives(|ping| ping.send(()).unwrap(), false));
    }

    #[test]
    fn a_thread_that_has_ended_is_found() {
        assert!(!lives(drop, false));
        assert!(lives(drop, true));
    }

    #[test]
    fn a_thread_that_hangs_is_found_and_asked_once() {
        let pings = Arc::new(StdMutex::new(Vec::new()));
        let kept = Arc::clone(&pings);
        let health = Health::default();
        health.run(vec![Thread::new(move |ping| {
            kept.lock().unwrap().push(ping)
        })]);
        let runtime = crate::runtime::current_thread().unwrap();
        runtime.block_on(async {
            tokio::time::pause();
            assert!(!health.is_alive().await);
            assert!(!health.is_alive().await);
            let late = pings.lock().unwrap().pop().unwrap();
            assert!(pings.lock().unwrap().is_empty());
            late.send(()).unwrap();
            assert!(health.is_alive().await);
        });
    }

    #[test]
    fn a_server_is_ready_between_its_start_and_its_stop() {
        let health = Health::default();
        assert!(!health.is_ready());
        health.run(Vec::new());
        assert!(health.is_ready());
        health.stop();
        assert!(!health.is_ready());
    }
}
