//! A distribution's configuration, read for what matters here, and edited as the text that CloudFront sent.
//!
//! `UpdateDistribution` takes the whole configuration. A program that parses it into its own types and writes it again
//! loses every setting that is newer than itself. So an edit here is a splice: the bytes of one association are
//! inserted, changed or removed, and every other byte, known or not, stays as it was.

mod edit;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use crate::product::Product;
use crate::wire::{Document, Element};

pub use edit::{Edit, Slot};

/// A cache behaviour's name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BehaviorName {
    /// The one for all that no pattern fits.
    Default,
    /// The path pattern of another.
    Path(String),
}

/// A function on an event of a behaviour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Association {
    /// What it is.
    pub product: Product,
    /// A version's ARN, or a CloudFront Function's.
    pub arn: String,
    /// Such as `viewer-response`.
    pub event: String,
}

/// A cache behaviour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behavior {
    /// Its name.
    pub name: BehaviorName,
    /// The id of its origin, or of its group of origins.
    pub origin: String,
    /// Its functions.
    pub functions: Vec<Association>,
    /// Whether CloudFront adds the visitor's country to what functions see, as far as the configuration tells: a policy
    /// that somebody made is named there, and not what is in it.
    pub tells_country: bool,
}

/// AWS's own origin request policy that names `CloudFront-Viewer-Country`: `AllViewerAndCloudFrontHeaders-2022-06`
/// (`using-managed-origin-request-policies`).
const TELLS_COUNTRY: &str = "33f36d7e-f396-46d9-90e0-52428a34d9dc";

/// What is served in place of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorPage {
    /// The origin's status.
    pub status: String,
    /// The page that is served, where there is one.
    pub page: String,
    /// The status that it is served with.
    pub served_as: String,
}

/// A distribution's configuration.
#[derive(Clone, Debug)]
pub struct Config(Document);

/// The event that cookies are set in.
pub const VIEWER_RESPONSE: &str = "viewer-response";
/// The event before CloudFront looks into its cache.
pub const VIEWER_REQUEST: &str = "viewer-request";

impl fmt::Display for BehaviorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Path(pattern) => f.write_str(pattern),
        }
    }
}

impl BehaviorName {
    /// The behaviour that a word on the command line names.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "default" => Self::Default,
            pattern => Self::Path(pattern.to_string()),
        }
    }
}

impl Behavior {
    /// What runs on an event.
    #[must_use]
    pub fn on_event(&self, event: &str) -> Option<&Association> {
        self.functions.iter().find(|it| it.event == event)
    }
}

impl Association {
    /// A CloudFront Function on viewer-response.
    pub(crate) fn edge(arn: String) -> Self {
        Self {
            product: Product::CloudfrontFunction,
            arn,
            event: VIEWER_RESPONSE.to_string(),
        }
    }
}

impl Config {
    /// Reads a configuration as CloudFront sends it.
    ///
    /// # Errors
    ///
    /// Why the text is not such a configuration, as a lower-case fragment.
    pub fn parse(text: String) -> Result<Self, String> {
        let document = Document::parse(text)?;
        match document.root().name() {
            "DistributionConfig" => Ok(Self(document)),
            name => Err(format!("<{name}> in place of <DistributionConfig>")),
        }
    }

    /// The text as it came.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.text()
    }

    /// The names that the site is served under.
    #[must_use]
    pub fn aliases(&self) -> Vec<String> {
        let items = self.0.root().items("Aliases");
        items.iter().map(|item| self.0.value(item)).collect()
    }

    /// A text of the configuration itself; empty where it has none.
    #[must_use]
    pub fn setting(&self, name: &str) -> String {
        self.0.at(&[name]).unwrap_or_default()
    }

    /// The default behaviour, and then the others in their order.
    #[must_use]
    pub fn behaviors(&self) -> Vec<Behavior> {
        self.elements()
            .map(|(name, element)| Behavior {
                origin: self.text_of(element, "TargetOriginId"),
                functions: self.functions(element),
                tells_country: self.tells_country(element),
                name,
            })
            .collect()
    }

    /// What is served in place of errors.
    #[must_use]
    pub fn error_pages(&self) -> Vec<ErrorPage> {
        let items = self.0.root().items("CustomErrorResponses");
        items
            .iter()
            .map(|item| ErrorPage {
                status: self.text_of(item, "ErrorCode"),
                page: self.text_of(item, "ResponsePagePath"),
                served_as: self.text_of(item, "ResponseCode"),
            })
            .collect()
    }

    /// The ids of the origins that are S3 buckets, and not websites of buckets.
    #[must_use]
    pub fn buckets(&self) -> BTreeSet<String> {
        let is_bucket = |origin: &&Element| {
            let domain = self.text_of(origin, "DomainName");
            domain.contains(".s3.") || domain.contains(".s3-") && !domain.contains(".s3-website")
        };
        let items = self.0.root().items("Origins").iter();
        items
            .filter(is_bucket)
            .map(|origin| self.text_of(origin, "Id"))
            .collect()
    }

    fn elements(&self) -> impl Iterator<Item = (BehaviorName, &Element)> {
        let root = self.0.root();
        let default = root.child("DefaultCacheBehavior");
        let default = default.map(|element| (BehaviorName::Default, element));
        let others = root.items("CacheBehaviors").iter().map(|element| {
            let pattern = self.text_of(element, "PathPattern");
            (BehaviorName::Path(pattern), element)
        });
        default.into_iter().chain(others)
    }

    fn text_of(&self, element: &Element, name: &str) -> String {
        self.0.within(element, &[name]).unwrap_or_default()
    }

    fn tells_country(&self, behavior: &Element) -> bool {
        let forwarded = behavior.child("ForwardedValues");
        let forwarded = forwarded.map_or(&[][..], |values| values.items("Headers"));
        let mut names = forwarded.iter().map(|name| self.0.value(name));
        self.text_of(behavior, "OriginRequestPolicyId") == TELLS_COUNTRY
            || names.any(|name| name.eq_ignore_ascii_case("CloudFront-Viewer-Country"))
    }

    fn functions(&self, behavior: &Element) -> Vec<Association> {
        let of = |product: Product| {
            behavior
                .items(product.list())
                .iter()
                .map(move |item| Association {
                    product,
                    arn: self.text_of(item, product.arn()),
                    event: self.text_of(item, "EventType"),
                })
        };
        of(Product::LambdaEdge)
            .chain(of(Product::CloudfrontFunction))
            .collect()
    }
}
