//! A server without workers.

use std::future::pending;
use std::num::NonZeroUsize;

use super::*;
use crate::peer::TrustedProxies;
use crate::proxy::UpstreamLimits;
use crate::{Inspection, Limits};

fn config() -> Config {
    let loaded = hardtack_policy::from_toml("").unwrap();
    Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        workers: NonZeroUsize::MIN,
        tls: None,
        limits: Limits::default(),
        upstream_limits: UpstreamLimits::default(),
        trusted: TrustedProxies::none(),
        proxy_protocol: false,
        public_url: None,
        reuse_port: false,
        policy: PolicyInForce {
            policy: Arc::new(loaded.policy),
            settings: Arc::new(loaded.settings),
            source: "a test".to_string(),
        },
        inspector: Inspection::default(),
    }
}

#[tokio::test]
async fn a_server_whose_workers_have_all_ended_ends_with_an_error() {
    let site = Site::folder(env!("CARGO_MANIFEST_DIR")).unwrap();
    let mut server = Server::bind(config(), site, None).unwrap();
    let lasting = Lasting {
        inspector: None,
        rates: None,
        clients: Clients::of(&config()),
        open: OpenConnections::default(),
        stopped: watch::channel(false).1,
        metrics: None,
    };
    let workers = [Worker::ended_early(), Worker::ended_early()];
    let running = server.hand_out(&workers, &lasting, pending());
    let ended = tokio::time::timeout(Duration::from_secs(20), running).await;
    let error = ended.expect("the server ends").unwrap_err();
    assert_eq!(error.to_string(), "all workers have ended");
}
