//! The layer: a policy, where time and randomness come from, and who is notified.

use std::sync::Arc;

use hardtack::{Policy, Scheme};
use tower_layer::Layer;

use crate::observer::{Observer, Silent};
use crate::service::VisitorService;
use crate::shared::Shared;
use crate::source::{Source, System};

/// Wraps services in a [`VisitorService`]. Cheap to clone.
#[derive(Clone, Debug)]
#[must_use]
pub struct VisitorLayer<O = Silent> {
    shared: Shared<O>,
}

impl VisitorLayer {
    /// A layer with the system's clock and randomness.
    pub fn new(policy: impl Into<Arc<Policy>>) -> Self {
        let shared = Shared {
            policy: policy.into(),
            source: Arc::new(System),
            scheme: None,
            extensions: true,
            observer: Silent,
        };
        Self { shared }
    }
}

impl<O: Observer> VisitorLayer<O> {
    /// The scheme that browsers use for this service, where nothing in front knows better
    /// ([`OriginalTarget`](crate::OriginalTarget)).
    ///
    /// Say [`Scheme::Http`] for a service that browsers reach by plain http, as on one's own machine: `Secure` is then
    /// left off on loopback, where Safari would refuse the cookie, and elsewhere no cookie is set that browsers would
    /// drop. Default: what the request's URI says, and https where it says nothing.
    pub fn scheme(mut self, scheme: Scheme) -> Self {
        self.shared.scheme = Some(scheme);
        self
    }

    /// Takes time and randomness from `source`. Default [`System`].
    pub fn source(mut self, source: impl Source) -> Self {
        self.shared.source = Arc::new(source);
        self
    }

    /// Whether handlers find a [`Visitor`](crate::Visitor) in the request's extensions. Default true; without it a
    /// request costs two allocations less.
    pub fn extensions(mut self, insert: bool) -> Self {
        self.shared.extensions = insert;
        self
    }

    /// Notifies `observer` of every decision, in place of any observer before.
    pub fn observe<P: Observer>(self, observer: P) -> VisitorLayer<P> {
        let Shared {
            policy,
            source,
            scheme,
            extensions,
            ..
        } = self.shared;
        let shared = Shared {
            policy,
            source,
            scheme,
            extensions,
            observer,
        };
        VisitorLayer { shared }
    }
}

impl<S, O: Observer> Layer<S> for VisitorLayer<O> {
    type Service = VisitorService<S, O>;

    fn layer(&self, inner: S) -> Self::Service {
        VisitorService::new(inner, Arc::new(self.shared.clone()))
    }
}
