//! One connection: TLS if asked for, HTTP/1.1 or HTTP/2, and the limits on both.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::rt::{Read, Write};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;

use crate::app::App;
use crate::config::{Config, Limits};
use crate::proxy::Connection;

/// Streams of one HTTP/2 connection at once: what RFC 9113 §6.5.2 recommends at least.
const STREAMS: u32 = 128;

/// How connections are served.
#[derive(Clone)]
pub(crate) struct Connections {
    http: Builder<TokioExecutor>,
    tls: Option<TlsAcceptor>,
    limits: Limits,
}

impl Connections {
    pub(crate) fn new(config: &Config) -> Self {
        let limits = config.limits;
        let mut http = Builder::new(TokioExecutor::new());
        http.http1()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.headers)
            .max_buf_size(limits.header_bytes.max(8192));
        http.http2()
            .timer(TokioTimer::new())
            .max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX))
            .max_concurrent_streams(STREAMS)
            .keep_alive_interval(limits.headers)
            .keep_alive_timeout(limits.headers);
        Self {
            http,
            tls: config.tls.clone().map(TlsAcceptor::from),
            limits,
        }
    }

    /// Serves one connection to its end. `place` is given back then.
    pub(crate) fn serve(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        place: Option<OwnedSemaphorePermit>,
        app: &Arc<App>,
        open: &GracefulShutdown,
    ) -> impl Future<Output = ()> + Send + use<> {
        let (this, app, watcher) = (self.clone(), Arc::clone(app), open.watcher());
        async move {
            // Responses leave at once, not when the next packet is full.
            let _ = stream.set_nodelay(true);
            this.encrypt_and_answer(stream, peer, &app, watcher).await;
            drop(place);
        }
    }

    async fn encrypt_and_answer(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        app: &Arc<App>,
        watcher: Watcher,
    ) {
        let stream = with_write_timeout(stream, self.limits.write);
        let connection = Connection {
            peer,
            tls: self.tls.is_some(),
        };
        let Some(tls) = &self.tls else {
            return self
                .answer(TokioIo::new(stream), connection, app, watcher)
                .await;
        };
        match timeout(self.limits.handshake, tls.accept(stream)).await {
            Ok(Ok(stream)) => {
                self.answer(TokioIo::new(stream), connection, app, watcher)
                    .await
            }
            Ok(Err(error)) => tracing::debug!(%peer, %error, "failed to agree on TLS"),
            Err(_) => tracing::debug!(%peer, "no TLS handshake in time"),
        }
    }

    async fn answer<S>(&self, stream: S, connection: Connection, app: &Arc<App>, watcher: Watcher)
    where
        S: Read + Write + Unpin + Send + 'static,
    {
        let served = self
            .http
            .serve_connection_with_upgrades(stream, app.service(connection));
        if let Err(error) = watcher.watch(served.into_owned()).await {
            tracing::debug!(peer = %connection.peer, %error, "a connection ended early");
        }
    }
}

/// A client that takes nothing more of a response holds memory and a place for nobody.
fn with_write_timeout(stream: TcpStream, limit: Duration) -> Pin<Box<TimeoutStream<TcpStream>>> {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limit));
    Box::pin(stream)
}
