//! One connection: TLS if asked for, HTTP/1.1 or HTTP/2, and the limits on both.

use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;

use crate::app::App;
use crate::client::Client;
use crate::config::{Config, Limits};
use crate::progress::Progress;
use crate::proxy::Connection;
use crate::worker::Place;

/// Streams of one HTTP/2 connection at once: what RFC 9113 §6.5.2 recommends at least.
const STREAMS: u32 = 128;

/// How long a connection of HTTP/2 on which nothing is under way may take to end, once the server was told to stop.
const LEAVE: Duration = Duration::from_secs(1);

/// With TLS or without, one type: all of HTTP is compiled once for each.
type Stream = Either<Client, Box<TlsStream<Client>>>;

/// How connections are served.
#[derive(Clone)]
pub(crate) struct Connections {
    app: Arc<App>,
    http: Builder<TokioExecutor>,
    tls: Option<TlsAcceptor>,
    limits: Limits,
    stopped: watch::Receiver<bool>,
}

impl Connections {
    pub(crate) fn new(config: &Config, app: Arc<App>, stopped: watch::Receiver<bool>) -> Self {
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
            app,
            http,
            tls: config.tls.clone().map(TlsAcceptor::from),
            limits,
            stopped,
        }
    }

    /// Serves one connection to its end. `place` is given back then.
    pub(crate) fn serve(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        place: Place,
        open: &GracefulShutdown,
    ) -> impl Future<Output = ()> + Send + use<> {
        let progress = Progress::default();
        let client = Client::new(stream, place, self.limits.write, progress.clone());
        let (this, watcher) = (self.clone(), open.watcher());
        let connection = Connection {
            peer,
            tls: this.tls.is_some(),
        };
        async move {
            this.encrypt_and_answer(client, connection, watcher, progress)
                .await;
        }
    }

    async fn encrypt_and_answer(
        &self,
        client: Client,
        connection: Connection,
        watcher: Watcher,
        progress: Progress,
    ) {
        let stream = match &self.tls {
            None => Either::Left(client),
            Some(tls) => match self.encrypt(tls, client, connection.peer).await {
                Some(stream) => Either::Right(Box::new(stream)),
                None => return,
            },
        };
        self.answer(stream, connection, watcher, progress).await;
    }

    async fn encrypt(
        &self,
        tls: &TlsAcceptor,
        client: Client,
        peer: SocketAddr,
    ) -> Option<TlsStream<Client>> {
        tokio::select! {
            accepted = tls.accept(client) => accepted
                .inspect_err(|error| tracing::debug!(%peer, %error, "failed to agree on TLS"))
                .ok(),
            () = self.lost_patience(self.limits.handshake) => {
                tracing::debug!(%peer, "no TLS handshake in time");
                None
            }
        }
    }

    async fn answer(
        &self,
        stream: Stream,
        connection: Connection,
        watcher: Watcher,
        progress: Progress,
    ) {
        let stream = TokioIo::new(stream);
        let service = self.app.service(connection, progress.clone());
        let served = self.http.serve_connection_with_upgrades(stream, service);
        let served = watcher.watch(served.into_owned());
        match self.while_wanted(&progress, served).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::debug!(peer = %connection.peer, %error, "a connection ended early");
            }
            Err(why) => tracing::debug!(peer = %connection.peer, "closed: {why}"),
        }
    }

    /// The reason in `Err` if patience ends first. hyper's limit on headers holds only once it knows that they are
    /// HTTP/1's.
    async fn while_wanted<F: Future>(
        &self,
        progress: &Progress,
        served: F,
    ) -> Result<F::Output, &'static str> {
        let mut served = pin!(served);
        let mut lost_patience = pin!(self.lost_patience(self.limits.headers));
        let mut forsaken = pin!(self.forsaken(progress));
        poll_fn(|cx| match served.as_mut().poll(cx) {
            Poll::Ready(result) => Poll::Ready(Ok(result)),
            Poll::Pending if progress.has_begun() => forsaken.as_mut().poll(cx).map(Err),
            Poll::Pending if progress.is_asked() => Poll::Pending,
            Poll::Pending => {
                let lost = lost_patience.as_mut().poll(cx);
                lost.map(|()| Err("no request in time"))
            }
        })
        .await
    }

    /// Ready with the reason once a client of HTTP/2 need not be waited for any longer, whatever pings it answers.
    async fn forsaken(&self, progress: &Progress) -> &'static str {
        tokio::select! {
            () = progress.stalled_for(self.limits.write) => "the client takes nothing of a response",
            () = self.idle(progress) => "nothing is under way",
        }
    }

    async fn idle(&self, progress: &Progress) {
        let mut stopped = self.stopped.clone();
        loop {
            let stopping = *stopped.borrow();
            let limit = if stopping { LEAVE } else { self.limits.idle };
            tokio::select! {
                () = sleep(limit) => if progress.is_idle() { return },
                _ = stopped.wait_for(|stopped| *stopped), if !stopping => {}
            }
        }
    }

    /// Ready when a client that has not asked for anything need not be waited for any longer.
    async fn lost_patience(&self, limit: Duration) {
        let mut stopped = self.stopped.clone();
        tokio::select! {
            () = sleep(limit) => {}
            _ = stopped.wait_for(|stopped| *stopped) => {}
        }
    }
}
