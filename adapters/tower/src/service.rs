//! The service: hands the request on, and lets a [`Pending`] wait for its response.

use std::sync::Arc;
use std::task::{Context, Poll};

use tower_service::Service;

use crate::future::ResponseFuture;
use crate::observer::Observer;
use crate::pending::Pending;
use crate::shared::Shared;

/// Runs an inner service and sets the cookie on its responses. Made by [`VisitorLayer`](crate::VisitorLayer).
///
/// It takes any body and any error, and is ready when the inner service is. hyper takes it by an adapter:
///
/// ```
/// use std::convert::Infallible;
///
/// use hardtack_tower::{Visitor, VisitorLayer};
/// use http::{Request, Response};
/// use hyper::body::Incoming;
/// use hyper_util::service::TowerToHyperService;
/// use tower::{Layer as _, service_fn};
///
/// let page = service_fn(|request: Request<Incoming>| async move {
///     let visitor = request.extensions().get::<Visitor>().copied();
///     Ok::<_, Infallible>(Response::new(format!("{visitor:?}")))
/// });
/// let service = TowerToHyperService::new(VisitorLayer::default().layer(page));
/// # let _ = service;
/// ```
#[derive(Debug)]
pub struct VisitorService<S, O> {
    inner: S,
    shared: Arc<Shared<O>>,
}

impl<S: Clone, O> Clone for VisitorService<S, O> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<S, O> VisitorService<S, O> {
    pub(crate) const fn new(inner: S, shared: Arc<Shared<O>>) -> Self {
        Self { inner, shared }
    }
}

impl<S, O, A, B> Service<http::Request<A>> for VisitorService<S, O>
where
    S: Service<http::Request<A>, Response = http::Response<B>>,
    O: Observer,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, O>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: http::Request<A>) -> Self::Future {
        let pending = Pending::open(&self.shared, &mut request);
        ResponseFuture::new(self.inner.call(request), pending)
    }
}
