//! Brings domains into the form in which they travel: lower case, with A-labels (RFC 5890).

use idna::AsciiDenyList;

/// `Bücher.example` as `xn--bcher-kva.example`; `None` for what no browser would canonicalise.
pub(crate) fn canonical(domain: &str) -> Option<String> {
    idna::domain_to_ascii_cow(domain.as_bytes(), AsciiDenyList::EMPTY)
        .ok()
        .map(String::from)
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[track_caller]
    fn check(domain: &str, expected: Option<&str>) {
        assert_eq!(canonical(domain).as_deref(), expected);
    }

    #[test]
    fn domains_become_lower_case_a_labels() {
        check("example.com", Some("example.com"));
        check("Shop.EXAMPLE.com", Some("shop.example.com"));
        check("Bücher.example", Some("xn--bcher-kva.example"));
        check("例え.jp", Some("xn--r8jz45g.jp"));
    }

    #[test]
    fn what_cannot_be_encoded_is_none() {
        check("xn--a.example", None);
        check("a\u{fffd}.example", None);
    }
}
