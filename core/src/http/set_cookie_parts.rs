//! Takes a `Set-Cookie` value apart as browsers do (RFC 6265bis §5.6).

/// The parts of a `Set-Cookie` value. Blanks around names and values are removed, and nothing is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetCookieParts<'a> {
    /// The cookie's name; empty where the first part has no equals sign.
    pub name: &'a str,
    /// The cookie's value.
    pub value: &'a str,
    attributes: &'a str,
}

impl<'a> SetCookieParts<'a> {
    /// Takes a header's value apart. Any text has parts.
    pub fn of(header: &'a str) -> Self {
        let (pair, attributes) = header.split_once(';').unwrap_or((header, ""));
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        Self {
            name: name.trim(),
            value: value.trim(),
            attributes,
        }
    }

    /// The attributes, in order, with names in the case that they have; the value is `None` without an equals sign.
    pub fn attributes(self) -> impl Iterator<Item = (&'a str, Option<&'a str>)> {
        let parts = self.attributes.split(';').map(str::trim);
        let named = parts.filter(|part| !part.is_empty());
        named.map(|part| match part.split_once('=') {
            Some((name, value)) => (name.trim_end(), Some(value.trim_start())),
            None => (part, None),
        })
    }

    /// The value of the last attribute of this name, in any case, which is the one that counts; empty where the
    /// attribute has none.
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
