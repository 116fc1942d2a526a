//! A client with one connection, which it keeps as browsers do.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper::rt::{Read, Write};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::certificates;
use crate::tally::{Fault, Tally};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Longer than any response takes on a busy machine, and than the upstream is down.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Http1,
    Http2,
}

/// Where a client connects to, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    pub(crate) server: &'static str,
    pub(crate) address: SocketAddr,
    pub(crate) protocol: Protocol,
    pub(crate) tls: bool,
}

/// A client of one server.
#[derive(Debug)]
pub(crate) struct Client {
    way: Way,
    tally: Arc<Tally>,
    connection: Option<Connection>,
}

#[derive(Debug)]
enum Connection {
    Http1(http1::SendRequest<Full<Bytes>>),
    Http2(http2::SendRequest<Full<Bytes>>),
}

/// A kept connection that was closed before it answered: the one failure that a reload explains. One that cuts an
/// answer, or a new connection, is a fault at any time.
#[derive(Debug)]
struct Unanswered(hyper::Error);

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "closed before an answer: {}", self.0)
    }
}

impl std::error::Error for Unanswered {}

/// A response that came whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Client {
    pub(crate) const fn new(way: Way, tally: Arc<Tally>) -> Self {
        Self {
            way,
            tally,
            connection: None,
        }
    }

    /// Sends a request and reads the response. `None` if there was none that counts: the upstream was down, or a fault
    /// has been counted.
    pub(crate) async fn ask(&mut self, request: &Request<Full<Bytes>>) -> Option<Answer> {
        let begun = Instant::now();
        self.tally.request();
        let answer = match self.attempt(request).await {
            Err(error) if error.is::<Unanswered>() && self.tally.reloads.overlap(begun) => {
                self.tally.count("retries after a reload");
                self.attempt(request).await
            }
            answer => answer,
        };
        match answer {
            Ok(answer) if answer.status.is_server_error() => self.failed(begun, request, &answer),
            Ok(answer) => Some(answer),
            Err(error) => self.broken(begun, request, &error),
        }
    }

    fn failed(
        &self,
        begun: Instant,
        request: &Request<Full<Bytes>>,
        answer: &Answer,
    ) -> Option<Answer> {
        let says_down = [502, 503, 504].contains(&answer.status.as_u16());
        if says_down && self.tally.down.overlap(begun) {
            self.tally.count("5xx while the upstream was down");
        } else {
            let what = self.name(request);
            self.tally
                .fault(Fault::ServerError, format!("{what}: {}", answer.status));
        }
        None
    }

    fn broken(
        &self,
        begun: Instant,
        request: &Request<Full<Bytes>>,
        error: &Failure,
    ) -> Option<Answer> {
        if self.tally.down.overlap(begun) {
            self.tally.count("bodies cut by the upstream");
            return None;
        }
        let fault = match error.is::<tokio::time::error::Elapsed>() {
            true => Fault::NoAnswer,
            false => Fault::Reset,
        };
        let what = self.name(request);
        let after = begun.elapsed();
        self.tally
            .fault(fault, format!("{what}: {error:?} after {after:?}"));
        None
    }

    fn name(&self, request: &Request<Full<Bytes>>) -> String {
        let Way {
            server, protocol, ..
        } = self.way;
        format!(
            "{} {} of `{server}` by {protocol:?}",
            request.method(),
            request.uri().path()
        )
    }

    async fn attempt(&mut self, request: &Request<Full<Bytes>>) -> Result<Answer, Failure> {
        let answer = timeout(PATIENCE, self.exchange(request)).await;
        let answer = answer.map_err(Failure::from).flatten();
        if answer.is_err() {
            self.connection = None;
        }
        answer
    }

    async fn exchange(&mut self, request: &Request<Full<Bytes>>) -> Result<Answer, Failure> {
        let was_kept = self.is_open().await;
        if !was_kept {
            self.tally.count("connections");
            self.connection = Some(connect(self.way).await?);
        }
        let sending = match &mut self.connection {
            Some(Connection::Http1(sender)) => sender.send_request(request.clone()).await,
            Some(Connection::Http2(sender)) => sender.send_request(request.clone()).await,
            None => return Err("no connection".into()),
        };
        match sending {
            Ok(response) => whole(response).await,
            Err(error) if was_kept => Err(Box::new(Unanswered(error))),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the connection takes a request. One that the server has closed between two is no loss.
    async fn is_open(&mut self) -> bool {
        match &mut self.connection {
            Some(Connection::Http1(sender)) => sender.ready().await.is_ok(),
            Some(Connection::Http2(sender)) => sender.ready().await.is_ok(),
            None => false,
        }
    }
}

async fn whole(response: Response<Incoming>) -> Result<Answer, Failure> {
    let (head, body) = response.into_parts();
    Ok(Answer {
        status: head.status,
        headers: head.headers,
        body: body.collect().await?.to_bytes(),
    })
}

async fn connect(way: Way) -> Result<Connection, Failure> {
    let stream = TcpStream::connect(way.address).await?;
    stream.set_nodelay(true)?;
    match way.tls {
        false => speak(way.protocol, TokioIo::new(stream)).await,
        true => {
            let protocol: &[u8] = match way.protocol {
                Protocol::Http1 => b"http/1.1",
                Protocol::Http2 => b"h2",
            };
            let connector = TlsConnector::from(Arc::new(certificates::client(&[protocol])?));
            let stream = connector
                .connect(ServerName::try_from("localhost")?, stream)
                .await?;
            speak(way.protocol, TokioIo::new(stream)).await
        }
    }
}

async fn speak<T>(protocol: Protocol, stream: T) -> Result<Connection, Failure>
where
    T: Read + Write + Unpin + Send + 'static,
{
    // The error of a connection is that of its exchange, too.
    match protocol {
        Protocol::Http1 => {
            let (sender, connection) = http1::handshake(stream).await?;
            tokio::spawn(async { drop(connection.await) });
            Ok(Connection::Http1(sender))
        }
        Protocol::Http2 => {
            let (sender, connection) = http2::handshake(TokioExecutor::new(), stream).await?;
            tokio::spawn(async { drop(connection.await) });
            Ok(Connection::Http2(sender))
        }
    }
}
