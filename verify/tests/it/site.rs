//! A site on loopback, over TLS and plain http, with an edge that is the core's decision but for one fault.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use hardtack::{
    Decision, Edit, Exchange, Outcome, Policy, Request as Asking, Response as Answer, Scheme,
    Target, VisitorId, decide,
};
use http::header::{HeaderValue, SET_COOKIE};
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::flaw::Flaw;
use crate::origin::{self, RequestHead};

pub(crate) const NAMES: [&str; 3] = [
    "www.example.co.uk",
    "cdn.example.co.uk",
    "start.example.org",
];

/// Where it listens, and the authority that vouches for it.
pub(crate) struct Site {
    pub(crate) https: u16,
    pub(crate) http: u16,
    pub(crate) ca: PathBuf,
}

impl Site {
    /// Starts it on all loopback addresses, IPv4 and, where there is any, IPv6.
    pub(crate) async fn start(flaw: Flaw, policy: Policy) -> Self {
        let policy = Arc::new(policy);
        let made = rcgen::generate_simple_self_signed(NAMES.map(str::to_string)).unwrap();
        let ca = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("{}.pem", rand::random::<u64>()));
        std::fs::write(&ca, made.cert.pem()).unwrap();
        let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let https = listen(flaw, Arc::clone(&policy), Some(acceptor)).await;
        let http = listen(flaw, policy, None).await;
        Self { https, http, ca }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://{}:{}{path}", NAMES[0], self.https)
    }
}

async fn listen(flaw: Flaw, policy: Arc<Policy>, tls: Option<TlsAcceptor>) -> u16 {
    let any = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    let listener = TcpListener::bind(any).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (tls, policy) = (tls.clone(), Arc::clone(&policy));
            tokio::spawn(async move {
                match tls {
                    None => serve(flaw, policy, false, stream).await,
                    Some(tls) => {
                        if let Ok(stream) = tls.accept(stream).await {
                            serve(flaw, policy, true, stream).await;
                        }
                    }
                }
            });
        }
    });
    port
}

async fn serve<S>(flaw: Flaw, policy: Arc<Policy>, https: bool, stream: S)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request: Request<Incoming>| {
        let asked = RequestHead {
            method: request.method().to_string(),
            https,
            host: request.headers()["host"].to_str().unwrap().to_string(),
            path: request.uri().path().to_string(),
            headers: request.headers().clone(),
        };
        let is_dropped = flaw == Flaw::DropsReturning && asked.header("cookie").contains("FPD=");
        let mut response = origin::answer(flaw, &asked);
        edge(flaw, &policy, &asked, &mut response);
        let answer = if is_dropped {
            Err(io::Error::other("dropped"))
        } else {
            Ok(response)
        };
        async move { answer }
    });
    let server = auto::Builder::new(TokioExecutor::new());
    let _ = server.serve_connection(TokioIo::new(stream), service).await;
}

fn edge(flaw: Flaw, policy: &Policy, asked: &RequestHead, response: &mut Response<String>) {
    if !runs(flaw, asked, response) {
        return;
    }
    let mut came = fields(response);
    let (status, sent) = misread(flaw, asked, response.status().as_u16(), &mut came);
    let exchange = Exchange {
        request: Asking {
            target: Target {
                scheme: if asked.https || flaw == Flaw::PlainSets {
                    Scheme::Https
                } else {
                    Scheme::Http
                },
                host: asked.host.as_bytes(),
            },
            method: if flaw == Flaw::HeadToo {
                b"GET"
            } else {
                asked.method.as_bytes()
            },
            path: asked.path.as_bytes(),
            country: None,
            fields: &sent,
        },
        response: Answer {
            status,
            fields: &came,
        },
    };
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let decision = decide(policy, &exchange, now, rand::random());
    if decision.outcome() == Outcome::Forgotten {
        return forget(flaw, response, &decision);
    }
    let Some(set) = decision.set_cookie() else {
        return;
    };
    if flaw == Flaw::NeverRenews && decision.outcome() == Outcome::Renewed {
        return;
    }
    let header = spoiled(
        flaw,
        asked,
        set.to_string(),
        decision.outcome() != Outcome::Renewed,
    );
    let value = HeaderValue::from_str(&header).unwrap();
    if flaw == Flaw::ReplacesSetCookie {
        response.headers_mut().insert(SET_COOKIE, value);
    } else {
        response.headers_mut().append(SET_COOKIE, value.clone());
        if flaw == Flaw::SetTwice {
            response.headers_mut().append(SET_COOKIE, value);
        }
    }
}

fn forget(flaw: Flaw, response: &mut Response<String>, decision: &Decision<'_>) {
    for edit in decision.edits() {
        if let Edit::AppendSetCookie(line) = edit {
            let line = line.to_string();
            if flaw == Flaw::ForgetsHostOnly && line.contains("Domain=") {
                continue;
            }
            let value = HeaderValue::from_str(&line).unwrap();
            response.headers_mut().append(SET_COOKIE, value);
        }
    }
}

fn fields(response: &Response<String>) -> Vec<(String, String)> {
    let headers = response.headers().iter();
    headers
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_string()))
        .collect()
}

