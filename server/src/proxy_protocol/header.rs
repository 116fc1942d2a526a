//! A header of either version: how long it is, and whom it names.

use std::net::SocketAddr;

use ppp::{v1, v2};

use super::fault::Fault;

/// How a header of version 1 begins. It is one line of text.
const V1: &[u8] = b"PROXY ";

/// The longest line of version 1, its end included (§2.1).
const V1_MOST: usize = 107;

/// The signature, version and command, family and protocol, and the number of bytes that follow (§2.2).
const V2_START: usize = 16;

/// The longest header of version 2 that is read, the most that nginx reads. The specification allows 65,551 bytes; what
/// proxies send has a few hundred.
const V2_MOST: usize = 4096;

/// Version 2, the command `LOCAL`.
const LOCAL: u8 = 0x20;

/// The length of the header that these bytes begin with, as soon as it is known; until then, all of them belong to it.
///
/// # Errors
///
/// If no header that is read begins so.
pub(super) fn length(begun: &[u8]) -> Result<Option<usize>, Fault> {
    match begun {
        _ if agrees(begun, v2::PROTOCOL_PREFIX) => v2_length(begun),
        _ if agrees(begun, V1) => v1_length(begun),
        _ => Err(Fault::Missing),
    }
}

/// The client that a whole header names. `None` for connections of the proxy's own, such as health checks, and where
/// the proxy does not know the client, or knows no address of TCP: the connection's own address counts then (§2).
///
/// # Errors
///
/// If it is malformed.
pub(super) fn client(header: &[u8]) -> Result<Option<SocketAddr>, Fault> {
    match header.starts_with(V1) {
        true => v1_client(header),
        false => v2_client(header),
    }
}

/// Whether bytes begin so, or could once there are more.
fn agrees(begun: &[u8], start: &[u8]) -> bool {
    let length = begun.len().min(start.len());
    begun[..length] == start[..length]
}

fn v1_length(begun: &[u8]) -> Result<Option<usize>, Fault> {
    let end = begun.iter().take(V1_MOST).position(|byte| *byte == b'\n');
    match end {
        None if begun.len() >= V1_MOST => Err(Fault::TooLong),
        end => Ok(end.map(|end| end + 1)),
    }
}

fn v2_length(begun: &[u8]) -> Result<Option<usize>, Fault> {
    let Some(&[high, low]) = begun.get(V2_START - 2..V2_START) else {
        return Ok(None);
    };
    let length = V2_START + usize::from(u16::from_be_bytes([high, low]));
    match length <= V2_MOST {
        true => Ok(Some(length)),
        false => Err(Fault::TooLong),
    }
}

fn v1_client(header: &[u8]) -> Result<Option<SocketAddr>, Fault> {
    let header = v1::Header::try_from(header).map_err(|_| Fault::Malformed)?;
    Ok(match header.addresses {
        v1::Addresses::Tcp4(tcp) => Some((tcp.source_address, tcp.source_port).into()),
        v1::Addresses::Tcp6(tcp) => Some((tcp.source_address, tcp.source_port).into()),
        v1::Addresses::Unknown => None,
    })
}

fn v2_client(header: &[u8]) -> Result<Option<SocketAddr>, Fault> {
    // All that follows this command is to be skipped, whatever it is.
    if header.get(v2::PROTOCOL_PREFIX.len()) == Some(&LOCAL) {
        return Ok(None);
    }
    let header = v2::Header::try_from(header).map_err(|_| Fault::Malformed)?;
    Ok(match (header.protocol, header.addresses) {
        (v2::Protocol::Stream, v2::Addresses::IPv4(tcp)) => {
            Some((tcp.source_address, tcp.source_port).into())
        }
        (v2::Protocol::Stream, v2::Addresses::IPv6(tcp)) => {
            Some((tcp.source_address, tcp.source_port).into())
        }
        _ => None,
    })
}
