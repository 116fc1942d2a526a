//! The layer: a policy, where time, randomness and the country come from, and who is notified.

use std::sync::Arc;

use hardtack::{Policy, Scheme};
#[cfg(feature = "psl")]
use hardtack::{PolicyError, Settings};
use http::HeaderName;
use tower_layer::Layer;

use crate::observer::{Observer, Silent};
use crate::service::VisitorService;
use crate::shared::Shared;
use crate::source::{Source, System};

/// Wraps services in a [`VisitorService`], which gives each visitor the cookie and tells handlers whose request it is.
///
/// There are four ways to make one:
///
/// | | the policy |
/// |---|---|
/// | [`VisitorLayer::default()`](#impl-Default-for-VisitorLayer) | the default one |
/// | [`VisitorLayer::from_settings`] | settings in Rust |
/// | `VisitorLayer::from_toml` (feature `toml`) | the text of a `hardtack.toml` |
/// | [`VisitorLayer::new`] | a [`Policy`] that is there already |
///
/// The methods change the rest. Clones are cheap and share the policy.
///
/// ```
/// use axum::{Router, response::Html, routing::get};
/// use hardtack_tower::{Visitor, VisitorLayer};
///
/// let app: Router = Router::new()
///     .route("/", get(|visitor: Visitor| async move { Html(format!("{:?}", visitor.id())) }))
///     .layer(VisitorLayer::default());
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct VisitorLayer<O = Silent> {
    shared: Shared<O>,
}

impl VisitorLayer {
    /// A layer for a checked policy, alone or shared (`Arc<Policy>`).
    ///
    /// A policy on the registrable domain, which is the default, needs the public suffix list:
    /// [`from_settings`](Self::from_settings) brings it, and so does [`SUFFIX_LIST`](crate::SUFFIX_LIST).
    ///
    /// ```
    /// use hardtack_tower::hardtack::DomainSetting;
    /// use hardtack_tower::{Policy, Settings, VisitorLayer};
    ///
    /// // A site that knows its domain needs no list.
    /// let mut settings = Settings::default();
    /// settings.cookie.domain = DomainSetting::Listed(vec!["example.com".to_string()]);
    /// let layer = VisitorLayer::new(Policy::new(&settings, None)?);
    /// # let _ = layer;
    /// # Ok::<(), hardtack_tower::PolicyError>(())
    /// ```
    pub fn new(policy: impl Into<Arc<Policy>>) -> Self {
        let shared = Shared {
            policy: policy.into(),
            source: Arc::new(System),
            scheme: None,
            country: None,
            extensions: true,
            observer: Silent,
        };
        Self { shared }
    }

    /// A layer for settings, with the public suffix list. Needs the feature `psl`.
    ///
    /// # Errors
    ///
    /// The first setting that browsers would reject, that contradicts another one, or that could never have an effect.
    /// [`PolicyError::hint`] says what to write instead.
    ///
    /// ```
    /// use hardtack_tower::{Settings, VisitorLayer};
    ///
    /// let mut settings = Settings::default();
    /// settings.cookie.name = "__Host-visitor".to_string();
    ///
    /// let error = VisitorLayer::from_settings(&settings).unwrap_err();
    /// assert_eq!(error.to_string(), "cookie.name `__Host-visitor` forbids `Domain`");
    /// assert_eq!(error.hint(), "set domain = \"none\", or use the prefix __Secure-");
    /// ```
    #[cfg(feature = "psl")]
    pub fn from_settings(settings: &Settings) -> Result<Self, PolicyError> {
        Policy::new(settings, Some(crate::SUFFIX_LIST)).map(Self::new)
    }

