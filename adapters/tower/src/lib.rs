//! A [`Layer`](tower_layer::Layer) that gives each visitor one lasting, first-party, `HttpOnly` UUID cookie: for axum,
//! tonic, hyper and every other [`tower`] service.
//!
//! ```toml
//! [dependencies]
//! hardtack-tower = { git = "https://github.com/hardtack-dev/hardtack" }
//! ```
//!
//! ```
//! use axum::{Router, response::Html, routing::get};
//! use hardtack_tower::{Visitor, VisitorLayer};
//!
//! async fn page(visitor: Visitor) -> Html<String> {
//!     Html(format!("<p>{:?}", visitor.id()))
//! }
//!
//! let app: Router = Router::new().route("/", get(page)).layer(VisitorLayer::default());
//! ```
//!
//! The visitor keeps the id for as long as browsers keep cookies, and handlers know it from the first request on. The
//! words, such as *visitor*, *renewal* or *registrable domain*, are defined in the [glossary].
//!
//! # Contents
//!
//! - [What it does to an exchange](#what-it-does-to-an-exchange): what is added and what is changed
//! - [The policy](#the-policy): from Rust, from a file, from an application's own configuration
//! - [Handlers](#handlers): who asks
//! - [Tests of your own](#tests-of-your-own)
//! - [Order of layers](#order-of-layers), nested routers, caches
//! - [Scheme and host](#scheme-and-host), behind a proxy
//! - [Country](#country), for consent by region
//! - [Logs and metrics](#logs-and-metrics): `tracing`, observers
//! - [Errors](#errors)
//! - [Features](#features)
//!
//! # What it does to an exchange
//!
//! The rules are those of [`hardtack`], [by the same numbers](hardtack#the-rules). Around them the layer does this and
//! no more:
//!
//! 1. Before the inner service runs, it decides on the request, and puts a [`Visitor`] into its extensions. If the
//!    policy names a request header, that header is set, and whatever the client sent under its name is gone.
//! 2. When the response is there, it decides on that, too, and makes the edits that follow.
//! 3. It emits [events](#logs-and-metrics), and notifies an [`Observer`], if there is one.
//!
//! A response that gets the cookie is changed in these places. All but the first two are off by default:
//!
//! | header | change | when |
//! |---|---|---|
//! | `Set-Cookie` | the id's line is appended | a page, and what else the policy has in scope |
//! | `Cache-Control`, and fields such as `CDN-Cache-Control` or `Surrogate-Control` | changed, so that shared caches do not store the page; `private` where there was none | with any of these cookies, unless the policy has [`caches.protect`](hardtack::CacheSettings::protect) off |
//! | `Set-Cookie` | the renewal marker's line is appended | renewal is when due |
//! | `Set-Cookie` | the script cookie's line is appended | [`signals.script_cookie`](hardtack::SignalSettings::script_cookie) |
//! | a header of the policy's choice | set | [`signals.response_header`](hardtack::SignalSettings::response_header), on responses without a cookie, too |
//! | `Server-Timing` | appended | [`signals.server_timing`](hardtack::SignalSettings::server_timing), the same |
//!
//! So up to three `Set-Cookie` lines are appended, behind those of the inner service, which stay as they are and in
//! their order. Where a visitor denies consent, up to six lines take their place: they expire each of the three
//! cookies, with its `Domain` and without. Images, scripts and calls get nothing by default, and neither do error
//! pages, bots and redirects to other sites. All other headers stay; so does the body, and so does an error of the
//! inner service.
//!
//! # The policy
//!
//! [`VisitorLayer::default()`](VisitorLayer#impl-Default-for-VisitorLayer) has the default policy: the cookie `FPD` for
//! 730 days on the registrable domain, renewed with every page. Settings are plain fields, each with a default:
//!
//! ```
//! use hardtack_tower::hardtack::Renew;
//! use hardtack_tower::{Settings, VisitorLayer};
//!
//! let mut settings = Settings::default();
//! settings.cookie.name = "visitor".to_string();
//! settings.renew.when = Renew::WhenDue(30 * 86_400);
//! let layer = VisitorLayer::from_settings(&settings)?;
//! # let _ = layer;
//! # Ok::<(), hardtack_tower::PolicyError>(())
//! ```
//!
//! With the feature `toml`, `VisitorLayer::from_toml` reads the `hardtack.toml` that all other platforms of hardtack
//! read, and `hardtack_tower::hardtack_policy` has the rest of what can be done with such a file. With `serde` as well,
//! a policy can be a part of an application's own configuration, in any format: its type there is
//! `hardtack_policy::Loaded`, whose `policy` goes into [`VisitorLayer::new`].
//!
//! # Handlers
//!
//! A handler finds a [`Visitor`] in the request's extensions; a handler of axum takes it as an argument. Its
//! [`id`](Visitor::id) is there from the first page on. Calls of scripts have it, too, though they get no cookie.
//!
//! Calls of gRPC are never pages, so in tonic the layer tells whose they are, and sets no cookie.
//!
//! Only HTML gets the cookie: axum answers a `String` as `text/plain`, so a page is an `axum::response::Html`.
//!
//! # Tests of your own
//!
//! Handlers behind the layer need no server to be tested. A request for a page says `Sec-Fetch-Dest: document`, and a
//! returning visitor sends the cookie:
//!
//! ```
//! use axum::{Router, body::Body, response::Html, routing::get};
//! use hardtack_tower::{Visitor, VisitorLayer};
//! use http::Request;
//! use tower::ServiceExt as _;
//!
//! const ID: &str = "6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8";
//!
//! async fn page(visitor: Visitor) -> Html<String> {
//!     assert_eq!(visitor.id().unwrap().to_string(), ID);
//!     Html("<p>Welcome back".to_string())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let app: Router = Router::new().route("/", get(page)).layer(VisitorLayer::default());
//! let request = Request::get("https://www.example.com/")
//!     .header("sec-fetch-dest", "document")
//!     .header("cookie", format!("FPD={ID}"))
//!     .body(Body::empty())
//!     .unwrap();
//! let response = app.oneshot(request).await.unwrap();
//!
//! assert_eq!(
//!     response.headers()["set-cookie"].to_str().unwrap(),
//!     format!("FPD={ID}; Max-Age=63072000; Domain=example.com; Path=/; Secure; HttpOnly; SameSite=Lax"),
//! );
//! assert_eq!(response.headers()["cache-control"], "private");
//! # }
//! ```
//!
//! Tests that expect the id of a new visitor bring a [`Source`].
//!
//! # Order of layers
//!
//! In axum the layer that is added last is the outermost, which sees a request first; in a `tower::ServiceBuilder` it
//! is the one that is added first.
//!
//! - **Caches**: put [`VisitorLayer`] outside of anything that stores responses. A stored response would hand one
//!   visitor's id to the next.
//! - **Pages that show the id**: the layer cannot know whether a handler used the [`Visitor`]. Where the policy does
//!   not renew the cookie with every page, a handler that writes the id into a page marks it `Cache-Control: private`,
//!   or a shared cache may store it for everybody. Responses that set the cookie are marked by the layer, and so is
//!   every response to a request that carried the id in `signals.request_header`.
//! - **Who knows better goes outside**: layers that put an [`OriginalTarget`] or a [`Country`] into the extensions.
//! - **Layers that answer by themselves**, such as time limits or logins: inside, their pages get the cookie; outside,
//!   they do not.
//! - **Nested routers**: add the layer to the outermost router, after all its routes. `Router::layer` covers what is
//!   there before it, nested routers included. Below `nest`, axum takes the prefix off the path, so there the policy's
//!   paths would be compared with what is left.
//! - **Twice** does no harm: the inner layer sets its cookie, and the outer one leaves it alone (`origin_cookie`).
//! - **Compression, CORS, tracing** may stand on either side.
//!
//! ```
//! use axum::{Router, body::Body, response::Html, routing::get};
//! use hardtack_tower::{Settings, VisitorLayer};
//! use http::Request;
//! use tower::ServiceExt as _;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), hardtack_tower::PolicyError> {
//! let mut settings = Settings::default();
//! settings.scope.exclude = vec!["/admin/*".to_string()];
//!
//! let admin = Router::new().route("/users", get(|| async { Html("users") }));
//! let app: Router = Router::new()
//!     .route("/", get(|| async { Html("home") }))
//!     .nest("/admin", admin)
//!     .layer(VisitorLayer::from_settings(&settings)?);
//!
//! for (path, sets_cookie) in [("/", true), ("/admin/users", false)] {
//!     let request = Request::get(path)
//!         .header("host", "www.example.com")
//!         .header("sec-fetch-dest", "document")
//!         .body(Body::empty())
//!         .unwrap();
//!     let response = app.clone().oneshot(request).await.unwrap();
//!     assert_eq!(response.headers().contains_key("set-cookie"), sets_cookie, "{path}");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Scheme and host
//!
//! A `Secure` cookie goes over TLS only, and behind a proxy that terminates TLS a service can't see the scheme. The
//! layer takes the scheme from the first of these that is there: an [`OriginalTarget`] in the request's extensions,
//! which an outer layer puts there when it trusts the proxy; [`VisitorLayer::scheme`]; the URI; https. It takes the
//! host from the [`OriginalTarget`], else from the URI, else from the `Host` header.
//!
//! So behind a proxy that passes on `Host`, as most do, nothing is needed. [`OriginalTarget::from_x_forwarded`] is for
//! the others, and for those that serve plain http, too. `X-Forwarded-*` is never read unasked: anybody can send it.
//!
//! # Country
//!
//! Where consent is required in some countries only, the layer has to know the visitor's. It is what
//! [`VisitorLayer::country_header`] names, or what a function of one's own finds:
//!
//! ```
//! use std::net::IpAddr;
//!
//! use hardtack_tower::{Country, VisitorLayer};
//! use tower::ServiceBuilder;
//!
//! /// Looks the address up, in a database of one's own.
//! fn country_of(address: IpAddr) -> Option<Country> {
//! #   let _ = address;
//!     Country::parse(b"FR")
//! }
//!
//! # let service = tower::service_fn(|_: http::Request<()>| async {
//! #     Ok::<_, std::convert::Infallible>(http::Response::new(()))
//! # });
//! let service = ServiceBuilder::new()
//!     .map_request(|mut request: http::Request<()>| {
//!         // Whoever accepts the connection has put the address there.
//!         if let Some(country) = request.extensions().get().copied().and_then(country_of) {
//!             request.extensions_mut().insert(country);
//!         }
//!         request
//!     })
//!     .layer(VisitorLayer::default())
//!     .service(service);
//! # let _ = service;
//! ```
//!
//! # Logs and metrics
//!
//! With the feature `tracing` the layer emits events under the target `hardtack`. `RUST_LOG=hardtack=trace` shows each
//! decision rule by rule, where the subscriber reads that variable:
//!
//! | level | one event for | fields |
//! |---|---|---|
//! | `WARN` | an edit that was left out, because it makes no valid header or the map is full | `header` |
//! | `INFO` | each decision, under a policy with [`signals.log`](hardtack::SignalSettings::log) | none: the message is the [log line](hardtack::LogLine), a JSON object |
//! | `DEBUG` | each decision | `outcome`, `reason`, `id`, `speculation`, `method`, `host`, `path`, `status` |
//! | `TRACE` | each rule that looked at the exchange; the message is what it found | `rule`, its number, and `rule.name` |
//!
//! Fields that have no value are left out. No event has an id unless the policy has the log, and has it with ids
//! ([`Policy::logs_ids`]): elsewhere `id` is left out, and an ellipsis takes an id's place in the messages. An event
//! belongs to the span that its half of the exchange ran in. Without a subscriber for them, events cost a comparison.
//!
//! For metrics, and for logs of another kind, there is [`VisitorLayer::observe`]; [`Observer`] has an example.
//!
//! # Errors
//!
//! A request cannot fail. Only a policy can be wrong, and [`VisitorLayer::from_settings`] finds out once, when the
//! layer is made: a [`PolicyError`] has the key, the value, what is wrong with it, and a hint.
//! `VisitorLayer::from_toml` says the same with lines and columns. A handler that asks for a [`Visitor`] where no layer
//! is answers 500.
//!
//! # Features
//!
//! | feature | default | what it brings |
//! |---|---|---|
//! | `axum` | yes | [`Visitor`] as an argument of handlers |
//! | `psl` | yes | the public suffix list, compiled in: [`VisitorLayer::default()`](VisitorLayer#impl-Default-for-VisitorLayer), [`VisitorLayer::from_settings`], [`SUFFIX_LIST`] |
//! | `tracing` | yes | [events](#logs-and-metrics); without it the policy's log lines are an observer's to write |
//! | `toml` | no | `VisitorLayer::from_toml`, and the crate `hardtack_policy`; twice as many crates to compile |
//! | `serde` | no | `Serialize` for [`Visitor`]; the [feature of that name](hardtack#features) of the core, and of `hardtack_policy` |
//!
//! Without `psl`, a policy lists its domains or is host-only. The core is here as [`hardtack`](mod@hardtack), so that
//! no second dependency has to be kept at the same version.
//!
//! [`tower`]: https://docs.rs/tower
//! [glossary]: https://github.com/hardtack-dev/hardtack/blob/main/docs/glossary.md

