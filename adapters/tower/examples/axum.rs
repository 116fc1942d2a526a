//! An axum service whose handlers know the visitor from the first request on.
//!
//! Run it, and open http://localhost:3000:
//!
//!     cargo run -p hardtack-tower --example axum

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use hardtack_tower::{Scheme, Visitor, VisitorLayer};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    // Browsers reach this example by plain http; behind TLS, leave `scheme` out.
    let visitors = VisitorLayer::default().scheme(Scheme::Http);
    let app = Router::new()
        .route("/", get(page))
        .route("/api/visitor", get(call))
        .layer(visitors);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port())).await?;
    axum::serve(listener, app).await
}

/// A page: its response carries the cookie, and the id is known before it is set.
async fn page(visitor: Visitor) -> Html<String> {
    let id = visitor.id().map_or_else(String::new, |id| id.to_string());
    Html(format!(
        "<!doctype html><title>hardtack</title><p>Visitor {id}, {}.",
        visitor.outcome()
    ))
}

/// A call from a script: it gets no cookie, but may know whose it is.
async fn call(visitor: Visitor) -> String {
    visitor
        .id()
        .map_or_else(|| "unknown".to_string(), |id| id.to_string())
}

fn port() -> u16 {
    std::env::var("PORT")
        .ok()
        .and_then(|port| port.parse().ok())
        .unwrap_or(3000)
}
