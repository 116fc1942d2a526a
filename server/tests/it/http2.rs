//! HTTP/2 clients: a well-behaved one, and frames made by hand.

use std::sync::Arc;

use bytes::Bytes;
use h2::RecvStream;
use h2::client::SendRequest;
use http::request::Builder;
use http::{Request, Response};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::runtime::{self, Runtime};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::served::Served;
use crate::wire::{Answer, HANG_TIMEOUT};

/// The connection preface (RFC 9113 §3.4), and empty settings.
pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// Frame types and flags (RFC 9113 §6).
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const CONTINUATION: u8 = 9;
pub(crate) const END_STREAM: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;

/// A connection for many requests. It makes progress only inside of the calls.
pub(crate) struct Client {
    send: SendRequest<Bytes>,
    connection: JoinHandle<Result<(), h2::Error>>,
    runtime: Runtime,
}

impl Client {
    /// Connects in plain text, with prior knowledge.
    pub(crate) fn to(server: &Served) -> Self {
        let address = server.address;
        Self::start(async move { TcpStream::connect(address).await.unwrap() })
    }

    /// Connects with TLS.
    pub(crate) fn over_tls(server: &Served, name: &'static str, config: ClientConfig) -> Self {
        let address = server.address;
        Self::start(async move {
            let stream = TcpStream::connect(address).await.unwrap();
            let name = ServerName::try_from(name).unwrap();
            let connecting = TlsConnector::from(Arc::new(config)).connect(name, stream);
            connecting.await.unwrap()
        })
    }

    /// Connects in plain text, with this window for each stream.
    pub(crate) fn with_window(server: &Served, bytes: u32) -> Self {
        let address = server.address;
        let mut builder = builder();
        builder.initial_window_size(bytes);
        Self::start_with(&builder, async move {
            TcpStream::connect(address).await.unwrap()
        })
    }

    fn start<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        connecting: impl Future<Output = S>,
    ) -> Self {
        Self::start_with(&builder(), connecting)
    }

    fn start_with<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        builder: &h2::client::Builder,
        connecting: impl Future<Output = S>,
    ) -> Self {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.unwrap();
        let (send, connection) = runtime.block_on(with_timeout(async {
            let (send, connection) = builder.handshake(connecting.await).await.unwrap();
            (send, tokio::spawn(connection))
        }));
        Self {
            send,
            connection,
            runtime,
        }
    }

    /// Sends a request without a body and reads the response.
    #[track_caller]
    pub(crate) fn ask(&self, request: Builder) -> Answer {
        self.try_ask(request).expect("a response")
    }

    pub(crate) fn try_ask(&self, request: Builder) -> Result<Answer, h2::Error> {
        self.send(request, &[])
    }

    /// Sends a request with a body in these pieces. It may be refused before all is sent.
    pub(crate) fn send(
        &self,
        request: Builder,
        body: &[&'static [u8]],
    ) -> Result<Answer, h2::Error> {
        let asking = exchange(self.send.clone(), request, body.to_vec());
        self.runtime.block_on(with_timeout(asking))
    }

    /// Sends a request, reads the head of the response but not its body, and answers pings until the server closes the
    /// connection.
    pub(crate) fn ask_and_read_nothing(self, request: Builder) {
        let send = self.send.clone();
        let _held = self.runtime.block_on(with_timeout(async move {
            let request = request.body(()).unwrap();
            let (response, _) = send
                .ready()
                .await
                .unwrap()
                .send_request(request, true)
                .unwrap();
            response.await.unwrap()
        }));
        self.wait_for_end();
    }

    /// Waits until the server closes the connection.
    pub(crate) fn wait_for_end(self) {
        let _ = self
            .runtime
            .block_on(with_timeout(self.connection))
            .unwrap();
    }

    /// Sends all requests at once and reads the responses.
    #[track_caller]
    pub(crate) fn ask_all(&self, requests: impl IntoIterator<Item = Builder>) -> Vec<Answer> {
        self.runtime.block_on(with_timeout(async {
            let ask = |request| tokio::spawn(exchange(self.send.clone(), request, Vec::new()));
            let asked: Vec<_> = requests.into_iter().map(ask).collect();
            let mut answers = Vec::new();
            for answer in asked {
                answers.push(answer.await.unwrap().expect("a response"));
            }
            answers
        }))
    }
}

/// Opens at most a hundred streams before the server has sent its limit, as browsers do. By default, h2 would open any
/// number, and the server would refuse those over its limit.
fn builder() -> h2::client::Builder {
    let mut builder = h2::client::Builder::new();
    builder.initial_max_send_streams(100);
    builder
}

async fn exchange(
    send: SendRequest<Bytes>,
    request: Builder,
    body: Vec<&'static [u8]>,
) -> Result<Answer, h2::Error> {
    let request: Request<()> = request.body(()).unwrap();
    let (response, mut stream) = send.ready().await?.send_request(request, body.is_empty())?;
    for (index, piece) in body.iter().enumerate() {
        let is_last = index + 1 == body.len();
        if stream
            .send_data(Bytes::from_static(piece), is_last)
            .is_err()
        {
            break;
        }
    }
    read(response.await?).await
}

async fn with_timeout<F: Future>(future: F) -> F::Output {
    timeout(HANG_TIMEOUT, future).await.expect("no hang")
}

/// A GET for a page, as a browser sends it.
pub(crate) fn page(uri: &str) -> Builder {
    Request::get(uri).header("accept", "text/html")
}

async fn read(response: Response<RecvStream>) -> Result<Answer, h2::Error> {
    let (head, mut stream) = response.into_parts();
    let mut body = Vec::new();
    while let Some(piece) = stream.data().await {
        let piece = piece?;
        stream.flow_control().release_capacity(piece.len())?;
        body.extend(piece);
    }
    let fields = head.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.to_string(), value.into_owned())
    });
    Ok(Answer {
        status: head.status.as_u16(),
        fields: fields.collect(),
        body,
    })
}

/// One frame as bytes.
pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let stream = stream.to_be_bytes();
    let head = [&length[1..], &[kind, flags], &stream[..]];
    [head.concat(), payload.to_vec()].concat()
}

/// The fields of a GET for `/` over http at `localhost`, without entries in the dynamic table.
pub(crate) fn get() -> Vec<u8> {
    // Indexed: `:method: GET`, `:scheme: http`, `:path: /`; then `:authority` as a literal (RFC 7541, appendix A).
    [&[0x82, 0x86, 0x84, 0x01, 9][..], b"localhost"].concat()
}
