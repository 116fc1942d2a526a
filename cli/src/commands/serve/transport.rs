//! TLS for `serve`: with a certificate of the user's, or with one that is made at the start.

use std::io::Write as _;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use hardtack_server::tls::{self, SelfSigned, ServerConfig};
use tempfile::TempPath;

use super::Args;
use crate::error::{Error, Kind};
use crate::output::Output;
use crate::user_file;

/// How connections are secured. The file of a certificate that was made is deleted on drop.
#[derive(Debug, Default)]
pub(super) struct Transport {
    pub(super) config: Option<Arc<ServerConfig>>,
    pub(super) certificate: Option<TempPath>,
}

/// What the flags ask for.
pub(super) fn of(args: &Args, output: &Output) -> Result<Transport, Error> {
    match (&args.cert, &args.key) {
        (Some(cert), Some(key)) => {
            user_file::warn_if_shared(key, output);
            Ok(Transport {
                config: Some(from_files(cert, key)?),
                certificate: None,
            })
        }
        _ if args.tls => self_signed(args.listen.ip()),
        _ => Ok(Transport::default()),
    }
}

/// Certificates with their key.
pub(super) fn from_files(cert: &Path, key: &Path) -> Result<Arc<ServerConfig>, Error> {
    tls::from_files(cert, key).map_err(|it| unusable(&it))
}

fn self_signed(ip: IpAddr) -> Result<Transport, Error> {
    let SelfSigned {
        config,
        certificate,
    } = tls::self_signed(names(ip)).map_err(|it| unusable(&it))?;
    let written = write(&certificate)
        .map_err(|cause| Error::io("cannot write the certificate to a temporary file", &cause))?;
    Ok(Transport {
        config: Some(config),
        certificate: Some(written),
    })
}

fn write(certificate: &str) -> std::io::Result<TempPath> {
    let mut file = tempfile::Builder::new()
        .prefix("hardtack-")
        .suffix(".pem")
        .tempfile()?;
    file.write_all(certificate.as_bytes())?;
    Ok(file.into_temp_path())
}

/// The names in the self-signed certificate.
fn names(ip: IpAddr) -> Vec<String> {
    let mut names = vec![
        "localhost".to_string(),
        "127.0.0.1".to_string(),
        "::1".to_string(),
    ];
    if !ip.is_loopback() && !ip.is_unspecified() {
        names.push(ip.to_string());
    }
    names
}

fn unusable(error: &tls::TlsError) -> Error {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    let error = Error::new(Kind::Io, error.to_string());
    cause.into_iter().fold(error, Error::because)
}
