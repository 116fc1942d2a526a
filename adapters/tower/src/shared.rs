//! What all requests of a layer share.

use std::sync::Arc;

use hardtack::{Policy, Scheme};

use crate::source::Source;

/// A layer's settings. Each service that the layer makes holds the same ones.
#[derive(Clone, Debug)]
pub(crate) struct Shared<O> {
    pub(crate) policy: Arc<Policy>,
    pub(crate) source: Arc<dyn Source>,
    pub(crate) scheme: Option<Scheme>,
    pub(crate) extensions: bool,
    pub(crate) observer: O,
}
