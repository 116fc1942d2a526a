//! The future of a response: waits for the inner service, then decides.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use crate::observer::Observer;
use crate::pending::Pending;

pin_project! {
    /// The response future of [`VisitorService`](crate::VisitorService).
    #[derive(Debug)]
    pub struct ResponseFuture<F, O: Observer> {
        #[pin]
        inner: F,
        pending: Pending<O>,
    }
}

impl<F, O: Observer> ResponseFuture<F, O> {
    pub(crate) const fn new(inner: F, pending: Pending<O>) -> Self {
        Self { inner, pending }
    }
}

impl<F, B, E, O> Future for ResponseFuture<F, O>
where
    F: Future<Output = Result<http::Response<B>, E>>,
    O: Observer,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let mut response = ready!(this.inner.poll(cx))?;
        this.pending.close(&mut response);
        Poll::Ready(Ok(response))
    }
}
