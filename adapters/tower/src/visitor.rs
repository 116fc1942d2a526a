//! What handlers are told about who asks.

use hardtack::{Outcome, Reason, RequestDecision, VisitorId};

/// Who asks, as far as the request tells: found in the request's extensions, or with the feature `axum` taken as an
/// argument by handlers.
///
/// A handler that takes `Option<Visitor>` works without the layer, too; one that takes [`Visitor`] answers 500 there
/// (`VisitorRejection`). With the feature `serde` it is a map of `outcome`, `reason` and `id`.
///
/// ```
/// use hardtack_tower::Visitor;
///
/// // Any service: from the extensions.
/// fn greeting<B>(request: &http::Request<B>) -> String {
///     match request.extensions().get::<Visitor>().and_then(Visitor::id) {
///         Some(id) => format!("visitor {id}"),
///         None => "somebody".to_string(),
///     }
/// }
///
/// // axum: as an argument.
/// async fn page(visitor: Visitor) -> String {
///     format!("{}, because {}", visitor.outcome(), visitor.reason().sentence())
/// }
/// # assert_eq!(greeting(&http::Request::new(())), "somebody");
/// # let _: axum::Router = axum::Router::new().route("/", axum::routing::get(page));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visitor {
    visit: RequestDecision,
    /// For requests that get no cookie (calls, images): the id that the browser sent, if any, with consent where the
    /// policy asks for that.
    sent: Option<VisitorId>,
}

impl Visitor {
    pub(crate) const fn new(visit: RequestDecision, sent: Option<VisitorId>) -> Self {
        Self { visit, sent }
    }

    /// The visitor's id. On a first page it is the one that the response is about to set, so that handlers know it from
    /// the first request on. `None` where a request that gets no cookie has brought none, and where the policy asks
    /// for consent and the visitor denies it or has yet to answer, whatever the browser has sent.
    ///
    /// A new id reaches the browser only if the response is a page; the handler's own response decides on that. So
    /// store nothing under a new id ([`Outcome::Issued`], [`Outcome::Replaced`]) that would matter if it never
    /// returned.
    pub fn id(&self) -> Option<VisitorId> {
        self.visit.id().or(self.sent)
    }

    /// What comes of it, unless the response turns out to be no page.
    pub fn outcome(&self) -> Outcome {
        self.visit.outcome()
    }

    /// Why. [`Reason::sentence`] has it in words.
    pub fn reason(&self) -> Reason {
        self.visit.reason()
    }
}

/// The visitor of a decision that somebody else has made, such as a test that calls a handler without the layer.
///
/// ```
/// use hardtack_tower::hardtack::{Request, Target, on_request};
/// use hardtack_tower::{Policy, SUFFIX_LIST, Scheme, Settings, Visitor};
///
/// let policy = Policy::new(&Settings::default(), Some(SUFFIX_LIST))?;
/// let request = Request {
///     target: Target { scheme: Scheme::Https, host: b"www.example.com" },
///     method: b"GET",
///     path: b"/",
///     country: None,
///     fields: &[("sec-fetch-dest", "document")][..],
/// };
/// let visitor = Visitor::from(on_request(&policy, &request, 1_750_000_000, [7; 16]));
/// assert_eq!(visitor.id().unwrap().to_string(), "07070707-0707-4707-8707-070707070707");
/// # Ok::<(), hardtack_tower::PolicyError>(())
/// ```
impl From<RequestDecision> for Visitor {
    fn from(decision: RequestDecision) -> Self {
        Self::new(decision, None)
    }
}

#[cfg(feature = "serde")]
impl serde_core::Serialize for Visitor {
    fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde_core::ser::SerializeStruct as _;

        let mut map = serializer.serialize_struct("Visitor", 3)?;
        map.serialize_field("outcome", &self.outcome())?;
        map.serialize_field("reason", &self.reason())?;
        map.serialize_field("id", &self.id())?;
        map.end()
    }
}

#[cfg(feature = "axum")]
mod extract {
    use std::convert::Infallible;

    use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
    use axum_core::response::{IntoResponse, Response};
    use http::StatusCode;
    use http::request::Parts;

    use super::Visitor;

    /// A handler asks for a [`Visitor`], and no layer has put one there. Answers 500, and says in the body what to do.
    ///
    /// ```
    /// use hardtack_tower::{Visitor, VisitorRejection};
    ///
    /// async fn page(visitor: Result<Visitor, VisitorRejection>) -> String {
    ///     match visitor {
    ///         Ok(visitor) => visitor.outcome().to_string(),
    ///         Err(rejection) => rejection.to_string(),
    ///     }
    /// }
    /// # let _: axum::Router = axum::Router::new().route("/", axum::routing::get(page));
    /// ```
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct VisitorRejection;

    impl std::fmt::Display for VisitorRejection {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(
                "no visitor in the request: add `VisitorLayer` to the router, after its routes, with `extensions` on",
            )
        }
    }

    impl std::error::Error for VisitorRejection {}

    impl IntoResponse for VisitorRejection {
        fn into_response(self) -> Response {
            (StatusCode::INTERNAL_SERVER_ERROR, self.to_string()).into_response()
        }
    }

    impl<S: Send + Sync> FromRequestParts<S> for Visitor {
        type Rejection = VisitorRejection;

        async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, VisitorRejection> {
            parts.extensions.get().copied().ok_or(VisitorRejection)
        }
    }

    impl<S: Send + Sync> OptionalFromRequestParts<S> for Visitor {
        type Rejection = Infallible;

        async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
            Ok(parts.extensions.get().copied())
        }
    }
}

#[cfg(feature = "axum")]
pub use extract::VisitorRejection;