#[cfg(feature = "tracing")]
mod events;
#[cfg(not(feature = "tracing"))]
#[path = "no_events.rs"]
mod events;
mod future;
mod headers;
mod layer;
mod observer;
mod original_target;
mod pending;
mod recording;
mod service;
mod shared;
mod source;
mod visitor;

pub use hardtack;
#[cfg(feature = "toml")]
pub use hardtack_policy;

pub use hardtack::{Country, Outcome, Policy, PolicyError, Reason, Scheme, Settings, VisitorId};

pub use future::ResponseFuture;
pub use layer::VisitorLayer;
pub use observer::{Decided, Observer, Silent};
pub use original_target::OriginalTarget;
pub use service::VisitorService;
pub use source::{Source, System};
pub use visitor::Visitor;
#[cfg(feature = "axum")]
pub use visitor::VisitorRejection;

/// The public suffix list, as [`Policy::new`] takes it. Needs the feature `psl`.
///
/// ```
/// use hardtack_tower::{Policy, SUFFIX_LIST, Settings, VisitorLayer};
///
/// let policy = Policy::new(&Settings::default(), Some(SUFFIX_LIST))?;
/// let layer = VisitorLayer::new(policy);
/// # let _ = layer;
/// # Ok::<(), hardtack_tower::PolicyError>(())
/// ```
#[cfg(feature = "psl")]
pub const SUFFIX_LIST: hardtack::SuffixList = hardtack_psl::LIST;
