//! A limit on the requests of each client, as a token bucket.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock as _, MonotonicClock};
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed, StateStore};
use governor::{Quota, RateLimiter};
use quick_cache::sync::Cache;

use crate::client_key::ClientKey;

/// The most clients that are remembered. The least recently seen are forgotten first.
const CLIENTS: usize = 65_536;

/// Requests that one client may send. A client is an IPv4 address or an IPv6 network of 64 bits, as trusted proxies
/// report it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests a second, in the long run.
    pub per_second: NonZeroU32,
    /// Requests at once, after a pause.
    pub burst: NonZeroU32,
}

/// Counts the requests of all clients. Clones share the count.
#[derive(Clone, Debug)]
pub(crate) struct Rates(Arc<RateLimiter<ClientKey, Buckets, MonotonicClock>>);

#[derive(Debug)]
struct Buckets(Cache<ClientKey, Arc<InMemoryState>>);

impl Rates {
    pub(crate) fn new(limit: RateLimit) -> Self {
        let quota = Quota::per_second(limit.per_second).allow_burst(limit.burst);
        let buckets = Buckets(Cache::new(CLIENTS));
        Self(Arc::new(RateLimiter::new(quota, buckets, MonotonicClock)))
    }

    /// Counts a request.
    ///
    /// # Errors
    ///
    /// The time until the next one, if it is one too many.
    pub(crate) fn count(&self, client: ClientKey) -> Result<(), Duration> {
        let checked = self.0.check_key(&client);
        checked.map_err(|refused| refused.wait_time_from(self.0.clock().now()))
    }
}

impl StateStore for Buckets {
    type Key = ClientKey;

    fn measure_and_replace<T, F, E>(&self, client: &ClientKey, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let bucket = self
            .0
            .get_or_insert_with(client, || Ok::<_, E>(Arc::default()))?;
        bucket.measure_and_replace(&NotKeyed::NonKey, measure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(per_second: u32, burst: u32) -> Rates {
        Rates::new(RateLimit {
            per_second: per_second.try_into().unwrap(),
            burst: burst.try_into().unwrap(),
        })
    }

    fn client(number: u32) -> ClientKey {
        ClientKey::new(std::net::Ipv4Addr::from_bits(number).into())
    }

    #[test]
    fn a_client_that_has_used_its_burst_waits() {
        let rates = rates(1, 3);
        let answers: Vec<bool> = (0..5).map(|_| rates.count(client(1)).is_ok()).collect();
        assert_eq!(answers, [true, true, true, false, false]);
        let wait = rates.count(client(1)).unwrap_err();
        assert!(
            !wait.is_zero() && wait <= Duration::from_secs(1),
            "{wait:?}"
        );
        assert!(rates.count(client(2)).is_ok());
    }

    #[test]
    fn tokens_come_back() {
        let rates = rates(20, 1);
        assert!(rates.count(client(1)).is_ok());
        let wait = rates.count(client(1)).unwrap_err();
        std::thread::sleep(wait);
        assert!(rates.count(client(1)).is_ok());
    }

    #[test]
    fn the_table_is_bounded() {
        let rates = rates(1, 1);
        for number in 0..200_000 {
            let _ = rates.count(client(number));
        }
        let last = rates.count(client(199_999));
        let limiter = Arc::into_inner(rates.0).unwrap();
        assert!(last.is_err() && limiter.into_state_store().0.len() <= CLIENTS);
    }
}
