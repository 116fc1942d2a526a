//! Explains a `Set-Cookie` attribute by attribute.

use hardtack::{
    ConsentSettings, Exchange, Policy, Renew, Request, Response, Scheme, SetCookieParts, Settings,
    Target, decide,
};
use hardtack_psl::LIST;

use crate::domain_name;
use crate::file::duration::in_words;

/// One part of a `Set-Cookie`, or an attribute that it does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeMeaning {
    /// `Name`, `Value`, an attribute such as `Max-Age`, or `no Domain` where one is missing.
    pub name: &'static str,
    /// What stands after the equals sign.
    pub value: Option<String>,
    /// What browsers do with it, in one sentence.
    pub meaning: String,
}

/// Explains a `Set-Cookie` value that `settings` have led to. Attributes that hardtack never writes are ignored.
pub fn attribute_meanings(settings: &Settings, set_cookie: &str) -> Vec<AttributeMeaning> {
    let parts = SetCookieParts::of(set_cookie);
    let mut meanings = vec![
        meaning("Name", Some(parts.name), name_meaning(parts.name)),
        meaning("Value", Some(parts.value), VALUE),
    ];
    let attributes: Vec<_> = parts.attributes().collect();
    meanings.extend(
        attributes
            .iter()
            .filter_map(|(name, value)| attribute(settings, name, *value)),
    );
    meanings.extend(missing(settings, &attributes));
    meanings
}

/// The `Set-Cookie` that a new visitor of `host` gets with a page over TLS, once consent is given where the policy
/// asks for it, with an id made up for the purpose. `None` where the settings are invalid.
pub fn example_set_cookie(settings: &Settings, host: &str) -> Option<String> {
    let mut settings = settings.clone();
    settings.scope.exclude.clear();
    // Consent is given, or not required.
    settings.consent = ConsentSettings::default();
    let policy = Policy::new(&settings, Some(LIST)).ok()?;
    let host = domain_name::canonical(host).unwrap_or_else(|| host.to_string());
    let exchange = Exchange {
        request: Request {
            target: Target {
                scheme: Scheme::Https,
                host: host.as_bytes(),
            },
            method: b"GET",
            path: settings.cookie.path.as_bytes(),
            country: None,
            fields: &[("sec-fetch-dest", "document")][..],
        },
        response: Response {
            status: 200,
            fields: &[("content-type", "text/html")][..],
        },
    };
    let decision = decide(&policy, &exchange, 0, EXAMPLE_ENTROPY);
    decision.set_cookie().map(|line| line.to_string())
}

/// It looks random, as every id does, so that no reader infers a pattern from it.
const EXAMPLE_ENTROPY: [u8; 16] = [
    0x6f, 0x1c, 0x3a, 0x52, 0x8d, 0x0e, 0x4b, 0x7a, 0x9c, 0x41, 0x2f, 0x5e, 0x7a, 0x90, 0xb3, 0xd8,
];

const VALUE: &str = "The visitor's id: a random UUID, which reveals nothing about the visitor.";

fn meaning(
    name: &'static str,
    value: Option<&str>,
    meaning: impl Into<String>,
) -> AttributeMeaning {
    AttributeMeaning {
        name,
        value: value.map(str::to_string),
        meaning: meaning.into(),
    }
}

fn name_meaning(name: &str) -> &'static str {
    match name.to_ascii_lowercase() {
        name if name.starts_with("__host-") => {
            "Browsers accept a cookie with this prefix only from the host itself, over TLS, for all its paths."
        }
        name if name.starts_with("__secure-") => {
            "Browsers accept a cookie with this prefix only over TLS."
        }
        name if name.starts_with("__http-") => {
            "Browsers that know this prefix accept the cookie only from a server, over TLS."
        }
        _ => "The cookie's name.",
    }
}

fn attribute(settings: &Settings, name: &str, value: Option<&str>) -> Option<AttributeMeaning> {
    let text = value.unwrap_or_default();
    Some(match name {
        "Max-Age" => meaning("Max-Age", value, max_age(settings, text)),
        "Domain" => {
            let sentence = format!("Sent to {text} and to every host below it.");
            meaning("Domain", value, sentence)
        }
        "Path" if text == "/" => meaning("Path", value, "Sent with requests for every path."),
        "Path" => {
            let sentence = format!("Sent with requests for {text} and the paths below it.");
            meaning("Path", value, sentence)
        }
        "Secure" => meaning(
            "Secure",
            value,
            "Sent over TLS only, never over plain http.",
        ),
        "HttpOnly" => {
            let sentence = "Hidden from scripts: document.cookie does not show it.";
            meaning("HttpOnly", value, sentence)
        }
        "SameSite" => meaning("SameSite", value, same_site(text)),
        "Partitioned" => {
            let sentence = "One cookie for each site that embeds this one in a frame.";
            meaning("Partitioned", value, sentence)
        }
        _ => return None,
    })
}

fn max_age(settings: &Settings, seconds: &str) -> String {
    let time = seconds
        .parse()
        .map_or_else(|_| "an unknown time".to_string(), in_words);
    match settings.renew.when {
        Renew::Never => {
            format!("Kept for {time} after the first visit, as far as the browser allows.")
        }
        _ => format!("Kept for {time} after the last visit, as far as the browser allows."),
    }
}

fn same_site(value: &str) -> &'static str {
    match value {
        "Strict" => {
            "Sent only with requests from this site, not when a link from another site is followed."
        }
        "Lax" => {
            "Sent also when a link from another site is followed, but not with other cross-site requests."
        }
        _ => "Sent with every request, where the browser allows third-party cookies.",
    }
}

