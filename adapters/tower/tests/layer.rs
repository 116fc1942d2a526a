//! What the layer adds to the rules: the visitor in the request, the order of cookies, scheme and host, errors.
#![allow(clippy::expect_used, reason = "a test may stop where it stands")]

use std::convert::Infallible;
use std::sync::Arc;

use hardtack::{Country, Outcome, Policy, Reason, Required, Scheme, Settings};
use hardtack_tower::{OriginalTarget, Source, Visitor, VisitorLayer};
use http::header::SET_COOKIE;
use http::{HeaderName, HeaderValue, Request, Response};
use tower::{Layer as _, ServiceExt as _, service_fn};

const ID: &str = "6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13";
const NEW: &str = "07070707-0707-4707-8707-070707070707";

#[derive(Clone, Copy, Debug)]
struct Sevens;

impl Source for Sevens {
    fn now(&self) -> u64 {
        1_750_000_000
    }

    fn entropy(&self) -> [u8; 16] {
        [7; 16]
    }
}

fn layer() -> VisitorLayer {
    VisitorLayer::new(hardtack_policy::defaults()).source(Sevens)
}

fn page(host: &str, headers: &[(&'static str, &str)]) -> Request<()> {
    let mut request = Request::new(());
    let host = HeaderValue::from_str(host).expect("a host");
    request.headers_mut().insert("host", host);
    for (name, value) in headers {
        request
            .headers_mut()
            .append(*name, HeaderValue::from_str(value).expect("a value"));
    }
    request
}

fn document(headers: &[(&'static str, &str)]) -> Request<()> {
    let mut request = page("www.example.com", headers);
    request
        .headers_mut()
        .insert("sec-fetch-dest", HeaderValue::from_static("document"));
    request
}

/// Sends a request through the layer to a service that answers what it finds of the visitor in a header.
async fn ask(layer: VisitorLayer, request: Request<()>) -> Response<()> {
    let service = layer.layer(service_fn(|request: Request<()>| async move {
        let mut response = Response::new(());
        let headers = response.headers_mut();
        headers.append(SET_COOKIE, HeaderValue::from_static("sid=1; HttpOnly"));
        headers.append(SET_COOKIE, HeaderValue::from_static("csrf=2"));
        if let Some(visitor) = request.extensions().get::<Visitor>() {
            let id = visitor
                .id()
                .map_or_else(|| "nobody".to_string(), |id| id.to_string());
            let told = format!("{id} {} {}", visitor.outcome(), visitor.reason());
            headers.insert("told", HeaderValue::from_str(&told).expect("a value"));
        }
        Ok::<_, Infallible>(response)
    }));
    service.oneshot(request).await.expect("infallible")
}

fn signal(response: &Response<()>) -> Option<&str> {
    response
        .headers()
        .get("told")
        .map(|value| value.to_str().expect("text"))
}

fn cookies(response: &Response<()>) -> Vec<&str> {
    let values = response.headers().get_all(SET_COOKIE);
    values
        .iter()
        .map(|value| value.to_str().expect("text"))
        .collect()
}

#[tokio::test]
async fn handlers_know_a_new_visitor_before_the_browser_does() {
    let response = ask(layer(), document(&[])).await;
    assert_eq!(
        signal(&response),
        Some(format!("{NEW} issued new_visitor").as_str())
    );
    assert!(cookies(&response)[2].starts_with(&format!("FPD={NEW};")));
}

#[tokio::test]
async fn handlers_of_calls_know_whose_they_are_though_no_cookie_is_set() {
    let headers = [
        ("sec-fetch-dest", "empty"),
        ("cookie", &*format!("a=1; FPD={ID}")),
    ];
    let response = ask(layer(), page("www.example.com", &headers)).await;
    assert_eq!(
        signal(&response),
        Some(format!("{ID} skipped not_document").as_str())
    );
    assert_eq!(cookies(&response), ["sid=1; HttpOnly", "csrf=2"]);
}

#[tokio::test]
async fn a_call_without_a_cookie_is_nobodys() {
    let response = ask(
        layer(),
        page("www.example.com", &[("sec-fetch-dest", "empty")]),
    )
    .await;
    assert_eq!(signal(&response), Some("nobody skipped not_document"));
}

#[tokio::test]
async fn the_id_of_a_visitor_who_has_not_consented_is_told_to_nobody() {
    let mut settings = Settings::default();
    settings.consent.gpc = true;
    settings.consent.required = Required::In(vec!["FR".to_string()]);
    let policy = Policy::new(&settings, Some(hardtack_psl::LIST)).expect("a policy");
    let layer = VisitorLayer::new(policy).country_header(HeaderName::from_static("cf-ipcountry"));
    let told = async |dest, country, gpc| {
        let sent = [("cookie", &*format!("FPD={ID}")), ("sec-fetch-dest", dest)];
        let of_policy = [("cf-ipcountry", country), ("sec-gpc", gpc)];
        let request = page("www.example.com", &[sent, of_policy].concat());
        let response = ask(layer.clone(), request).await;
        signal(&response).expect("a visitor").to_string()
    };
    let known = format!("{ID} skipped not_document");
    assert_eq!(told("empty", "US", "0").await, known);
    let nobody = "nobody skipped not_document";
    assert_eq!(told("empty", "US", "1").await, nobody);
    assert_eq!(told("empty", "FR", "0").await, nobody);
    let denied = "nobody forgotten global_privacy_control";
    assert_eq!(told("document", "US", "1").await, denied);
    let pending = "nobody skipped consent_pending";
    assert_eq!(told("document", "FR", "0").await, pending);
}

#[tokio::test]
async fn without_extensions_nothing_is_told_and_the_cookie_is_set_all_the_same() {
    let response = ask(layer().extensions(false), document(&[])).await;
    assert_eq!(signal(&response), None);
    assert_eq!(cookies(&response).len(), 3);
}

#[tokio::test]
async fn the_origins_cookies_stay_first_and_in_order() {
    let response = ask(layer(), document(&[])).await;
    assert_eq!(cookies(&response)[..2], ["sid=1; HttpOnly", "csrf=2"]);
}

/// Who tells what of scheme and host, and the attributes that come of it.
#[track_caller]
fn attributes(response: &Response<()>, expected: &[&str]) {
    let cookies = cookies(response);
    let ours = cookies.get(2).map_or(&[][..], |_| &cookies[2..]);
    let attributes: Vec<&str> = ours
        .iter()
        .flat_map(|line| line.split("; ").skip(2))
        .collect();
    assert_eq!(attributes, expected);
}

const SECURE: [&str; 5] = [
    "Domain=example.com",
    "Path=/",
    "Secure",
    "HttpOnly",
    "SameSite=Lax",
];

#[tokio::test]
async fn a_request_that_does_not_tell_is_taken_for_https() {
    attributes(&ask(layer(), document(&[])).await, &SECURE);
}

#[tokio::test]
async fn the_layer_can_be_told_that_it_is_plain_http() {
    attributes(&ask(layer().scheme(Scheme::Http), document(&[])).await, &[]);
    let mut local = document(&[]);
    local
        .headers_mut()
        .insert("host", HeaderValue::from_static("localhost:3000"));
    let expected = ["Path=/", "HttpOnly", "SameSite=Lax"];
    attributes(&ask(layer().scheme(Scheme::Http), local).await, &expected);
}

#[tokio::test]
async fn the_uri_of_http_2_tells_scheme_and_host() {
    let mut request = document(&[]);
    *request.uri_mut() = "http://www.example.com/".parse().expect("a URI");
    attributes(&ask(layer(), request).await, &[]);
    let mut request = document(&[]);
    *request.uri_mut() = "https://shop.example.co.uk/".parse().expect("a URI");
    let expected = [
        "Domain=example.co.uk",
        "Path=/",
        "Secure",
        "HttpOnly",
        "SameSite=Lax",
    ];
    attributes(&ask(layer(), request).await, &expected);
}

#[tokio::test]
async fn what_a_layer_told_of_the_scheme_goes_before_what_a_client_claims() {
    let mut request = document(&[]);
    *request.uri_mut() = "https://www.example.com/".parse().expect("a URI");
    attributes(&ask(layer().scheme(Scheme::Http), request).await, &[]);
}

#[tokio::test]
async fn a_trusted_front_goes_before_all() {
    let mut request = page("10.0.0.7:3000", &[("sec-fetch-dest", "document")]);
    request.extensions_mut().insert(OriginalTarget {
        scheme: Scheme::Https,
        host: Some(HeaderValue::from_static("www.example.com")),
    });
    attributes(&ask(layer().scheme(Scheme::Http), request).await, &SECURE);
}

/// Where consent is required in France only, and the header says this of the country, and an outer layer that.
async fn reason_in(header: Option<&str>, extension: Option<&[u8]>) -> String {
    let mut settings = Settings::default();
    settings.consent.required = Required::In(vec!["FR".to_string()]);
    let policy = Policy::new(&settings, Some(hardtack_psl::LIST)).expect("a policy");
    let layer = VisitorLayer::new(policy).country_header(HeaderName::from_static("cf-ipcountry"));
    let mut request = document(&[]);
    if let Some(value) = header {
        let value = HeaderValue::from_str(value).expect("a value");
        request.headers_mut().insert("cf-ipcountry", value);
    }
    if let Some(country) = extension {
        let country = Country::parse(country).expect("a country");
        request.extensions_mut().insert(country);
    }
    let response = ask(layer, request).await;
    let reason = signal(&response).and_then(|told| told.rsplit(' ').next());
    reason.expect("a visitor").to_string()
}

#[tokio::test]
async fn the_country_is_an_outer_layers_else_the_headers() {
    assert_eq!(reason_in(Some("US"), None).await, "new_visitor");
    assert_eq!(reason_in(Some("fr"), None).await, "consent_pending");
    assert_eq!(reason_in(Some("T1"), None).await, "consent_pending");
    assert_eq!(reason_in(None, None).await, "consent_pending");
    assert_eq!(reason_in(Some("FR"), Some(b"US")).await, "new_visitor");
    assert_eq!(reason_in(Some("US"), Some(b"FR")).await, "consent_pending");
}

#[tokio::test]
async fn of_two_layers_the_inner_one_sets_its_cookie_and_the_outer_one_leaves_it_alone() {
    let nested = layer().layer(layer().layer(service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(Response::new(()))
    })));
    let response = nested.oneshot(document(&[])).await.expect("infallible");
    assert_eq!(cookies(&response).len(), 1);
}

#[tokio::test]
async fn three_cookies_are_set_and_six_expired_and_caches_are_told() {
    let mut settings = Settings::default();
    settings.renew.when = hardtack::Renew::WhenDue(86_400);
    settings.signals.script_cookie = Some("FPD_js".to_string());
    settings.consent.gpc = true;
    let policy = Policy::new(&settings, Some(hardtack_psl::LIST)).expect("a policy");
    let layer = VisitorLayer::new(policy).source(Sevens);
    let response = ask(layer.clone(), document(&[])).await;
    let names = |response: &Response<()>| -> Vec<String> {
        let lines = cookies(response).into_iter().skip(2);
        let names = lines.filter_map(|line| line.split('=').next());
        names.map(str::to_string).collect()
    };
    assert_eq!(names(&response), ["FPD", "FPD_renewed", "FPD_js"]);
    assert_eq!(response.headers()["cache-control"], "private");
    let denial = [("sec-gpc", "1"), ("cookie", &*format!("FPD={ID}"))];
    let response = ask(layer, document(&denial)).await;
    let twice = |name: &str| [name.to_string(), name.to_string()];
    assert_eq!(
        names(&response),
        ["FPD", "FPD_renewed", "FPD_js"].map(twice).concat()
    );
    assert_eq!(response.headers()["cache-control"], "private");
}

#[cfg(feature = "psl")]
#[tokio::test]
async fn the_default_layer_has_the_default_policy() {
    let layer = VisitorLayer::default().source(Sevens);
    attributes(&ask(layer, document(&[])).await, &SECURE);
}

#[cfg(feature = "serde")]
#[tokio::test]
async fn a_visitor_is_a_map_for_serde() {
    let service = layer().layer(service_fn(|request: Request<()>| async move {
        let visitor = request.extensions().get::<Visitor>();
        let expected = serde_json::json!({
            "outcome": "issued",
            "reason": "new_visitor",
            "id": NEW,
        });
        assert_eq!(serde_json::to_value(visitor).expect("a map"), expected);
        Ok::<_, Infallible>(Response::new(()))
    }));
    service.oneshot(document(&[])).await.expect("infallible");
}

#[tokio::test]
async fn an_error_of_the_inner_service_passes_untouched() {
    let service = layer().layer(service_fn(|_: Request<()>| async {
        Err::<Response<()>, _>("broken")
    }));
    assert_eq!(
        service.oneshot(document(&[])).await.expect_err("an error"),
        "broken"
    );
}

#[tokio::test]
async fn one_layer_serves_many_services_with_one_policy() {
    let policy: Arc<Policy> = Arc::new(hardtack_policy::defaults());
    let layer = VisitorLayer::new(Arc::clone(&policy)).source(Sevens);
    for _ in 0..3 {
        assert_eq!(cookies(&ask(layer.clone(), document(&[])).await).len(), 3);
    }
}

#[tokio::test]
async fn a_visitor_tells_outcome_and_reason() {
    let service = layer().layer(service_fn(|request: Request<()>| async move {
        let visitor = *request.extensions().get::<Visitor>().expect("a visitor");
        assert_eq!(
            (visitor.outcome(), visitor.reason()),
            (Outcome::Renewed, Reason::ReturningVisitor)
        );
        Ok::<_, Infallible>(Response::new(()))
    }));
    let request = document(&[("cookie", &format!("FPD={ID}"))]);
    service.oneshot(request).await.expect("infallible");
}

#[tokio::test]
async fn a_client_cannot_tell_the_origin_who_it_is() {
    let policy = r#"signals.request_header = "X-Visitor""#;
    let policy = hardtack_policy::from_toml(policy).expect("a policy").policy;
    let layer = VisitorLayer::new(policy).source(Sevens);
    for name in ["x-visitor", "x_visitor", "x.visitor"] {
        let service = layer
            .clone()
            .layer(service_fn(|request: Request<()>| async move {
                let headers = request.headers().iter();
                let told = headers.filter(|(name, _)| name.as_str().starts_with('x'));
                let told: Vec<_> = told
                    .map(|(name, value)| format!("{name}: {}", value.to_str().expect("text")))
                    .collect();
                let expected = format!("x-visitor: issued;reason=new_visitor;id=\"{NEW}\"");
                assert_eq!(told, ["x_own: 1".to_string(), expected]);
                Ok::<_, Infallible>(Response::new(()))
            }));
        let request = document(&[("x_own", "1"), (name, "forged"), (name, "twice")]);
        service.oneshot(request).await.expect("infallible");
    }
}

#[cfg(feature = "axum")]
mod axum_handlers {
    use axum::Router;
    use axum::body::Body;
    use axum::routing::get;
    use http::StatusCode;

    use tower::ServiceExt as _;

    use super::{Request, Visitor, layer};

    async fn status(app: Router) -> StatusCode {
        let request = Request::builder()
            .header("sec-fetch-dest", "document")
            .body(Body::empty());
        app.oneshot(request.expect("a request"))
            .await
            .expect("infallible")
            .status()
    }

    #[tokio::test]
    async fn take_the_visitor_as_an_argument() {
        let app = Router::new().route(
            "/",
            get(|visitor: Visitor| async move { visitor.outcome().as_str() }),
        );
        assert_eq!(status(app.layer(layer())).await, StatusCode::OK);
    }

    #[tokio::test]
    async fn are_refused_where_no_layer_is() {
        let app = Router::new().route("/", get(|_: Visitor| async {}));
        assert_eq!(status(app).await, StatusCode::INTERNAL_SERVER_ERROR);
    }

    #[tokio::test]
    async fn may_do_without() {
        let app = Router::new().route(
            "/",
            get(|visitor: Option<Visitor>| async move {
                assert!(visitor.is_none());
            }),
        );
        assert_eq!(status(app).await, StatusCode::OK);
    }
}
