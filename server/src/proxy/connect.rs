//! Connections to the upstream: plain or TLS, opened within a time limit, and marked once they have carried a response.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Extensions, Uri};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{
    ConfigBuilderExt as _, HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream,
};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tower_service::Service;

use super::failure::chain;
use super::queue::Queue;
use super::timeout::Silence;
use crate::body::BoxError;

/// The certificate authorities that an upstream is verified with.
#[derive(Debug)]
pub(super) enum Roots {
    /// None, for a plain connection.
    Unneeded,
    /// The system's, or those that `SSL_CERT_FILE` and `SSL_CERT_DIR` name.
    Native,
    /// Only these.
    #[cfg(test)]
    Custom(RootCertStore),
}

/// Opens connections. Name lookup, connection and handshake share one time limit.
#[derive(Clone, Debug)]
pub(super) struct Connector {
    inner: HttpsConnector<HttpConnector>,
    limit: Duration,
    queue: Queue,
}

impl Connector {
    /// Opens no more connections than `queue` allows. Fails if the system has no certificate authorities and they are
    /// needed.
    pub(super) fn new(limit: Duration, roots: Roots, queue: Queue) -> io::Result<Self> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // Divided among the upstream's addresses, so that an unreachable one leaves time for the next.
        tcp.set_connect_timeout(Some(limit));
        // An upgraded connection may be silent for hours; keep-alive detects that its other end has gone.
        tcp.set_keepalive(Some(Duration::from_secs(60)));
        let inner = HttpsConnectorBuilder::new()
            .with_tls_config(tls(roots)?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        Ok(Self {
            inner,
            limit,
            queue,
        })
    }

    /// Opens no more connections than this queue allows.
    pub(super) fn share(&mut self, queue: Queue) {
        self.queue = queue;
    }
}

fn tls(roots: Roots) -> io::Result<ClientConfig> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?;
    let config = match roots {
        Roots::Unneeded => config.with_root_certificates(RootCertStore::empty()),
        Roots::Native => config.with_native_roots()?,
        #[cfg(test)]
        Roots::Custom(roots) => config.with_root_certificates(roots),
    };
    Ok(config.with_no_client_auth())
}

impl Service<Uri> for Connector {
    type Response = UpstreamConnection;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<UpstreamConnection, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, upstream: Uri) -> Self::Future {
        let (connecting, limit) = (self.inner.call(upstream), self.limit);
        let queue = self.queue.clone();
        let opening = async move {
            let permit = queue.open().await;
            Ok::<_, BoxError>((connecting.await?, permit))
        };
        Box::pin(async move {
            let opened = timeout(limit, opening).await;
            let (stream, permit) = opened.map_err(|_| Silence(limit))??;
            Ok(UpstreamConnection {
                stream,
                reused: Reused::default(),
                _permit: permit,
            })
        })
    }
}

/// Whether a connection has carried a response before.
///
/// The upstream may close an idle connection at the moment when a request is sent on it. Such a failure alone does not
/// mean that something is wrong with the upstream.
#[derive(Clone, Debug, Default)]
pub(super) struct Reused(Arc<AtomicBool>);

impl Reused {
    /// Marks the connection that carried this response.
    pub(super) fn mark(response: &Extensions) {
        if let Some(Self(reused)) = response.get() {
            reused.store(true, Ordering::Relaxed);
        }
    }

    /// Whether the request failed because the upstream closed a connection that had carried a response before.
    pub(super) fn explains(error: &legacy::Error) -> bool {
        let mut extensions = Extensions::new();
        if let Some(connection) = error.connect_info() {
            connection.get_extras(&mut extensions);
        }
        let reused = extensions
            .get()
            .is_some_and(|Self(reused)| reused.load(Ordering::Relaxed));
        let mut causes = chain(error).filter_map(|cause| cause.downcast_ref());
        reused && !causes.any(hyper::Error::is_parse)
    }
}

/// A connection whose requests can see whether it has carried a response before.
#[derive(Debug)]
pub(super) struct UpstreamConnection {
    stream: MaybeHttpsStream<TokioIo<TcpStream>>,
    reused: Reused,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Connection for UpstreamConnection {
    fn connected(&self) -> Connected {
        self.stream.connected().extra(self.reused.clone())
    }
}

impl Read for UpstreamConnection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl Write for UpstreamConnection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }
}
