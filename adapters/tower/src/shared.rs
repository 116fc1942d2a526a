//! What all requests of a layer share.

use std::sync::Arc;

use hardtack::{Country, Policy, Scheme};
use http::HeaderName;

use crate::source::Source;

/// A layer's settings. Each service that the layer makes holds the same ones.
#[derive(Clone, Debug)]
pub(crate) struct Shared<O> {
    pub(crate) policy: Arc<Policy>,
    pub(crate) source: Arc<dyn Source>,
    pub(crate) scheme: Option<Scheme>,
    /// The request header that has the country.
    pub(crate) country: Option<HeaderName>,
    pub(crate) extensions: bool,
    pub(crate) observer: O,
}

impl<O> Shared<O> {
    /// Where the request comes from, if anybody in front says so.
    pub(crate) fn country<A>(&self, request: &http::Request<A>) -> Option<Country> {
        let known = request.extensions().get::<Country>().copied();
        let header = || {
            let value = request.headers().get(self.country.as_ref()?)?;
            Country::parse(value.as_bytes())
        };
        known.or_else(header)
    }
}
