//! Takes a header from a connection, and nothing behind it: that is TLS or HTTP.

use std::io;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

use super::fault::Fault;
use super::header;

/// What is looked at in one step. Most headers have fewer bytes.
const STEP: usize = 256;

/// The whole header; `None` if the peer closes the connection and has sent nothing.
///
/// # Errors
///
/// If there is none, it is too long, or it is cut.
pub(super) async fn header(stream: &mut TcpStream) -> Result<Option<Vec<u8>>, Fault> {
    let mut header = Vec::new();
    loop {
        let begun = header.len();
        // A peer that is gone has closed its connection, too.
        if look(stream, &mut header).await.unwrap_or(0) == 0 {
            return if begun == 0 {
                Ok(None)
            } else {
                Err(Fault::Cut)
            };
        }
        let length = header::length(&header)?.filter(|length| *length <= header.len());
        header.truncate(length.unwrap_or(header.len()));
        take(stream, &header[begun..]).await?;
        if length.is_some() {
            return Ok(Some(header));
        }
    }
}

/// Appends bytes that have arrived, and leaves them where they are.
async fn look(stream: &TcpStream, header: &mut Vec<u8>) -> io::Result<usize> {
    let mut step = [0; STEP];
    let count = stream.peek(&mut step).await?;
    header.extend_from_slice(&step[..count]);
    Ok(count)
}

/// Takes as many bytes as these, which have been looked at.
async fn take(stream: &mut TcpStream, looked_at: &[u8]) -> Result<(), Fault> {
    let mut step = [0; STEP];
    let taken = stream.read_exact(&mut step[..looked_at.len()]).await;
    taken.map(drop).map_err(|_| Fault::Cut)
}
