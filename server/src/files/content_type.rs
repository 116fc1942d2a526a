//! The `Content-Type` of a file, from its name.

use std::path::Path;

/// Extensions that `mime_guess` does not know, or whose type browsers no longer use.
const CORRECTIONS: [(&str, &str); 12] = [
    ("cjs", "text/javascript"),
    ("map", "application/json"),
    ("m3u8", "application/vnd.apple.mpegurl"),
    ("m4s", "video/iso.segment"),
    ("mjs", "text/javascript"),
    ("opus", "audio/ogg"),
    ("otf", "font/otf"),
    ("topojson", "application/json"),
    ("ts", "video/mp2t"),
    ("usdz", "model/vnd.usdz+zip"),
    ("woff", "font/woff"),
    ("zst", "application/zstd"),
];

/// The type of a file with an unknown extension.
const UNKNOWN: &str = "application/octet-stream";

/// The type of the file at `path`. Text is labelled as UTF-8 if `is_utf8`; otherwise the file itself declares its
/// encoding, by a byte order mark or a `<meta>`.
pub(super) fn of(path: &Path, is_utf8: bool) -> String {
    let media_type = media_type(path);
    match is_utf8 && is_text(media_type) {
        true => format!("{media_type}; charset=utf-8"),
        false => media_type.into(),
    }
}

/// Whether a content type is that of a page.
pub(super) fn is_html(content_type: &str) -> bool {
    ["text/html", "application/xhtml+xml"]
        .iter()
        .any(|html| content_type.starts_with(html))
}

fn media_type(path: &Path) -> &'static str {
    // Apple requests this name without an extension, and expects JSON.
    if path.ends_with(".well-known/apple-app-site-association") {
        return "application/json";
    }
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or("");
    let is = |(known, _): &&(&str, &str)| extension.eq_ignore_ascii_case(known);
    let correction = CORRECTIONS
        .iter()
        .find(is)
        .map(|(_, media_type)| *media_type);
    correction
        .or_else(|| mime_guess::from_ext(extension).first_raw())
        .unwrap_or(UNKNOWN)
}

fn is_text(media_type: &str) -> bool {
    media_type.starts_with("text/")
        || media_type.ends_with("+xml")
        || media_type.ends_with("json")
        || ["application/javascript", "application/xml"].contains(&media_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expect: &str) {
        assert_eq!(of(Path::new(name), true), expect, "{name}");
    }

    #[test]
    fn text_is_labelled_utf_8() {
        check("index.html", "text/html; charset=utf-8");
        check("index.htm", "text/html; charset=utf-8");
        check("INDEX.HTML", "text/html; charset=utf-8");
        check("page.xhtml", "application/xhtml+xml; charset=utf-8");
        check("style.css", "text/css; charset=utf-8");
        check("app.js", "text/javascript; charset=utf-8");
        check("app.mjs", "text/javascript; charset=utf-8");
        check("app.cjs", "text/javascript; charset=utf-8");
        check("data.json", "application/json; charset=utf-8");
        check("data.jsonld", "application/ld+json; charset=utf-8");
        check("data.geojson", "application/geo+json; charset=utf-8");
        check("app.js.map", "application/json; charset=utf-8");
        check(
            "site.webmanifest",
            "application/manifest+json; charset=utf-8",
        );
        check("logo.svg", "image/svg+xml; charset=utf-8");
        check("sitemap.xml", "text/xml; charset=utf-8");
        check("feed.rss", "application/rss+xml; charset=utf-8");
        check("feed.atom", "application/atom+xml; charset=utf-8");
        check("robots.txt", "text/plain; charset=utf-8");
        check("notes.md", "text/markdown; charset=utf-8");
        check("table.csv", "text/csv; charset=utf-8");
        check("captions.vtt", "text/vtt; charset=utf-8");
        check("meeting.ics", "text/calendar; charset=utf-8");
    }

    #[test]
    fn other_types_are_not_labelled() {
        check("photo.png", "image/png");
        check("photo.jpg", "image/jpeg");
        check("photo.webp", "image/webp");
        check("photo.avif", "image/avif");
        check("favicon.ico", "image/x-icon");
        check("font.woff2", "font/woff2");
        check("font.woff", "font/woff");
        check("font.otf", "font/otf");
        check("film.mp4", "video/mp4");
        check("film.webm", "video/webm");
        check("film.ts", "video/mp2t");
        check("song.opus", "audio/ogg");
        check("engine.wasm", "application/wasm");
        check("paper.pdf", "application/pdf");
        check("style.css.gz", "application/gzip");
        check("style.css.zst", "application/zstd");
    }

    #[test]
    fn an_unknown_extension_is_binary() {
        check("LICENSE", UNKNOWN);
        check("style.css.br", UNKNOWN);
        check("file.unheard-of", UNKNOWN);
        check("file.", UNKNOWN);
        check(".well-known/other", UNKNOWN);
        check(
            ".well-known/apple-app-site-association",
            "application/json; charset=utf-8",
        );
    }

    #[test]
    fn text_in_another_charset_is_left_unlabelled() {
        assert_eq!(of(Path::new("old.html"), false), "text/html");
        assert_eq!(of(Path::new("photo.png"), false), "image/png");
    }

    #[test]
    fn pages_are_recognised() {
        assert!(is_html("text/html; charset=utf-8"));
        assert!(is_html("application/xhtml+xml; charset=utf-8"));
        assert!(!is_html("text/css"));
        assert!(!is_html("application/xml"));
    }
}
