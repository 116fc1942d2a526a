//! The contract, run through the layer over a real socket: hyper on both sides of the bytes, nothing in between.
#![allow(clippy::expect_used, reason = "a test may stop where it stands")]

use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex};

use hardtack::NoTrace;
use hardtack_conformance::{Case, FieldList, Observed, cases};
use hardtack_tower::{Decided, Observer, Source, VisitorLayer};
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceBuilder;

/// What reached the layer; the rest of a case is in the response.
#[derive(Clone, Default)]
struct Notes {
    decided: Arc<Mutex<Option<Observed>>>,
    origin: Arc<Mutex<Origin>>,
}

type Fields = Vec<(String, String)>;
/// What the origin got under the names that a case expects it to get something under.
type Origin = Vec<(String, Option<String>)>;

impl Observer for Notes {
    type Trace = NoTrace;

    fn trace(&self) -> NoTrace {
        NoTrace
    }

    fn decided(&self, decided: &Decided<'_>, _: NoTrace) {
        let log = decided.log_line().to_string();
        *self.decided.lock().expect("no test has failed") =
            Some(Observed::of(&decided.decision, Some(log)));
    }
}

#[derive(Clone, Copy, Debug)]
struct Fixed(u64, [u8; 16]);

impl Source for Fixed {
    fn now(&self) -> u64 {
        self.0
    }

    fn entropy(&self) -> [u8; 16] {
        self.1
    }
}

