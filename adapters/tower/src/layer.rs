//! The layer: a policy, where time and randomness come from, and who else is told.

use std::sync::Arc;

use hardtack::{Policy, Scheme};
use tower_layer::Layer;

use crate::service::{Observer, Silent, VisitorService};
use crate::source::{Source, System};

/// Wraps services in a [`VisitorService`]. Cheap to clone.
#[derive(Clone, Debug)]
#[must_use]
pub struct VisitorLayer<O = Silent> {
    parts: Parts<O>,
}

/// What all requests share.
#[derive(Clone, Debug)]
pub(crate) struct Parts<O> {
    pub(crate) policy: Arc<Policy>,
    pub(crate) source: Arc<dyn Source>,
    pub(crate) scheme: Option<Scheme>,
    pub(crate) extensions: bool,
    pub(crate) observer: O,
}

impl VisitorLayer {
    /// A layer with the system's clock and randomness.
    pub fn new(policy: impl Into<Arc<Policy>>) -> Self {
        let parts = Parts {
            policy: policy.into(),
            source: Arc::new(System),
            scheme: None,
            extensions: true,
            observer: Silent,
        };
        Self { parts }
    }
}

impl<O: Observer> VisitorLayer<O> {
    /// The scheme that browsers use for this service, where nothing in front knows better ([`Front`](crate::Front)).
    ///
    /// Say [`Scheme::Http`] for a service that browsers reach by plain http, as on one's own machine: `Secure` is then
    /// left off on loopback, where Safari would refuse the cookie, and elsewhere no cookie is set that browsers would
    /// drop. Default: what the request's URI says, and https where it says nothing.
    pub fn scheme(mut self, scheme: Scheme) -> Self {
        self.parts.scheme = Some(scheme);
        self
    }

    /// Takes time and randomness from `source`. Default [`System`].
    pub fn source(mut self, source: impl Source) -> Self {
        self.parts.source = Arc::new(source);
        self
    }

    /// Whether handlers find a [`Visitor`](crate::Visitor) in the request's extensions. Default true; without it a
    /// request costs two allocations less.
    pub fn extensions(mut self, insert: bool) -> Self {
        self.parts.extensions = insert;
        self
    }

    /// Tells `observer` of every decision, in place of any observer before.
    pub fn observe<P: Observer>(self, observer: P) -> VisitorLayer<P> {
        let Parts {
            policy,
            source,
            scheme,
            extensions,
            ..
        } = self.parts;
        let parts = Parts {
            policy,
            source,
            scheme,
            extensions,
            observer,
        };
        VisitorLayer { parts }
    }
}

impl<S, O: Observer> Layer<S> for VisitorLayer<O> {
    type Service = VisitorService<S, O>;

    fn layer(&self, inner: S) -> Self::Service {
        VisitorService::new(inner, Arc::new(self.parts.clone()))
    }
}
