//! XML with the place of each element, so that an edit touches the bytes of what it edits and no others.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::escape::{escape, unescape};
use quick_xml::events::Event;

/// A text, and the elements in it.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    text: String,
    root: Element,
}

/// An element: its name without prefix, and its place in the text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Element {
    name: String,
    /// From `<` of its start to `>` of its end.
    pub(crate) outer: Range<usize>,
    /// The content between its tags; empty, and at its end, for `<a/>`.
    pub(crate) inner: Range<usize>,
    children: Vec<Self>,
}

impl Document {
    /// Reads a text.
    ///
    /// # Errors
    ///
    /// Why the text is not well-formed XML, as a lower-case fragment.
    pub(crate) fn parse(text: String) -> Result<Self, String> {
        let root = read(&text)?;
        Ok(Self { text, root })
    }

    /// The outermost element.
    pub(crate) const fn root(&self) -> &Element {
        &self.root
    }

    /// The text as it came.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What an element says, without entities and the white space around it.
    pub(crate) fn value(&self, element: &Element) -> String {
        let raw = self.text[element.inner.clone()].trim();
        unescape(raw).map_or_else(|_| raw.to_string(), Cow::into_owned)
    }

    /// What the element at the end of a path of names says.
    pub(crate) fn at(&self, path: &[&str]) -> Option<String> {
        self.within(&self.root, path)
    }

    /// The same, below an element.
    pub(crate) fn within(&self, element: &Element, path: &[&str]) -> Option<String> {
        element.find(path).map(|found| self.value(found))
    }
}

impl Element {
    /// The first child of a name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The element at the end of a path of names.
    pub(crate) fn find(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |at, name| at.child(name))
    }

    /// The elements of a list, `<List><Quantity>…</Quantity><Items>…</Items></List>`.
    pub(crate) fn items(&self, list: &str) -> &[Self] {
        self.find(&[list, "Items"])
            .map_or(&[], |items| &items.children)
    }

    /// All children.
    pub(crate) fn children(&self) -> &[Self] {
        &self.children
    }

    /// The name, without prefix.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is written as `<a/>`.
    pub(crate) const fn is_empty_tag(&self) -> bool {
        self.inner.start == self.outer.end
    }
}

/// A text as it may stand in an element.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    escape(text)
}

fn read(text: &str) -> Result<Element, String> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        let start = position(&reader);
        let event = reader.read_event().map_err(|cause| cause.to_string())?;
        let end = position(&reader);
        match event {
            Event::Start(tag) => open.push(Element {
                name: tag.local_name().as_ref().to_string(),
                outer: start..end,
                inner: end..end,
                children: Vec::new(),
            }),
            Event::Empty(tag) => add(
                &mut open,
                Element {
                    name: tag.local_name().as_ref().to_string(),
                    outer: start..end,
                    inner: end..end,
                    children: Vec::new(),
                },
            ),
            Event::End(_) => {
                let mut element = open.pop().unwrap_or_default();
                element.inner.end = start;
                element.outer.end = end;
                add(&mut open, element);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    match (open.pop(), open.pop()) {
        (Some(mut document), None) if document.children.len() == 1 => {
            Ok(document.children.remove(0))
        }
        _ => Err("the document has no single, closed root element".to_string()),
    }
}

fn add(open: &mut [Element], element: Element) {
    if let Some(parent) = open.last_mut() {
        parent.children.push(element);
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Document;

    fn document(text: &str) -> Document {
        Document::parse(text.to_string()).unwrap()
    }

    #[track_caller]
    fn check(text: &str, path: &[&str], expected: Option<&str>) {
        assert_eq!(document(text).at(path).as_deref(), expected);
    }

    #[test]
    fn values_are_found_by_path() {
        check("<a><b>x</b></a>", &["b"], Some("x"));
        check(
            "<?xml version=\"1.0\"?>\n<a xmlns=\"y\"><b><c> x </c></b></a>\n",
            &["b", "c"],
            Some("x"),
        );
        check("<n:a xmlns:n=\"y\"><n:b>x</n:b></n:a>", &["b"], Some("x"));
        check("<a><b>&lt;&amp;&#65;</b></a>", &["b"], Some("<&A"));
        check("<a><b/></a>", &["b"], Some(""));
        check("<a><b/></a>", &["c"], None);
    }

    #[test]
    fn places_are_those_of_the_text() {
        let document = document("<a> <b>x</b><c/></a>");
        let at = |range: std::ops::Range<usize>| &document.text()[range];
        let b = document.root().child("b").unwrap();
        let c = document.root().child("c").unwrap();
        assert_eq!(
            (at(b.outer.clone()), at(b.inner.clone())),
            ("<b>x</b>", "x")
        );
        assert_eq!((at(c.outer.clone()), c.is_empty_tag()), ("<c/>", true));
    }

    #[test]
    fn malformed_xml_is_refused() {
        for text in ["", "x", "<a>", "<a></b>", "<a/><b/>", "</a>"] {
            assert!(Document::parse(text.to_string()).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "[<>/a-c &;!?\\[\\]=\"'-]{0,40}") {
            let _ = Document::parse(text);
        }
    }
}
