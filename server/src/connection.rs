//! One connection: a header of the PROXY protocol and TLS, if configured, HTTP/1.1 or HTTP/2, and the time limits on
//! all of them.

use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;

use crate::app::App;
use crate::client_stream::ClientStream;
use crate::config::{Config, Limits};
use crate::drain::{Drain, Drained};
use crate::open_connections::OpenConnections;
use crate::peer::Connection;
use crate::permit::ConnectionPermit;
use crate::progress::Progress;
use crate::proxy_protocol::ProxyProtocol;
use crate::refusal::Refusal;

/// How long an HTTP/2 connection without exchanges in flight may stay open once the server stops.
const GOAWAY_TIMEOUT: Duration = Duration::from_secs(1);

/// How long a connection that is to close may still wait for its first request, counted from when it was opened. The
/// client may have sent it already, and would not send it again.
const FIRST_REQUEST_TIMEOUT: Duration = Duration::from_secs(1);

/// One type with TLS and without, because the compiler makes all of HTTP once for each type.
type Stream = Either<ClientStream, Box<TlsStream<ClientStream>>>;

/// Serves connections, all with the same settings.
#[derive(Clone)]
pub(crate) struct Connections {
    app: Arc<App>,
    http: Builder<TokioExecutor>,
    proxy_protocol: Option<ProxyProtocol>,
    tls: Option<TlsAcceptor>,
    limits: Limits,
    open: OpenConnections,
    stopped: watch::Receiver<bool>,
}

