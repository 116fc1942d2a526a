//! TLS for the listener, with a certificate from PEM files or a self-signed one.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::rustls;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

pub use tokio_rustls::rustls::ServerConfig;

/// Why TLS cannot be set up.
#[derive(Debug)]
pub enum TlsError {
    /// A PEM file cannot be read, or holds nothing of the expected kind.
    File(PathBuf, pem::Error),
    /// The file has no certificate.
    NoCertificate(PathBuf),
    /// Certificate and key do not match, or are of an unsupported kind.
    Pair(rustls::Error),
    /// The self-signed certificate cannot be made.
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
/// If a file cannot be read, or certificate and key do not match.
pub fn from_files(certificates: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |error| TlsError::File(path, error)
    };
    let chain = read(certificates).and_then(|pem| CertificateDer::pem_slice_iter(&pem).collect());
    let chain: Vec<_> = chain.map_err(unreadable(certificates))?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate(certificates.to_owned()));
    }
    let pem = read(key).map_err(unreadable(key))?;
    let key = PrivateKeyDer::from_pem_slice(&pem).map_err(unreadable(key))?;
    config(chain, key)
}

/// Up to a mebibyte: a device such as `/dev/zero` never ends, and no certificate has as much.
fn read(path: &Path) -> Result<Vec<u8>, pem::Error> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(pem::Error::Io)?;
    file.take(1 << 20)
        .read_to_end(&mut bytes)
        .map_err(pem::Error::Io)?;
    Ok(bytes)
}

/// What [`self_signed`] makes.
#[derive(Clone, Debug)]
pub struct SelfSigned {
    /// For [`Config::tls`](crate::Config::tls).
    pub config: Arc<ServerConfig>,
    /// The certificate, for clients that are told what to trust.
    pub certificate: String,
}

/// Makes a self-signed certificate for `names`, and a key that stays in memory. Browsers warn about it; once the
/// visitor accepts it, they keep cookies as usual.
///
/// # Errors
///
/// If a name is neither a valid DNS name nor a valid address.
pub fn self_signed(names: Vec<String>) -> Result<SelfSigned, TlsError> {
    let made = rcgen::generate_simple_self_signed(names).map_err(TlsError::SelfSigned)?;
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    Ok(SelfSigned {
        config: config(vec![made.cert.der().clone()], key)?,
        certificate: made.cert.pem(),
    })
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
