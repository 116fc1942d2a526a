//! A client that sends bytes and reads what comes until the connection ends.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use crate::case::{Case, position};

/// Behind each case, on the same connection: whoever answers it has kept the connection, and has found the case's end.
const PROBE: &[u8] = b"GET /probe HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n";

/// The final statuses with which a server answers a case and the probe.
pub(crate) fn statuses(case: &Case, port: u16) -> Vec<u16> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let hang = Some(Duration::from_secs(60));
    stream.set_read_timeout(hang).unwrap();
    stream.set_write_timeout(hang).unwrap();
    // Whoever refuses a request need not read the rest.
    let _ = stream.write_all(&[&case.bytes[..], PROBE].concat());
    let mut said = Vec::new();
    if let Err(error) = stream.read_to_end(&mut said) {
        let is_end = error.kind() == ErrorKind::ConnectionReset;
        assert!(
            is_end,
            "{}: the connection does not end: {error}",
            case.name
        );
    }
    status_lines(&said)
}

/// No body that either server sends holds such a line. Informational responses precede a final one.
fn status_lines(mut said: &[u8]) -> Vec<u16> {
    let mut statuses = Vec::new();
    while let Some(start) = position(said, b"HTTP/1.") {
        let (_, rest) = said.split_at(start + "HTTP/1.1 ".len());
        let code = String::from_utf8_lossy(&rest[..3]);
        statuses.push(code.parse().unwrap());
        said = rest;
    }
    statuses.retain(|status| *status >= 200);
    statuses
}
