//! Upstreams behind TLS: checked against certificate authorities, by the name in the upstream's URL.

use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use super::*;

/// An upstream with a certificate for `name`, and the authorities that verify it.
async fn tls_upstream(name: &str) -> (SocketAddr, RootCertStore) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed([name.to_owned()]).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).unwrap();
    let key = signing_key.serialize_der().try_into().unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let address = upstream(move |wire: Wire, _| {
        let acceptor = acceptor.clone();
        async move {
            if let Ok(stream) = acceptor.accept(wire.stream).await {
                let mut upstream = Wire::new(stream);
                let head = upstream.head().await;
                assert!(head.contains("\nhost: a.example\n"), "{head}");
                upstream.send(OK).await;
                upstream.rest().await;
            }
        }
    })
    .await;
    (address, roots)
}

fn checked(name: &str, timeouts: Timeouts, roots: RootCertStore) -> Proxy {
    let upstream = Upstream::parse(name).unwrap();
    Proxy::with_roots(
        upstream,
        timeouts,
        TrustedProxies::none(),
        Roots::Custom(roots),
    )
    .unwrap()
}

#[tokio::test]
async fn an_upstream_with_a_good_certificate_answers() {
    let (address, roots) = tls_upstream("127.0.0.1").await;
    let proxy = checked(&format!("https://{address}"), LONG, roots);
    let mut visitor = Wire::to(front(proxy).await).await;
    visitor.send(GET).await;
    assert!(visitor.head().await.starts_with("HTTP/1.1 200 OK\n"));
    assert_eq!(visitor.exactly(2).await, b"ok");
}

async fn check(proxy: Proxy, name: &str, why: &str) {
    let sentence = "The server behind this one cannot be reached.";
    failures::check_proxy(proxy, name, "502 Bad Gateway", sentence, why).await;
}

#[tokio::test]
async fn an_upstream_with_a_certificate_for_another_name_is_not_reached() {
    let (address, roots) = tls_upstream("b.example").await;
    let name = format!("https://{address}");
    check(
        checked(&name, LONG, roots),
        &name,
        "certificate not valid for name",
    )
    .await;
}

#[tokio::test]
async fn an_upstream_with_a_certificate_of_an_unknown_authority_is_not_reached() {
    let (address, _) = tls_upstream("127.0.0.1").await;
    let (_, others) = tls_upstream("127.0.0.1").await;
    let name = format!("https://{address}");
    check(
        checked(&name, LONG, others),
        &name,
        "invalid peer certificate",
    )
    .await;
}

#[tokio::test]
async fn an_upstream_that_does_not_speak_tls_is_not_reached() {
    let (_, roots) = tls_upstream("127.0.0.1").await;
    let plain = upstream(|mut upstream: Wire, _| async move {
        upstream.send("HTTP/1.1 400 Bad Request\r\n\r\n").await;
        upstream.rest().await;
    });
    let name = format!("https://{}", plain.await);
    check(checked(&name, LONG, roots), &name, "corrupt message").await;
}

#[tokio::test]
async fn an_upstream_that_never_completes_the_handshake_times_out() {
    let (_, roots) = tls_upstream("127.0.0.1").await;
    let silent = upstream(|mut upstream: Wire, _| async move { drop(upstream.rest().await) });
    let name = format!("https://{}", silent.await);
    let hasty = Timeouts {
        connect: SHORT.connect,
        ..LONG
    };
    let sentence = "The server behind this one did not accept a connection in time.";
    let proxy = checked(&name, hasty, roots);
    let why = "nothing arrived for 500ms";
    failures::check_proxy(proxy, &name, "504 Gateway Timeout", sentence, why).await;
}