/// Whether the edge's function runs at all.
fn runs(flaw: Flaw, asked: &RequestHead, response: &Response<String>) -> bool {
    let status = response.status().as_u16();
    match flaw {
        Flaw::NoFunction => false,
        Flaw::SecondPageUncovered => asked.path != "/about",
        Flaw::SkipsPrefetch => !asked.headers.contains_key("sec-purpose"),
        Flaw::SkipsWorkers => asked.header("sec-fetch-dest") != "empty",
        Flaw::ErrorPagesNot => status < 400,
        Flaw::NotModifiedWithout => status != 304,
        Flaw::RedirectsWithout => status != 302,
        _ => true,
    }
}

/// The request and response as the faulty edge takes them to be.
fn misread(
    flaw: Flaw,
    asked: &RequestHead,
    status: u16,
    came: &mut Vec<(String, String)>,
) -> (u16, Vec<(String, String)>) {
    let headers = asked.headers.iter();
    let mut sent: Vec<_> = headers
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_string()))
        .collect();
    let mut set = |name: &str, value: &str| {
        for (_, held) in sent.iter_mut().filter(|(key, _)| key == name) {
            *held = value.to_string();
        }
    };
    let dest = asked.header("sec-fetch-dest");
    let is_page = matches!(dest, "document");
    match flaw {
        Flaw::FramesToo if dest == "iframe" => set("sec-fetch-dest", "document"),
        Flaw::FetchesToo if dest == "empty" => {
            set("sec-fetch-dest", "document");
            set("sec-fetch-mode", "navigate");
        }
        Flaw::AssetsToo if !is_page && dest != "empty" && dest != "iframe" => {
            set("sec-fetch-dest", "document");
            set("sec-fetch-mode", "navigate");
            came.retain(|(name, _)| name != "content-type");
        }
        Flaw::OffsiteRedirects => came.retain(|(name, _)| name != "location"),
        Flaw::FirstHeaderOnly => {
            let first = sent.iter().position(|(name, _)| name == "cookie");
            let mut at = 0;
            sent.retain(|(name, _)| {
                at += 1;
                name != "cookie" || Some(at - 1) == first
            });
        }
        Flaw::StumblesOverOddCookies if asked.header("cookie").contains('%') => set("cookie", ""),
        Flaw::NewIdEachTime => set("cookie", ""),
        Flaw::NewIdOnSecondPage if asked.path == "/about" => set("cookie", ""),
        Flaw::FirstValueOnly => each_cookie(&mut sent, |pairs| {
            let mut seen = false;
            pairs.retain(|pair| !pair.starts_with("FPD=") || !std::mem::replace(&mut seen, true));
        }),
        Flaw::LastValue => each_cookie(&mut sent, |pairs| pairs.reverse()),
        _ => {}
    }
    let status = if flaw == Flaw::ErrorPagesToo {
        200
    } else {
        status
    };
    (status, sent)
}

fn each_cookie(sent: &mut [(String, String)], change: impl Fn(&mut Vec<&str>)) {
    for (_, value) in sent.iter_mut().filter(|(name, _)| name == "cookie") {
        let mut pairs: Vec<&str> = value.split("; ").collect();
        change(&mut pairs);
        *value = pairs.join("; ");
    }
}

/// The `Set-Cookie` as the faulty edge writes it.
fn spoiled(flaw: Flaw, asked: &RequestHead, header: String, is_new: bool) -> String {
    let (pair, attributes) = header.split_once("; ").unwrap();
    let without = |name: &str| {
        let kept = header.split("; ").filter(|part| !part.starts_with(name));
        kept.collect::<Vec<_>>().join("; ")
    };
    let with = |value: &str| format!("FPD={value}; {attributes}");
    let sent = asked.header("cookie");
    match flaw {
        Flaw::NumberedIds if is_new => with(&rand::random::<u64>().to_string()),
        Flaw::Version7 if is_new => {
            let id = VisitorId::from_entropy(rand::random()).to_string();
            with(&format!("{}7{}", &id[..14], &id[15..]))
        }
        Flaw::OneIdForAll if is_new => with("11111111-1111-4111-8111-111111111111"),
        Flaw::BelievesAnything if sent.contains("FPD=not-a-uuid") => with("not-a-uuid"),
        Flaw::DomainIsSuffix => header.replace("Domain=example.co.uk", "Domain=.co.uk"),
        Flaw::DomainIsForeign => header.replace("Domain=example.co.uk", "Domain=example.org"),
        Flaw::DomainTooNarrow => without("Domain="),
        Flaw::DomainTooWide => header.replace("Domain=example.co.uk", "Domain=www.example.co.uk"),
        Flaw::PathTooNarrow => header.replace("Path=/", "Path=/shop"),
        Flaw::NotSecure => without("Secure"),
        Flaw::ScriptReadable => without("HttpOnly"),
        Flaw::Strict => header.replace("SameSite=Lax", "SameSite=Strict"),
        Flaw::SameSiteNoneInsecure => without("Secure").replace("SameSite=Lax", "SameSite=None"),
        Flaw::Session => without("Max-Age"),
        Flaw::SevenDays => header.replace("Max-Age=63072000", "Max-Age=604800"),
        _ => format!("{pair}; {attributes}"),
    }
}
