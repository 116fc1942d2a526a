//! Edits of a configuration, as splices of its text.

use std::ops::Range;

use crate::product::Product;
use crate::wire::{Element, escaped};

use super::{BehaviorName, Config, VIEWER_REQUEST, VIEWER_RESPONSE};

/// A change of one behaviour's functions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Adds a function.
    Attach(Slot, String),
    /// Replaces a function by another; the ARN of the old one comes first.
    Replace(Slot, String, String),
    /// Removes a function.
    Detach(Slot, String),
}

/// Where a function is attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The product of the function.
    pub product: Product,
    /// The event that it runs on.
    pub event: &'static str,
}

/// A place in the text, and what is to be there.
struct Splice {
    place: Range<usize>,
    text: String,
}

impl Config {
    /// The configuration with some edits made. Edits of a behaviour that does not exist are ignored.
    #[must_use]
    pub fn edited(&self, edits: &[(BehaviorName, Edit)]) -> String {
        let mut splices = Vec::new();
        for (name, element) in self.elements() {
            let of_behavior = edits.iter().filter(|(of, _)| *of == name);
            let of_behavior: Vec<_> = of_behavior.map(|(_, edit)| edit).collect();
            for product in [Product::LambdaEdge, Product::CloudfrontFunction] {
                let of_list = of_behavior.iter().copied();
                let of_list: Vec<_> = of_list
                    .filter(|edit| edit.slot().product == product)
                    .collect();
                splices.extend(self.splices(element, product, &of_list));
            }
        }
        splices.sort_by_key(|splice| splice.place.start);
        let mut text = self.text().to_string();
        for splice in splices.into_iter().rev() {
            text.replace_range(splice.place, &splice.text);
        }
        text
    }

    /// What some edits of one product change of its list in a behaviour.
    fn splices(&self, behavior: &Element, product: Product, edits: &[&Edit]) -> Vec<Splice> {
        if edits.is_empty() {
            return Vec::new();
        }
        let attached: Vec<_> = edits.iter().filter_map(|edit| edit.attaches()).collect();
        let whole = || list(product, &attached);
        match behavior.child(product.list()) {
            None if attached.is_empty() => Vec::new(),
            None => vec![Splice::insert(behavior.inner.end, whole())],
            Some(list) => match (list.child("Items"), list.child("Quantity")) {
                (Some(items), Some(quantity)) if !items.is_empty_tag() => {
                    self.splices_of_items(items, quantity, product, edits)
                }
                _ => vec![Splice::replace(list, whole())],
            },
        }
    }

    /// The same, for a list that has items.
    fn splices_of_items(
        &self,
        items: &Element,
        quantity: &Element,
        product: Product,
        edits: &[&Edit],
    ) -> Vec<Splice> {
        let listed = items.children();
        let attached = edits.iter().filter_map(|edit| edit.attaches());
        let attached: Vec<_> = attached.map(association).collect();
        let mut removed = self.removed(listed, product, edits);
        let left = listed.len() - removed.len() + attached.len();
        let mut splices = match left {
            0 => vec![Splice::replace(items, String::new())],
            _ => {
                let end = listed.last().map_or(items.inner.end, |item| item.outer.end);
                removed.extend(self.replaced(listed, product, edits));
                removed.push(Splice::insert(end, attached.concat()));
                removed
            }
        };
        if left != listed.len() {
            splices.push(Splice {
                place: quantity.inner.clone(),
                text: left.to_string(),
            });
        }
        splices
    }

    /// The items that edits detach.
    fn removed(&self, listed: &[Element], product: Product, edits: &[&Edit]) -> Vec<Splice> {
        let is_removed = |event: &str, arn: &str| {
            let mut edits = edits.iter();
            edits.any(|edit| matches!(edit, Edit::Detach(slot, from) if slot.event == event && from == arn))
        };
        listed
            .iter()
            .filter(|item| {
                let arn = self.text_of(item, product.arn());
                is_removed(&self.text_of(item, "EventType"), &arn)
            })
            .map(|item| Splice::replace(item, String::new()))
            .collect()
    }

    /// The ARNs that edits replace.
    fn replaced(&self, listed: &[Element], product: Product, edits: &[&Edit]) -> Vec<Splice> {
        let replacement = |event: &str, arn: &str| {
            edits.iter().find_map(|edit| match edit {
                Edit::Replace(slot, from, to) if slot.event == event && from == arn => {
                    Some(escaped(to).into_owned())
                }
                _ => None,
            })
        };
        listed
            .iter()
            .filter_map(|item| {
                let arn = self.text_of(item, product.arn());
                let text = replacement(&self.text_of(item, "EventType"), &arn)?;
                let place = item.child(product.arn())?.inner.clone();
                Some(Splice { place, text })
            })
            .collect()
    }
}

impl Splice {
    const fn insert(at: usize, text: String) -> Self {
        Self {
            place: at..at,
            text,
        }
    }

    fn replace(element: &Element, text: String) -> Self {
        Self {
            place: element.outer.clone(),
            text,
        }
    }
}

impl Slot {
    /// Where the cookie is set.
    #[must_use]
    pub const fn response(product: Product) -> Self {
        let event = VIEWER_RESPONSE;
        Self { product, event }
    }

    /// Where pages get their addresses.
    #[must_use]
    pub const fn request() -> Self {
        let (product, event) = (Product::CloudfrontFunction, VIEWER_REQUEST);
        Self { product, event }
    }
}

impl Edit {
    const fn slot(&self) -> Slot {
        match self {
            Self::Attach(slot, _) | Self::Replace(slot, ..) | Self::Detach(slot, _) => *slot,
        }
    }

    fn attaches(&self) -> Option<(Slot, &str)> {
        match self {
            Self::Attach(slot, arn) => Some((*slot, arn)),
            _ => None,
        }
    }
}

fn association((slot, arn): (Slot, &str)) -> String {
    let Slot { product, event } = slot;
    let (item, name) = (product.item(), product.arn());
    let arn = format!("<{name}>{}</{name}>", escaped(arn));
    let event = format!("<EventType>{event}</EventType>");
    match product {
        Product::LambdaEdge => {
            format!("<{item}>{arn}{event}<IncludeBody>false</IncludeBody></{item}>")
        }
        Product::CloudfrontFunction => format!("<{item}>{arn}{event}</{item}>"),
    }
}

fn list(product: Product, attached: &[(Slot, &str)]) -> String {
    let name = product.list();
    let items = attached.iter().map(|it| association(*it));
    let items = match attached {
        [] => String::new(),
        _ => format!("<Items>{}</Items>", items.collect::<String>()),
    };
    format!(
        "<{name}><Quantity>{}</Quantity>{items}</{name}>",
        attached.len()
    )
}
