//! A distribution's configuration, read for what matters here, and edited as the text that CloudFront sent.
//!
//! `UpdateDistribution` takes the whole configuration. A program that takes it apart into its own types and writes it
//! anew loses every setting that is younger than itself. So an edit here is a splice: the bytes of one association come,
//! change or go, and every other byte, known or not, goes back as it came.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use serde::Serialize;

pub use crate::product::Product;
use crate::wire::{Document, Element, escaped};

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
}

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

/// A change of one behaviour's functions on viewer-response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Puts a function there.
    Attach(Product, String),
    /// Puts another function in the place of one, by ARN.
    Replace(Product, String, String),
    /// Takes a function away.
    Detach(Product, String),
}

/// A distribution's configuration.
#[derive(Clone, Debug)]
pub struct Config(Document);

/// The event that cookies are set in.
pub const EVENT: &str = "viewer-response";

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
            event: EVENT.to_string(),
        }
    }
}

impl Config {
    /// Reads a configuration as CloudFront sends it.
    ///
    /// # Errors
    ///
    /// What is no such configuration, as a lower-case fragment.
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

    /// The configuration with some edits made. A behaviour that isn't there is left out.
    #[must_use]
    pub fn edited(&self, edits: &[(BehaviorName, Edit)]) -> String {
        let mut splices: Vec<(Range<usize>, String)> = Vec::new();
        for (name, element) in self.elements() {
            let of_behavior: Vec<_> = edits.iter().filter(|(of, _)| *of == name).collect();
            for product in [Product::LambdaEdge, Product::CloudfrontFunction] {
                let of_list = of_behavior.iter().map(|(_, edit)| edit);
                let of_list: Vec<_> = of_list.filter(|edit| edit.product() == product).collect();
                splices.extend(self.splices(element, product, &of_list));
            }
        }
        splices.sort_by_key(|(range, _)| range.start);
        let mut text = self.0.text().to_string();
        for (range, new) in splices.into_iter().rev() {
            text.replace_range(range, &new);
        }
        text
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

    /// The places of one list of a behaviour that some edits touch, each with what is to stand there.
    fn splices(
        &self,
        behavior: &Element,
        product: Product,
        edits: &[&Edit],
    ) -> Vec<(Range<usize>, String)> {
        if edits.is_empty() {
            return Vec::new();
        }
        let attached: Vec<&str> = edits.iter().filter_map(|edit| edit.attaches()).collect();
        let new: String = attached
            .iter()
            .map(|arn| association(product, arn))
            .collect();
        let Some(list) = behavior.child(product.list()) else {
            if attached.is_empty() {
                return Vec::new();
            }
            let end = behavior.inner.end;
            let list = list(product, attached.len(), &new);
            return vec![(end..end, list)];
        };
        let items = behavior.items(product.list());
        let (gone, mut splices) = self.changes(items, product, edits);
        let left = items.len() - gone.len() + attached.len();
        let quantity = list.child("Quantity").map(|element| element.inner.clone());
        match (list.child("Items"), quantity) {
            (Some(element), Some(quantity)) if !element.is_empty_tag() => {
                if left == 0 {
                    splices = vec![(element.outer.clone(), String::new())];
                } else {
                    splices.extend(gone.into_iter().map(|range| (range, String::new())));
                    let last = items
                        .last()
                        .map_or(element.inner.end, |item| item.outer.end);
                    splices.push((last..last, new));
                }
                if left != items.len() {
                    splices.push((quantity, left.to_string()));
                }
            }
            _ => {
                splices = vec![(
                    list.outer.clone(),
                    self::list(product, attached.len(), &new),
                )]
            }
        }
        splices
    }

    /// The items that go, and the ARNs that change.
    #[expect(
        clippy::type_complexity,
        reason = "a list of places, and one of places with texts"
    )]
    fn changes(
        &self,
        items: &[Element],
        product: Product,
        edits: &[&Edit],
    ) -> (Vec<Range<usize>>, Vec<(Range<usize>, String)>) {
        let (mut gone, mut changed) = (Vec::new(), Vec::new());
        for item in items {
            let arn = self.text_of(item, product.arn());
            if self.text_of(item, "EventType") != EVENT {
                continue;
            }
            for edit in edits {
                match edit {
                    Edit::Detach(_, from) if *from == arn => gone.push(item.outer.clone()),
                    Edit::Replace(_, from, to) if *from == arn => {
                        let place = item.child(product.arn()).map(|arn| arn.inner.clone());
                        changed.extend(place.map(|place| (place, escaped(to).into_owned())));
                    }
                    _ => {}
                }
            }
        }
        (gone, changed)
    }
}

impl Edit {
    const fn product(&self) -> Product {
        match self {
            Self::Attach(product, _) | Self::Replace(product, ..) | Self::Detach(product, _) => {
                *product
            }
        }
    }

    fn attaches(&self) -> Option<&str> {
        match self {
            Self::Attach(_, arn) => Some(arn),
            _ => None,
        }
    }
}

fn association(product: Product, arn: &str) -> String {
    let (item, name) = (product.item(), product.arn());
    let arn = format!("<{name}>{}</{name}>", escaped(arn));
    let event = format!("<EventType>{EVENT}</EventType>");
    match product {
        Product::LambdaEdge => {
            format!("<{item}>{arn}{event}<IncludeBody>false</IncludeBody></{item}>")
        }
        Product::CloudfrontFunction => format!("<{item}>{arn}{event}</{item}>"),
    }
}

fn list(product: Product, quantity: usize, items: &str) -> String {
    let name = product.list();
    let items = match quantity {
        0 => String::new(),
        _ => format!("<Items>{items}</Items>"),
    };
    format!("<{name}><Quantity>{quantity}</Quantity>{items}</{name}>")
}

#[cfg(test)]
mod tests;