impl Connections {
    pub(crate) fn new(
        config: &Config,
        app: Arc<App>,
        open: OpenConnections,
        stopped: watch::Receiver<bool>,
    ) -> Self {
        let limits = config.limits;
        let mut http = Builder::new(TokioExecutor::new());
        http.http1()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.headers)
            .max_headers(limits.header_lines)
            .max_buf_size(limits.header_bytes.max(8192));
        http.http2()
            .timer(TokioTimer::new())
            .max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX))
            .max_concurrent_streams(limits.streams)
            .keep_alive_interval(limits.headers)
            .keep_alive_timeout(limits.headers);
        Self {
            app,
            http,
            proxy_protocol: None,
            tls: config.tls.clone().map(TlsAcceptor::from),
            limits,
            open,
            stopped,
        }
    }

    /// Whether connections must begin with a header of the PROXY protocol, and whose counts. Default: they must not.
    pub(crate) fn proxy_protocol(self, proxy_protocol: Option<ProxyProtocol>) -> Self {
        Self {
            proxy_protocol,
            ..self
        }
    }

    /// Serves one connection until it closes. `permit` is released then.
    pub(crate) fn serve(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        permit: ConnectionPermit,
        open: &Drain,
    ) -> impl Future<Output = ()> + Send + use<> {
        let progress = Progress::new();
        let listed = self.open.add(progress.clone());
        let (this, drained) = (self.clone(), open.connection());
        async move {
            tokio::select! {
                () = this.identify_and_answer(stream, peer, permit, drained, progress.clone()) => {}
                () = progress.is_shed() => {
                    tracing::debug!(%peer, "idle connection closed for another");
                }
            }
            drop(listed);
        }
    }

    async fn identify_and_answer(
        &self,
        mut stream: TcpStream,
        peer: SocketAddr,
        mut permit: ConnectionPermit,
        drained: Drained,
        progress: Progress,
    ) {
        let Some(peer) = self.identify(&mut stream, peer, &mut permit).await else {
            return;
        };
        let client = ClientStream::new(stream, permit, self.limits.write, progress.clone());
        let connection = Connection {
            peer,
            tls: self.tls.is_some(),
        };
        self.encrypt_and_answer(client, connection, drained, progress)
            .await;
    }

    /// The address that counts as the peer's: its own, or the one that it reports. `None` if the connection is to
    /// close.
    async fn identify(
        &self,
        stream: &mut TcpStream,
        peer: SocketAddr,
        permit: &mut ConnectionPermit,
    ) -> Option<SocketAddr> {
        let Some(proxy_protocol) = &self.proxy_protocol else {
            return Some(peer);
        };
        let expired = self.idle_timeout(self.limits.handshake);
        match proxy_protocol.identify(stream, peer, expired).await {
            Ok(Some((peer, place))) => {
                if let Some(place) = place {
                    permit.count_for(place);
                }
                Some(peer)
            }
            Ok(None) => None,
            Err(fault) => {
                self.app.record_unidentified(fault);
                None
            }
        }
    }

    async fn encrypt_and_answer(
        &self,
        client: ClientStream,
        connection: Connection,
        drained: Drained,
        progress: Progress,
    ) {
        let stream = match &self.tls {
            None => Either::Left(client),
            Some(tls) => match self.encrypt(tls, client, connection.peer).await {
                Some(stream) => Either::Right(Box::new(stream)),
                None => return,
            },
        };
        self.answer(stream, connection, drained, progress).await;
    }

    async fn encrypt(
        &self,
        tls: &TlsAcceptor,
        client: ClientStream,
        peer: SocketAddr,
    ) -> Option<TlsStream<ClientStream>> {
        tokio::select! {
            accepted = tls.accept(client) => accepted
                .inspect_err(|error| tracing::debug!(%peer, %error, "TLS handshake failed"))
                .ok(),
            () = self.idle_timeout(self.limits.handshake) => {
                tracing::debug!(%peer, "TLS handshake timed out");
                None
            }
        }
    }

    async fn answer(
        &self,
        stream: Stream,
        connection: Connection,
        mut drained: Drained,
        progress: Progress,
    ) {
        let stream = TokioIo::new(stream);
        let service = self.app.service(connection, progress.clone());
        let served = self.http.serve_connection_with_upgrades(stream, service);
        let served = async {
            let mut served = pin!(served);
            tokio::select! {
                biased;
                ended = &mut served => return ended,
                () = is_to_close(&mut drained, &progress) => served.as_mut().graceful_shutdown(),
            }
            served.await
        };
        match self.with_timeouts(&progress, served).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::debug!(peer = %connection.peer, %error, "connection failed");
                if let Some(Refusal { status, why }) = Refusal::of(&*error) {
                    self.app.record_unreadable(connection, status, why);
                }
            }
            Err(why) => tracing::debug!(peer = %connection.peer, "connection closed: {why}"),
        }
    }

    /// Fails with the reason if a timeout expires first. hyper's own timeout for headers starts only once it has seen
    /// that the protocol is HTTP/1.
    async fn with_timeouts<F: Future>(
        &self,
        progress: &Progress,
        served: F,
    ) -> Result<F::Output, &'static str> {
        let mut served = pin!(served);
        let mut idle_timeout = pin!(self.idle_timeout(self.limits.headers));
        let mut stalled = pin!(self.stalled(progress));
        poll_fn(|cx| match served.as_mut().poll(cx) {
            Poll::Ready(result) => Poll::Ready(Ok(result)),
            Poll::Pending if progress.has_exchange() => stalled.as_mut().poll(cx).map(Err),
            Poll::Pending if progress.has_request() => Poll::Pending,
            Poll::Pending => {
                let expired = idle_timeout.as_mut().poll(cx);
                expired.map(|()| Err("no request before the timeout"))
            }
        })
        .await
    }

    /// Completes, with the reason, once an HTTP/2 client accepts nothing of a response or sends no request for too
    /// long, even if it answers pings.
    async fn stalled(&self, progress: &Progress) -> &'static str {
        tokio::select! {
            () = progress.stalled_for(self.limits.write) => "the client accepts nothing of a response",
            () = self.idle(progress) => "no exchange is in flight",
        }
    }

    /// Completes once no exchange has been in flight for as long as the limits allow.
    async fn idle(&self, progress: &Progress) {
        let mut stopped = self.stopped.clone();
        loop {
            let stopping = *stopped.borrow();
            let limit = if stopping {
                GOAWAY_TIMEOUT
            } else {
                self.limits.idle
            };
            tokio::select! {
                () = sleep(limit) => if progress.is_idle() { return },
                _ = stopped.wait_for(|stopped| *stopped), if !stopping => {}
            }
        }
    }

    /// Completes once a client that has not sent a request has used up its time. Once the server stops, it has less.
    async fn idle_timeout(&self, limit: Duration) {
        let mut stopped = self.stopped.clone();
        let first_request = Instant::now() + FIRST_REQUEST_TIMEOUT;
        let stopping = async {
            let _ = stopped.wait_for(|stopped| *stopped).await;
            sleep_until(first_request).await;
        };
        tokio::select! {
            () = sleep(limit) => {}
            () = stopping => {}
        }
    }
}

/// Completes once a connection that has just been opened is to close: when it is drained, and has had a request or the
/// time for one.
async fn is_to_close(drained: &mut Drained, progress: &Progress) {
    let mut expired = pin!(sleep(FIRST_REQUEST_TIMEOUT));
    drained.is_asked().await;
    poll_fn(|cx| match progress.has_request() {
        true => Poll::Ready(()),
        false => expired.as_mut().poll(cx),
    })
    .await;
}
