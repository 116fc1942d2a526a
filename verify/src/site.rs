//! The border of a site: nothing is requested from another one, and no cookie is sent there.

use url::Url;

/// Whether two addresses belong to one site: the same registrable domain, or the same host where it has none. As for
/// cookies, scheme and port make no difference.
pub(crate) fn is_same(one: &Url, other: &Url) -> bool {
    let (one, other) = (host(one), host(other));
    one == other || domain(one).is_some_and(|site| domain(other) == Some(site))
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default()
}

fn domain(host: &str) -> Option<&[u8]> {
    hardtack_psl::LIST.registrable_domain(host.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[track_caller]
    fn check(one: &str, other: &str, same: bool) {
        let is = is_same(&one.parse().unwrap(), &other.parse().unwrap());
        assert_eq!(is, same, "{one} and {other}");
    }

    #[test]
    fn a_site_is_a_registrable_domain() {
        check(
            "https://example.co.uk/",
            "https://www.example.co.uk/a",
            true,
        );
        check(
            "http://shop.example.co.uk/",
            "https://www.example.co.uk:8443/",
            true,
        );
        check("https://example.co.uk/", "https://other.co.uk/", false);
        check(
            "https://example.co.uk/",
            "https://example.co.uk.example.org/",
            false,
        );
    }

    #[test]
    fn a_host_without_one_is_a_site_of_its_own() {
        check(
            "https://d1.cloudfront.net/",
            "https://d2.cloudfront.net/",
            false,
        );
        check(
            "https://d1.cloudfront.net/a",
            "https://d1.cloudfront.net/b",
            true,
        );
        check("http://localhost:1/", "http://localhost:2/", true);
        check("http://localhost/", "http://127.0.0.1/", false);
        check("http://127.0.0.1/", "http://127.0.0.2/", false);
    }
}
