//! Takes a `Set-Cookie` value apart as browsers do (RFC 6265bis §5.6).
//!
//! No rule uses it. It is for tools that show or judge lines which are already written: the inspector, `verify`.

/// The parts of a `Set-Cookie` value. Blanks around names and values are removed, and nothing is decoded.
///
/// ```
/// use hardtack::SetCookieParts;
///
/// let parts = SetCookieParts::of("FPD=6f1c; Max-Age=63072000; Path=/; Secure; HttpOnly");
/// assert_eq!((parts.name, parts.value), ("FPD", "6f1c"));
/// assert_eq!(parts.attribute("max-age"), Some("63072000"));
/// assert_eq!(parts.attribute("Secure"), Some(""));
/// assert_eq!(parts.attribute("Domain"), None);
/// assert_eq!(parts.attributes().count(), 4);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetCookieParts<'a> {
    /// The cookie's name; empty if the first part has no equals sign.
    pub name: &'a str,
    /// The cookie's value.
    pub value: &'a str,
    attributes: &'a str,
}

impl<'a> SetCookieParts<'a> {
    /// Takes a header's value apart. Every text has parts, so this does not fail.
    pub fn of(header: &'a str) -> Self {
        let (pair, attributes) = header.split_once(';').unwrap_or((header, ""));
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        Self {
            name: name.trim(),
            value: value.trim(),
            attributes,
        }
    }

    /// The attributes in order, each with its name in the case in which it is written, and its value, which is `None`
    /// without an equals sign. Empty attributes are left out.
    pub fn attributes(self) -> impl Iterator<Item = (&'a str, Option<&'a str>)> {
        let parts = self.attributes.split(';').map(str::trim);
        let named = parts.filter(|part| !part.is_empty());
        named.map(|part| match part.split_once('=') {
            Some((name, value)) => (name.trim_end(), Some(value.trim_start())),
            None => (part, None),
        })
    }

    /// The value of the last attribute of this name, compared without regard to case. Browsers go by the last one (RFC
    /// 6265bis §5.7). The value is empty if the attribute has none, and `None` if there is no such attribute.
    pub fn attribute(self, name: &str) -> Option<&'a str> {
        let named = self
            .attributes()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name));
        named.last().map(|(_, value)| value.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::SetCookieParts;

    #[track_caller]
    fn check(header: &str, name: &str, value: &str, attributes: &[(&str, Option<&str>)]) {
        let parts = SetCookieParts::of(header);
        assert_eq!((parts.name, parts.value), (name, value));
        assert!(
            parts.attributes().eq(attributes.iter().copied()),
            "{header}"
        );
    }

    #[test]
    fn name_value_and_attributes_are_found() {
        check("a=b", "a", "b", &[]);
        check(
            " a = b=c ; Path = / ;Secure;; ",
            "a",
            "b=c",
            &[("Path", Some("/")), ("Secure", None)],
        );
        check("=; Max-Age=", "", "", &[("Max-Age", Some(""))]);
    }

    #[test]
    fn a_first_part_without_an_equals_sign_is_a_value() {
        check("b; Secure", "", "b", &[("Secure", None)]);
        check("", "", "", &[]);
    }

    #[test]
    fn the_last_attribute_of_a_name_counts() {
        let parts = SetCookieParts::of("a=b; path=/x; Secure; PATH=/y");
        assert_eq!(parts.attribute("Path"), Some("/y"));
        assert_eq!(parts.attribute("secure"), Some(""));
        assert_eq!(parts.attribute("HttpOnly"), None);
    }
}
