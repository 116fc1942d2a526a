//! What the proxy may use: connections to the upstream, and memory for what passes.

use std::time::Duration;

/// What the proxy may use. All workers share the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpstreamLimits {
    /// Connections to the upstream that are in use. Idle ones are not counted, as with nginx's `max_conns`; an upgraded
    /// one, such as a WebSocket, is in use until it closes. Default 1,024.
    pub connections: usize,
    /// Connections that the requests of one client use: an IPv4 address, or an IPv6 network of 64 bits, as trusted
    /// proxies report it. Further requests wait. Default 512.
    pub per_client: usize,
    /// Requests that wait for one of them, at most half of them one client's; further ones are answered with 503.
    /// Default 1,024.
    pub queue: usize,
    /// Time that a request waits for one of them, before it is answered with 503. Default 10 s.
    pub queue_timeout: Duration,
    /// Idle connections that are kept for later requests. Default 512.
    pub idle_connections: usize,
    /// Time that an idle connection is kept. Default 30 s.
    pub keepalive: Duration,
    /// Header lines of one response; one with more is answered with 502. Default 512.
    pub header_lines: usize,
    /// Bytes of a request's body that are received before a connection to the upstream is taken, so that a client that
    /// sends slowly does not hold one. The rest is streamed. With 0, all is streamed. Default 65,536.
    pub buffer_request: usize,
}

impl UpstreamLimits {
    /// The defaults for a process that may open this many files: in use, at most a quarter of them.
    #[must_use]
    pub fn for_open_files(limit: u64) -> Self {
        let defaults = Self::default();
        let quarter = usize::try_from(limit / 4).unwrap_or(usize::MAX);
        Self::default().with_connections(quarter.clamp(1, defaults.connections))
    }

    /// The same with this many connections in use, half as many of one client, and half as many idle ones.
    #[must_use]
    pub const fn with_connections(mut self, connections: usize) -> Self {
        self.connections = connections;
        self.per_client = connections.div_ceil(2);
        self.idle_connections = connections.div_ceil(2);
        self
    }
}

impl Default for UpstreamLimits {
    fn default() -> Self {
        Self {
            connections: 1024,
            per_client: 512,
            queue: 1024,
            queue_timeout: Duration::from_secs(10),
            idle_connections: 512,
            keepalive: Duration::from_secs(30),
            header_lines: 512,
            buffer_request: 65_536,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(open_files: u64, connections: usize, idle: usize) {
        let limits = UpstreamLimits::for_open_files(open_files);
        assert_eq!(
            (limits.connections, limits.idle_connections),
            (connections, idle)
        );
    }

    #[test]
    fn connections_leave_descriptors_for_clients() {
        check(0, 1, 1);
        check(512, 128, 64);
        check(4096, 1024, 512);
        check(u64::MAX, 1024, 512);
    }
}
