//! TLS for the listener: certificates from PEM files, or a throw-away one made on the spot.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::rustls;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

pub use tokio_rustls::rustls::ServerConfig;

/// Why there is no TLS.
#[derive(Debug)]
pub enum TlsError {
    /// A PEM file can't be read, or holds nothing of use.
    File(PathBuf, rustls::pki_types::pem::Error),
    /// The file holds no certificate.
    NoCertificate(PathBuf),
    /// Certificate and key do not go together, or are of a kind that is not supported.
    Pair(rustls::Error),
    /// No certificate could be made.
    SelfSigned(rcgen::Error),
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, _) => write!(f, "failed to read PEM from `{}`", path.display()),
            Self::NoCertificate(path) => write!(f, "no certificate in `{}`", path.display()),
            Self::Pair(_) => f.write_str("failed to use the certificate with its key"),
            Self::SelfSigned(_) => f.write_str("failed to make a self-signed certificate"),
        }
    }
}

impl std::error::Error for TlsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File(_, error) => Some(error),
            Self::NoCertificate(_) => None,
            Self::Pair(error) => Some(error),
            Self::SelfSigned(error) => Some(error),
        }
    }
}

/// Reads a certificate chain, the server's own first, and its private key, both PEM.
///
/// # Errors
///
/// If a file can't be read, or the two do not go together.
pub fn from_files(certificates: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |error| TlsError::File(path, error)
    };
    let chain = CertificateDer::pem_file_iter(certificates)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(unreadable(certificates))?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate(certificates.to_owned()));
    }
    let key = PrivateKeyDer::from_pem_file(key).map_err(unreadable(key))?;
    config(chain, key)
}

/// Makes a certificate for `names` that lives as long as the process. Browsers warn of it, and keep cookies all the
/// same once the warning is passed.
///
/// # Errors
///
/// If a name is no DNS name or address.
pub fn self_signed(names: Vec<String>) -> Result<Arc<ServerConfig>, TlsError> {
    let made = rcgen::generate_simple_self_signed(names).map_err(TlsError::SelfSigned)?;
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    config(vec![made.cert.der().clone()], key)
}

fn config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, TlsError> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Pair)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(TlsError::Pair)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
