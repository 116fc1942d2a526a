//! An exchange in flight, as metrics see it: counted once it has ended, however it ends.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use http::{Request, Response};

use super::counters::{Class, Counters};
use crate::body::Body;

/// One exchange. It is counted on drop.
#[derive(Debug)]
pub(crate) struct Measurement {
    counters: Arc<Counters>,
    begun: Instant,
    class: Class,
}

impl Measurement {
    pub(crate) fn begin(counters: &Arc<Counters>) -> Self {
        Self {
            counters: Arc::clone(counters),
            begun: Instant::now(),
            class: Class::None,
        }
    }

    /// Follows the response's body to its end.
    pub(crate) fn track(mut self, response: Response<Body>) -> Response<Body> {
        self.class = Class::of(response.status());
        self.counters.count_generated(&response);
        response.map(|body| body.measured(self))
    }

    /// Counts bytes of the response's body that the connection has taken.
    pub(crate) fn count_bytes(&self, bytes: usize) {
        self.counters.count_bytes(bytes);
    }
}

impl Drop for Measurement {
    fn drop(&mut self) {
        self.counters.count_request(self.class);
        self.counters.request_duration.observe(self.begun.elapsed());
    }
}

/// How long a sampled decision takes: all that comes before the origin is asked and after it has answered.
#[derive(Clone, Debug)]
pub(crate) struct DecisionTimer(Arc<Timing>);

#[derive(Debug)]
struct Timing {
    begun: Instant,
    origin: OnceLock<Duration>,
}

impl DecisionTimer {
    /// Begins to time the decision on a request, if it is one of the sample. The request carries the timer.
    pub(crate) fn begin<B>(counters: &Counters, request: &mut Request<B>) -> Option<Self> {
        if !counters.samples_decision() {
            return None;
        }
        let timer = Self(Arc::new(Timing {
            begun: Instant::now(),
            origin: OnceLock::new(),
        }));
        request.extensions_mut().insert(timer.clone());
        Some(timer)
    }

    /// The timer of a request, if it is one of the sample.
    pub(crate) fn of<B>(request: &Request<B>) -> Option<Self> {
        request.extensions().get().cloned()
    }

    /// Leaves out the time until `response` is there.
    pub(crate) async fn leave_out<T>(timer: Option<Self>, response: impl Future<Output = T>) -> T {
        let Some(Self(timing)) = timer else {
            return response.await;
        };
        let begun = Instant::now();
        let response = response.await;
        // The origin is asked once.
        let _ = timing.origin.set(begun.elapsed());
        response
    }

    /// Counts the decision, if the origin was asked.
    pub(crate) fn end(self, counters: &Counters) {
        let Self(timing) = self;
        let all = timing.begun.elapsed();
        if let Some(origin) = timing.origin.get() {
            counters
                .decision_duration
                .observe(all.saturating_sub(*origin));
        }
    }
}