    /// A layer for the text of a policy file, `hardtack.toml`. Needs the feature `toml`.
    ///
    /// The keys are those of every other platform of hardtack, so one file serves them all. Policies with sealed ids
    /// need keys, too: read those with [`hardtack_policy::from_toml_with_keys`], and pass the policy to
    /// [`new`](Self::new).
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the text and could be found in one go, each with its line and column, and with a
    /// hint where there is one.
    ///
    /// ```
    /// use hardtack_tower::VisitorLayer;
    ///
    /// let layer = VisitorLayer::from_toml("[cookie]\nname = \"visitor\"\nmax_age = \"390d\"\n")?;
    /// # let _ = layer;
    ///
    /// let problem = VisitorLayer::from_toml("[cookie]\nmax_aeg = \"390d\"\n").unwrap_err();
    /// assert_eq!(problem.to_string(), "line 2, column 1: unknown key `cookie.max_aeg`");
    /// assert_eq!(problem.faults()[0].hint.as_deref(), Some("did you mean `max_age`?"));
    /// # Ok::<(), hardtack_tower::hardtack_policy::Problem>(())
    /// ```
    #[cfg(feature = "toml")]
    pub fn from_toml(text: &str) -> Result<Self, hardtack_policy::Problem> {
        hardtack_policy::from_toml(text).map(|loaded| Self::new(loaded.policy))
    }
}

/// The default policy: the cookie `FPD` for 730 days, on the registrable domain, renewed with every page. Needs the
/// feature `psl`.
#[cfg(feature = "psl")]
impl Default for VisitorLayer {
    #[expect(
        clippy::expect_used,
        reason = "the defaults are constants, and a test checks them"
    )]
    fn default() -> Self {
        Self::from_settings(&Settings::default()).expect("the default settings are valid")
    }
}

impl<O: Observer> VisitorLayer<O> {
    /// The scheme that browsers use for this service, where nothing in front knows better
    /// ([`OriginalTarget`](crate::OriginalTarget)).
    ///
    /// Say [`Scheme::Http`] for a service that browsers reach by plain http, as on one's own machine: `Secure` is then
    /// left off on loopback, where Safari would refuse the cookie, and elsewhere no cookie is set that browsers would
    /// drop. Default: what the request's URI says, and https where it says nothing.
    ///
    /// ```
    /// use hardtack_tower::{Scheme, VisitorLayer};
    ///
    /// let layer = VisitorLayer::default().scheme(Scheme::Http);
    /// # let _ = layer;
    /// ```
    pub fn scheme(mut self, scheme: Scheme) -> Self {
        self.shared.scheme = Some(scheme);
        self
    }

    /// Takes the visitor's country from a request header that the platform in front sets, such as `CF-IPCountry` or
    /// `CloudFront-Viewer-Country`. Default none: the country is what an outer layer has put into the request's
    /// extensions as a [`Country`](hardtack::Country), which goes before the header in any case.
    ///
    /// Consent by region depends on it, so name only a header that the platform overwrites when a client sends it. A
    /// value that is not a country counts as not known, and the policy's rule for that applies.
    ///
    /// ```
    /// use hardtack_tower::VisitorLayer;
    /// use http::HeaderName;
    ///
    /// let layer = VisitorLayer::default().country_header(HeaderName::from_static("cf-ipcountry"));
    /// # let _ = layer;
    /// ```
    pub fn country_header(mut self, name: HeaderName) -> Self {
        self.shared.country = Some(name);
        self
    }

    /// Takes time and randomness from `source`. Default [`System`]. It is for tests that expect a certain id, as in the
    /// example of [`Source`].
    pub fn source(mut self, source: impl Source) -> Self {
        self.shared.source = Arc::new(source);
        self
    }

    /// Whether handlers find a [`Visitor`](crate::Visitor) in the request's extensions. Default true; without it a
    /// request costs two allocations less. For services whose handlers do not ask, such as a proxy.
    ///
    /// ```
    /// use hardtack_tower::VisitorLayer;
    ///
    /// let layer = VisitorLayer::default().extensions(false);
    /// # let _ = layer;
    /// ```
    pub fn extensions(mut self, insert: bool) -> Self {
        self.shared.extensions = insert;
        self
    }

    /// Notifies `observer` of every decision, in place of any observer before. [`Observer`] has an example.
    pub fn observe<P: Observer>(self, observer: P) -> VisitorLayer<P> {
        let Shared {
            policy,
            source,
            scheme,
            country,
            extensions,
            ..
        } = self.shared;
        let shared = Shared {
            policy,
            source,
            scheme,
            country,
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
