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
        let (mut base, mut links) = (None, Vec::new());
        let mut emitter = DefaultEmitter::default();
        // Text within a script is not read as tags.
        emitter.naively_switch_states(true);
        for token in Tokenizer::new_with_emitter(html, emitter).flatten() {
            if let Token::StartTag(tag) = token {
                let text = |name: &[u8]| {
                    let value = tag.attributes.get(name)?;
                    std::str::from_utf8(value).ok().map(str::trim)
                };
                let base_now = base.as_ref().unwrap_or(at);
                let attribute = |name: &[u8]| base_now.join(text(name)?).ok().filter(is_web);
                let rel = tag.attributes.get(b"rel".as_slice());
                let is_style = rel.is_some_and(|rel| rel.eq_ignore_ascii_case(b"stylesheet"));
                match &**tag.name {
                    b"base" if base.is_none() => base = text(b"href").map(|to| base_url(to, at)),
                    b"a" => links.extend(text(b"href").map(str::to_string)),
                    b"img" => page.asset(Destination::Image, attribute(b"src")),
                    b"script" => page.asset(Destination::Script, attribute(b"src")),
                    b"link" if is_style => page.asset(Destination::Style, attribute(b"href")),
                    _ => {}
                }
            }
        }
        // Assets load while the page is read; a link counts when it is followed, so a later base holds for it, too.
        let base = base.as_ref().unwrap_or(at);
        for link in links {
            page.link(base.join(&link).ok().filter(is_web));
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

/// What the first `<base href>` makes of a page's address (HTML §4.2.3); the address itself where it cannot be one.
fn base_url(href: &str, at: &Url) -> Url {
    let base = at.join(href).ok();
    let base = base.filter(|base| !matches!(base.scheme(), "data" | "javascript"));
    base.unwrap_or_else(|| at.clone())
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
    fn the_first_base_is_obeyed() {
        check(
            "<base target=_top><base href='/app/'><base href='/no/'><a href=b><img src=i.png>",
            &["https://a.example/app/b"],
            &["https://a.example/app/i.png"],
        );
        check(
            "<base href='https://other.example/'><a href=b>",
            &["https://other.example/b"],
            &[],
        );
        check(
            "<img src=i><a href=b><base href=/app/>",
            &["https://a.example/app/b"],
            &["https://a.example/dir/i"],
        );
        check(
            "<base href='javascript:1'><base href='/no/'><a href=b>",
            &["https://a.example/dir/b"],
            &[],
        );
        check(
            "<base href='data:,'><a href=b>",
            &["https://a.example/dir/b"],
            &[],
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