fn missing(settings: &Settings, attributes: &[(&str, Option<&str>)]) -> Vec<AttributeMeaning> {
    let secure = match settings.cookie.secure {
        true => "Left off, because this is plain http on loopback; elsewhere it is set.",
        false => "Sent over plain http too.",
    };
    let all = [
        (
            "Domain",
            "no Domain",
            "Sent to this one host, not to those below it.",
        ),
        ("Secure", "no Secure", secure),
        (
            "HttpOnly",
            "no HttpOnly",
            "Scripts can read and replace it.",
        ),
        (
            "SameSite",
            "no SameSite",
            "Each browser decides whether to send it with cross-site requests.",
        ),
    ];
    let is_there = |wanted: &str| attributes.iter().any(|(name, _)| *name == wanted);
    all.into_iter()
        .filter(|(name, ..)| !is_there(name))
        .map(|(_, name, sentence)| meaning(name, None, sentence))
        .collect()
}

#[cfg(test)]
mod tests {
    use hardtack::Settings;

    use super::{attribute_meanings, example_set_cookie};
    use crate::from_toml;

    fn settings(toml: &str) -> Settings {
        from_toml(toml).unwrap().settings
    }

    #[track_caller]
    fn check(toml: &str, host: &str, names: &[&str]) {
        let settings = settings(toml);
        let set_cookie = example_set_cookie(&settings, host).unwrap();
        let meanings = attribute_meanings(&settings, &set_cookie);
        let found: Vec<_> = meanings.iter().map(|meaning| meaning.name).collect();
        assert_eq!(found, names);
    }

    #[test]
    fn the_example_is_what_a_new_visitor_gets() {
        let settings = settings("scope.exclude = [\"*\"]");
        assert_eq!(
            example_set_cookie(&settings, "www.Bücher.example:8443").as_deref(),
            Some(
                "FPD=6f1c3a52-8d0e-4b7a-9c41-2f5e7a90b3d8; Max-Age=63072000; \
                 Domain=xn--bcher-kva.example; Path=/; Secure; HttpOnly; SameSite=Lax"
            ),
        );
    }

    #[test]
    fn the_example_is_for_a_visitor_who_consented() {
        let settings = settings("consent.required = \"everywhere\"\nconsent.from = [\"tcf\"]");
        let line = example_set_cookie(&settings, "www.example.com").unwrap();
        assert!(line.starts_with("FPD="), "{line}");
    }

    #[test]
    fn every_attribute_is_explained_in_order() {
        check(
            "",
            "www.example.com",
            &[
                "Name", "Value", "Max-Age", "Domain", "Path", "Secure", "HttpOnly", "SameSite",
            ],
        );
        check(
            "cookie.partitioned = true\ncookie.domain = \"none\"\ncookie.path = \"/a\"",
            "www.example.com",
            &[
                "Name",
                "Value",
                "Max-Age",
                "Path",
                "Secure",
                "HttpOnly",
                "SameSite",
                "Partitioned",
                "no Domain",
            ],
        );
    }

    #[test]
    fn missing_attributes_are_explained_too() {
        check(
            "cookie.secure = false\ncookie.http_only = false\ncookie.same_site = \"unset\"",
            "localhost",
            &[
                "Name",
                "Value",
                "Max-Age",
                "Path",
                "no Domain",
                "no Secure",
                "no HttpOnly",
                "no SameSite",
            ],
        );
    }

    #[track_caller]
    fn check_meaning(toml: &str, set_cookie: &str, name: &str, begins: &str) {
        let meanings = attribute_meanings(&settings(toml), set_cookie);
        let found = meanings.iter().find(|meaning| meaning.name == name);
        let found = &found.unwrap().meaning;
        assert!(found.starts_with(begins), "{found}");
    }

    #[test]
    fn names_are_explained_by_their_prefix() {
        let check = |set_cookie, begins| check_meaning("", set_cookie, "Name", begins);
        check("FPD=1", "The cookie's name.");
        check("__Hosts-a=1", "The cookie's name.");
        let host = "Browsers accept a cookie with this prefix only from the host itself";
        check("__Host-a=1", host);
        check("__HOST-a=1", host);
        check("__Host-Http-a=1", host);
        let secure = "Browsers accept a cookie with this prefix only over TLS.";
        check("__Secure-a=1", secure);
        check("__Http-a=1", "Browsers that know this prefix");
    }

    #[test]
    fn values_are_explained() {
        let check = |set_cookie, name, begins| check_meaning("", set_cookie, name, begins);
        check("a=1; Path=/", "Path", "Sent with requests for every path.");
        check("a=1; Path=/b", "Path", "Sent with requests for /b and");
        check("a=1; Domain=b.de", "Domain", "Sent to b.de and");
        check(
            "a=1; SameSite=Strict",
            "SameSite",
            "Sent only with requests",
        );
        check("a=1; SameSite=Lax", "SameSite", "Sent also when a link");
        check("a=1; SameSite=None", "SameSite", "Sent with every request");
        let age = "a=1; Max-Age=259200";
        check(age, "Max-Age", "Kept for 3 days after the last visit");
        let never = "renew.when = \"never\"";
        check_meaning(
            never,
            age,
            "Max-Age",
            "Kept for 3 days after the first visit",
        );
    }

    #[test]
    fn a_cookie_without_secure_is_explained_by_the_policy() {
        let http = "cookie.secure = false";
        check_meaning(http, "a=1", "no Secure", "Sent over plain http too.");
        check_meaning("", "a=1", "no Secure", "Left off, because");
    }

    #[test]
    fn any_text_can_be_explained() {
        let settings = Settings::default();
        for odd in ["", ";", "=", "a", "a=b; Max-Age=x; Foo; Domain", ";;;=;"] {
            assert!(attribute_meanings(&settings, odd).len() >= 2);
        }
    }
}
