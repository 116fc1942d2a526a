//! A [`Layer`](tower_layer::Layer) that gives each visitor one lasting, first-party, `HttpOnly` UUID cookie.
//!
//! ```
//! use hardtack::{DomainSetting, Policy, Settings};
//! use hardtack_tower::VisitorLayer;
//! # use tower::ServiceBuilder;
//!
//! let mut settings = Settings::default();
//! settings.cookie.domain = DomainSetting::Listed(vec!["example.com".to_string()]);
//! let layer = VisitorLayer::new(Policy::new(&settings, None)?);
//! # let service = tower::service_fn(|_: http::Request<()>| async { Ok::<_, std::convert::Infallible>(http::Response::new(())) });
//! let service = ServiceBuilder::new().layer(layer).service(service);
//! # let _ = service;
//! # Ok::<(), hardtack::PolicyError>(())
//! ```
//!
//! # What it does to an exchange
//!
//! The rules are those of [`hardtack`], by the same numbers. Around them the layer does four things and no more:
//!
//! 1. Before the inner service runs, it finds out who asks, and puts a [`Visitor`] into the request's extensions.
//! 2. When the response is there, it asks the rules again, and appends at most one `Set-Cookie`. The inner service's
//!    own `Set-Cookie` headers stay, in their order; so does everything else.
//! 3. Where the policy asks for it, it sets the signal header and writes a log line (`tracing`, target `hardtack`).
//! 4. It notifies an [`Observer`], if there is one.
//!
//! An error of the inner service passes through untouched, and so does its body.
//!
//! # Deployment caveats
//!
//! - **Scheme and host.** A `Secure` cookie goes over TLS only, and behind a proxy that terminates TLS a service can't
//!   see the scheme. The layer takes the scheme from the first of these that is there: an [`OriginalTarget`] in the
//!   request's extensions, which an outer layer puts there when it trusts the proxy; [`VisitorLayer::scheme`]; the URI;
//!   https. It takes the host from the [`OriginalTarget`], else from the URI, else from the `Host` header.
//! - **Caches.** Put the layer outside of anything that stores responses: a stored response would hand one visitor's id
//!   to the next.
//! - **Pages that show the id.** The layer cannot know whether a handler used the [`Visitor`]. Where the policy does
//!   not renew the cookie with every page, a handler that writes the id into a page marks it `Cache-Control: private`,
//!   or a shared cache may store it for everybody. Responses that set the cookie are marked by the layer, and so is
//!   every response to a request that carried the id in `signals.request_header`.
//! - **Compression, CORS, tracing** layers may stand on either side.

mod future;
mod headers;
mod layer;
mod observer;
mod original_target;
mod pending;
mod service;
mod shared;
mod source;
mod visitor;

pub use future::ResponseFuture;
pub use layer::VisitorLayer;
pub use observer::{Decided, Observer, Silent};
pub use original_target::OriginalTarget;
pub use service::VisitorService;
pub use source::{Source, System};
pub use visitor::Visitor;
#[cfg(feature = "axum")]
pub use visitor::VisitorRejection;
