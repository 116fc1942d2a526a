//! Finds a page's links and the assets that it loads.

use html5gum::{DefaultEmitter, Token, Tokenizer};
use url::Url;

use crate::browser::Destination;

/// The addresses in a page, in order, each once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    /// The targets of its links, without fragments.
    pub(crate) links: Vec<Url>,
    /// The assets that it loads.
    pub(crate) assets: Vec<(Destination, Url)>,
}

impl Page {
    /// Reads the beginning of a page. Text that is not HTML has no addresses.
    pub(crate) fn read(html: &str, at: &Url) -> Self {
        let mut page = Self::default();
        let mut emitter = DefaultEmitter::default();
        // Text within a script is not read as tags.
        emitter.naively_switch_states(true);
        for token in Tokenizer::new_with_emitter(html, emitter).flatten() {
            if let Token::StartTag(tag) = token {
                let attribute = |name: &[u8]| {
                    let value = tag.attributes.get(name)?;
                    let text = std::str::from_utf8(value).ok()?;
                    at.join(text.trim()).ok().filter(is_web)
                };
                let rel = tag.attributes.get(b"rel".as_slice());
                let is_style = rel.is_some_and(|rel| rel.eq_ignore_ascii_case(b"stylesheet"));
                match &**tag.name {
                    b"a" => page.link(attribute(b"href")),
                    b"img" => page.asset(Destination::Image, attribute(b"src")),
                    b"script" => page.asset(Destination::Script, attribute(b"src")),
                    b"link" if is_style => page.asset(Destination::Style, attribute(b"href")),
                    _ => {}
                }
            }
        }
        page
    }

    fn link(&mut self, url: Option<Url>) {
        if let Some(mut url) = url {
            url.set_fragment(None);
            if !self.links.contains(&url) {
                self.links.push(url);
            }
        }
    }

    fn asset(&mut self, destination: Destination, url: Option<Url>) {
        if let Some(url) = url
            && !self.assets.iter().any(|(_, known)| *known == url)
        {
            self.assets.push((destination, url));
        }
    }
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::Page;

    fn read(html: &str) -> (Vec<String>, Vec<String>) {
        let page = Page::read(html, &Url::parse("https://a.example/dir/").unwrap());
        let links = page.links.iter().map(Url::to_string).collect();
        let assets = page.assets.iter().map(|(_, url)| url.to_string()).collect();
        (links, assets)
    }

    #[track_caller]
    fn check(html: &str, links: &[&str], assets: &[&str]) {
        let read = read(html);
        assert_eq!(
            (read.0, read.1),
            (
                links.iter().map(|s| s.to_string()).collect(),
                assets.iter().map(|s| s.to_string()).collect()
            )
        );
    }

    #[test]
    fn links_and_assets_are_found() {
        check(
            "<a href=b>x</a><a href='/c#d'>",
            &["https://a.example/dir/b", "https://a.example/c"],
            &[],
        );
        check(
            "<img src=//cdn.a.example/x.png>",
            &[],
            &["https://cdn.a.example/x.png"],
        );
        check(
            "<link rel=stylesheet href=s.css><link rel=icon href=i>",
            &[],
            &["https://a.example/dir/s.css"],
        );
        check(
            "<script src=s.js></script>",
            &[],
            &["https://a.example/dir/s.js"],
        );
    }

    #[test]
    fn other_schemes_scripts_and_comments_are_ignored() {
        check(
            "<a href='mailto:x@y'><a href='javascript:1'><img src='data:,'>",
            &[],
            &[],
        );
        check("<script>'<a href=no>'</script>", &[], &[]);
        check("<!-- <a href=no> -->", &[], &[]);
    }
}
