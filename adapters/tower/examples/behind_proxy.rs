//! An axum service behind a proxy that ends TLS and knows the visitor's country. Ids need consent in the European
//! Economic Area, and the log shows each decision rule by rule.
//!
//! Run it, and ask as the proxy would:
//!
//!     cargo run -p hardtack-tower --example behind_proxy
//!     curl -i http://localhost:3000/ -H 'Sec-Fetch-Dest: document' -H 'CF-IPCountry: US' \
//!         -H 'X-Forwarded-Proto: https' -H 'X-Forwarded-Host: www.example.com'

use std::error::Error;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::{Html, Response};
use axum::routing::get;
use hardtack_tower::hardtack::{Cmp, ConsentSource, Required};
use hardtack_tower::{OriginalTarget, PolicyError, Settings, Visitor, VisitorLayer};
use http::HeaderName;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(std::io::stderr)
        .init();
    let app = Router::new()
        .route("/", get(page))
        .layer(visitors()?)
        // Added last, so it runs first: the layer above finds what it has put into the extensions.
        .layer(middleware::from_fn(trust_proxy));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port())).await?;
    axum::serve(listener, app).await?;
    Ok(())
}

/// A cookie that is set without asking, except where the law wants the visitor's consent.
fn visitors() -> Result<VisitorLayer, PolicyError> {
    let mut settings = Settings::default();
    settings.consent.required = Required::In(vec!["EEA".to_string(), "UK".to_string()]);
    settings.consent.from = vec![ConsentSource::new(Cmp::CookieYes)];
    let layer = VisitorLayer::from_settings(&settings)?;
    // The proxy sets this field on every request, so no visitor can choose a country.
    Ok(layer.country_header(HeaderName::from_static("cf-ipcountry")))
}

/// Only the proxy can reach this service, and it sets both fields.
async fn trust_proxy(mut request: Request, next: Next) -> Response {
    if let Some(target) = OriginalTarget::from_x_forwarded(request.headers()) {
        request.extensions_mut().insert(target);
    }
    next.run(request).await
}

async fn page(visitor: Visitor) -> Html<String> {
    Html(format!(
        "<!doctype html><title>hardtack</title><p>{}: {}.",
        visitor.outcome(),
        visitor.reason().sentence()
    ))
}

fn port() -> u16 {
    std::env::var("PORT")
        .ok()
        .and_then(|port| port.parse().ok())
        .unwrap_or(3000)
}