#[tokio::test]
async fn every_case_that_http_can_carry_holds_over_a_socket() {
    let (mut run, mut left_out, mut failures) = (0, Vec::new(), Vec::new());
    for case in cases() {
        if let Some(reason) = inexpressible(&case) {
            left_out.push(format!("{}: {reason}", case.id()));
            continue;
        }
        run += 1;
        match exchange(&case).await {
            Ok(observed) => failures.extend(
                case.check(&observed)
                    .err()
                    .map(|mismatch| mismatch.to_string()),
            ),
            Err(error) => failures.push(format!("{}: {error}", case.id())),
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {run}:\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert!(run >= 1_000, "only {run} cases were run");
    assert!(
        left_out.len() <= 60,
        "{} were left out:\n{}",
        left_out.len(),
        left_out.join("\n")
    );
}

/// Why a case cannot be carried by HTTP/1.1 as hyper speaks it.
fn inexpressible(case: &Case) -> Option<&'static str> {
    let exchange = &case.exchange;
    let sent = exchange
        .request
        .iter()
        .map(|(_, value)| value)
        .chain([&exchange.host]);
    let mut values = sent.chain(exchange.response.iter().map(|(_, value)| value));
    if values.any(|value| HeaderValue::from_bytes(value).is_err()) {
        return Some("a header value holds a control character (RFC 9110 §5.5)");
    }
    if exchange.status < 200 {
        return Some("hyper sends no informational status as a response");
    }
    if Uri::try_from(exchange.path.as_slice()).is_err() {
        return Some("the path holds a byte that no request target can");
    }
    if exchange.method == b"CONNECT" {
        return Some("CONNECT asks for a tunnel, not for a path");
    }
    Method::from_bytes(&exchange.method)
        .is_err()
        .then_some("the method is not a valid token (RFC 9110 §9.1)")
}

/// Sends a case's request over a socket to a server that answers with the case's response.
async fn exchange(case: &Case) -> io::Result<Observed> {
    let notes = Notes::default();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut client = TcpStream::connect(listener.local_addr()?).await?;
    let (server, _) = listener.accept().await?;
    client.write_all(&request(case)).await?;
    serve(case, server, notes.clone()).await;
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await?;
    observed(case, &notes, &answer)
}

async fn serve(case: &Case, stream: TcpStream, notes: Notes) {
    let country = case.exchange.country;
    let layer = VisitorLayer::new(case.policy.clone())
        .scheme(case.exchange.scheme)
        .source(Fixed(case.now, case.entropy));
    let response = response(case);
    let origin = Arc::clone(&notes.origin);
    let expected = case.expect.origin.clone();
    let inner = tower::service_fn(move |request: Request<Incoming>| {
        let seen = expected.iter().flat_map(|(name, _)| {
            let values = request.headers().get_all(name).into_iter();
            values.map(|value| (name.clone(), value.to_str().ok().map(str::to_string)))
        });
        *origin.lock().expect("no test has failed") = seen.collect();
        let response = response.clone();
        async move { Ok::<_, Infallible>(response) }
    });
    // What an outer layer does that knows the country.
    let with_country = move |mut request: Request<Incoming>| {
        country.map(|country| request.extensions_mut().insert(country));
        request
    };
    let service = ServiceBuilder::new()
        .map_request(with_country)
        .layer(layer.observe(notes))
        .service(inner);
    let service = TowerToHyperService::new(service);
    let mut http = http1::Builder::new();
    http.keep_alive(false).max_buf_size(1 << 20);
    // How the connection ends shows in what the client got.
    let _ = http.serve_connection(TokioIo::new(stream), service).await;
}

fn request(case: &Case) -> Vec<u8> {
    let exchange = &case.exchange;
    let line = [
        &exchange.method,
        &b" "[..],
        &exchange.path,
        b" HTTP/1.1\r\nHost: ",
    ];
    let mut bytes = [&line.concat(), &exchange.host[..]].concat();
    for (name, value) in &exchange.request {
        bytes.extend([b"\r\n", name.as_slice(), b": ", value].concat());
    }
    bytes.extend(b"\r\n\r\n");
    bytes
}

fn response(case: &Case) -> Response<Empty<Bytes>> {
    let mut response = Response::new(Empty::new());
    *response.status_mut() = StatusCode::from_u16(case.exchange.status).expect("a status");
    for (name, value) in &case.exchange.response {
        let name = HeaderName::from_bytes(name).expect("a header name");
        let value = HeaderValue::from_bytes(value).expect("a header value");
        response.headers_mut().append(name, value);
    }
    response
}

/// Takes from the layer what it says, and from the wire what it did.
fn observed(case: &Case, notes: &Notes, answer: &[u8]) -> io::Result<Observed> {
    let head = latin1(answer);
    let noted = notes.decided.lock().expect("no test has failed").take();
    let mut observed =
        noted.ok_or_else(|| io::Error::other(format!("the layer was not asked: {head:?}")))?;
    let is_cookie = |(name, _): &&(Vec<u8>, Vec<u8>)| name.eq_ignore_ascii_case(b"set-cookie");
    let origins = case.exchange.response.iter().filter(is_cookie);
    let origins: Vec<String> = origins
        .map(|(_, value)| latin1(value).trim().to_string())
        .collect();
    let set = values(&head, "set-cookie");
    if !set.starts_with(&origins) {
        return Err(io::Error::other(format!(
            "the origin's cookies {origins:?} became {set:?}"
        )));
    }
    observed.set_cookie = set[origins.len()..].to_vec();
    let origins = &case.exchange.response;
    (observed.headers, observed.append) = case_edits(&head, origins, &observed);
    observed.origin = notes.origin.lock().expect("no test has failed").clone();
    observed.log = observed.log.filter(|_| case.policy.logs());
    Ok(observed)
}

/// What the wire has of the headers that the layer says it has set and appended.
fn case_edits(head: &str, origins: &FieldList, said: &Observed) -> (Fields, Fields) {
    let on_wire = |names: &[(String, String)], skip: &dyn Fn(&str) -> usize| {
        let names = names.iter().map(|(name, _)| name);
        let of = |name: &String| {
            let values = values(head, name).into_iter().skip(skip(name));
            values
                .map(|value| (name.clone(), value))
                .collect::<Vec<_>>()
        };
        names.flat_map(of).collect::<Fields>()
    };
    let before = |name: &str| {
        let named = |(field, _): &&(Vec<u8>, Vec<u8>)| field.eq_ignore_ascii_case(name.as_bytes());
        origins.iter().filter(named).count()
    };
    (
        on_wire(&said.headers, &|_| 0),
        on_wire(&said.append, &before),
    )
}

/// The values of a header on the wire.
fn values(head: &str, name: &str) -> Vec<String> {
    let fields = head.split("\r\n").filter_map(|line| line.split_once(':'));
    let named = fields.filter(|(field, _)| field.eq_ignore_ascii_case(name));
    named.map(|(_, value)| value.trim().to_string()).collect()
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
