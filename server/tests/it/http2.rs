//! HTTP/2 clients: a well-behaved one, and frames by hand.

use std::future::Future;
use std::net::SocketAddr;

use bytes::Bytes;
use h2::client::SendRequest;
use h2::RecvStream;
use http::{Request, Response};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::wire::{Answer, PATIENCE};

/// What an HTTP/2 connection begins with (RFC 9113 §3.4), and empty settings.
pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// Frame types and flags (RFC 9113 §6).
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const CONTINUATION: u8 = 9;
pub(crate) const END_STREAM: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;

/// A connection on which many requests can be sent; it closes when the last clone is gone.
#[derive(Clone)]
pub(crate) struct Client(SendRequest<Bytes>);

impl Client {
    /// Connects in plain text, with prior knowledge.
    pub(crate) async fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        Self::over(stream).await
    }

    pub(crate) async fn over(
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    ) -> Self {
        let (send, connection) = patient(h2::client::handshake(stream)).await.unwrap();
        tokio::spawn(async move {
            // Its requests fail if it does.
            let _ = connection.await;
        });
        Self(send)
    }

    /// Sends a request without a body and reads the response.
    pub(crate) async fn ask(&self, request: http::request::Builder) -> Answer {
        self.try_ask(request).await.expect("a response")
    }

    pub(crate) async fn try_ask(
        &self,
        request: http::request::Builder,
    ) -> Result<Answer, h2::Error> {
        self.send(request, &[]).await
    }

    /// Sends a request with a body in these pieces; they may be refused before all is sent.
    pub(crate) async fn send(
        &self,
        request: http::request::Builder,
        body: &[&'static [u8]],
    ) -> Result<Answer, h2::Error> {
        let request: Request<()> = request.body(()).unwrap();
        let mut ready = patient(self.0.clone().ready()).await?;
        let (response, mut stream) = ready.send_request(request, body.is_empty())?;
        for (index, piece) in body.iter().enumerate() {
            let is_last = index + 1 == body.len();
            if stream.send_data(Bytes::from_static(piece), is_last).is_err() {
                break;
            }
        }
        read(patient(response).await?).await
    }
}

/// A GET for a page, as a browser sends it.
pub(crate) fn page(uri: &str) -> http::request::Builder {
    Request::get(uri).header("accept", "text/html")
}

async fn read(response: Response<RecvStream>) -> Result<Answer, h2::Error> {
    let (head, mut stream) = response.into_parts();
    let mut body = Vec::new();
    while let Some(piece) = patient(stream.data()).await {
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

pub(crate) async fn patient<F: Future>(future: F) -> F::Output {
    timeout(PATIENCE, future).await.expect("something happens")
}

/// One frame as bytes.
pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let stream = stream.to_be_bytes();
    let head = [&length[1..], &[kind, flags], &stream[..]];
    [head.concat(), payload.to_vec()].concat()
}

/// The fields of a GET for `/` over http at `localhost`, without compression that anyone would have to remember.
pub(crate) fn get() -> Vec<u8> {
    // Indexed: `:method: GET`, `:scheme: http`, `:path: /`; then `:authority` as a literal (RFC 7541, appendix A).
    [&[0x82, 0x86, 0x84, 0x01, 9][..], b"localhost"].concat()
}
