//! TLS clients, by hand.

use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    self, ClientConfig, ClientConnection, DigitallySignedStruct, RootCertStore, SignatureScheme,
    StreamOwned,
};

use crate::served::Served;
use crate::wire::Wire;

pub(crate) type Tls = StreamOwned<ClientConnection, TcpStream>;

/// A client that trusts the certificate that the server presents for `name`, and no other.
pub(crate) fn trusting(server: &Served, name: &str, protocols: &[&str]) -> ClientConfig {
    trusting_only(shown(server, name), protocols)
}

/// A client that trusts this certificate (PEM), and no other.
pub(crate) fn trusting_certificate(pem: &str, protocols: &[&str]) -> ClientConfig {
    let certificate = CertificateDer::from_pem_slice(pem.as_bytes());
    trusting_only(certificate.expect("a certificate"), protocols)
}

fn trusting_only(certificate: CertificateDer<'static>, protocols: &[&str]) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(certificate).expect("a certificate");
    let mut config = builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols
        .iter()
        .map(|protocol| protocol.as_bytes().to_vec())
        .collect();
    config
}

/// Connects and finishes the handshake.
pub(crate) fn connect(
    server: &Served,
    name: &str,
    config: ClientConfig,
) -> Result<Wire<Tls>, rustls::Error> {
    finish_handshake(server.wire().stream, name, config)
}

/// Finishes the handshake on an open connection.
pub(crate) fn finish_handshake(
    stream: TcpStream,
    name: &str,
    config: ClientConfig,
) -> Result<Wire<Tls>, rustls::Error> {
    let name = ServerName::try_from(name.to_string()).expect("a name");
    let client = ClientConnection::new(Arc::new(config), name)?;
    let mut stream = StreamOwned::new(client, stream);
    while stream.conn.is_handshaking() {
        let finished = stream.conn.complete_io(&mut stream.sock);
        finished.map_err(|error| match error.downcast() {
            Ok(error) => error,
            Err(error) => rustls::Error::General(error.to_string()),
        })?;
    }
    Ok(Wire::new(stream))
}

/// The certificate that the server presents.
fn shown(server: &Served, name: &str) -> CertificateDer<'static> {
    let seen = Arc::new(Onlooker::default());
    let config = builder()
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&seen) as _)
        .with_no_client_auth();
    connect(server, name, config).expect("a handshake");
    let shown = seen.0.lock().unwrap().take();
    shown.expect("a certificate")
}

fn builder() -> rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier> {
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
}

/// Accepts every certificate, and keeps it.
#[derive(Debug, Default)]
struct Onlooker(Mutex<Option<CertificateDer<'static>>>);

impl ServerCertVerifier for Onlooker {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        *self.0.lock().unwrap() = Some(shown.clone().into_owned());
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        ring::default_provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}
