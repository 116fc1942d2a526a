//! The `Cache-Control` header: how long caches may keep a file without revalidation.
//!
//! - A file whose name contains a digest of its content never changes under that name: one year.
//! - Any other file, and every page: kept, but revalidated each time. The response is usually a 304.
//!
//! A year that was granted by mistake cannot be revoked, so the digest must be unmistakable: one part of the name,
//! between dots, hyphens or underscores, of at least eight hexadecimal digits, with a digit and a letter among them
//! (dates have no letters), and no second such part (UUIDs have five). Folders in which a build tool keeps only files
//! with a digest count as a whole.

use super::content_type;

/// Kept for a year, and not even revalidated on reload (RFC 8246).
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Kept, but revalidated before each use.
const REVALIDATE: &str = "no-cache";

/// Folders of Next.js and SvelteKit, below the root or a base path.
const DIGESTED_FOLDERS: [&str; 2] = ["_next/static/", "_app/immutable/"];

/// The header's value for the file at `path`, below the root.
pub(super) fn of(path: &str, content_type: &str) -> &'static str {
    match !content_type::is_html(content_type) && is_digested(path) {
        true => IMMUTABLE,
        false => REVALIDATE,
    }
}

fn is_digested(path: &str) -> bool {
    let (folder, name) = path.split_at(path.rfind('/').map_or(0, |slash| slash + 1));
    let mut folders = DIGESTED_FOLDERS.iter();
    folders.any(|digested| starts_a_folder(folder, digested)) || names_a_digest(name)
}

fn starts_a_folder(folder: &str, digested: &str) -> bool {
    let mut found = folder.match_indices(digested);
    found.any(|(index, _)| index == 0 || folder[..index].ends_with('/'))
}

fn names_a_digest(name: &str) -> bool {
    let Some((stem, _extension)) = name.rsplit_once('.') else {
        return false;
    };
    let is_hexadecimal =
        |part: &&str| part.len() >= 4 && part.bytes().all(|b| b.is_ascii_hexdigit());
    let mut parts = stem.split(['.', '-', '_']).filter(is_hexadecimal);
    let (Some(part), None) = (parts.next(), parts.next()) else {
        return false;
    };
    part.len() >= 8
        && part.contains(|letter: char| letter.is_ascii_digit())
        && part.contains(|letter: char| letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, forever: bool) {
        let content_type = content_type::of(path.as_ref(), true);
        assert_eq!(of(path, &content_type) == IMMUTABLE, forever, "{path}");
    }

    #[test]
    fn a_name_with_a_digest_is_kept_for_a_year() {
        check("app.3f2a9c1b.js", true);
        check("assets/app.3f2a9c1b.js", true);
        check("app-3f2a9c1b.css", true);
        check("app_3f2a9c1b.css", true);
        check("3f2a9c1b.js", true);
        check("3F2A9C1B.js", true);
        check("main.3f2a9c1b.chunk.js", true);
        check("app.3f2a9c1b.js.map", true);
        check("logo.d41d8cd98f00b204e9800998ecf8427e.png", true);
        check("_next/static/chunks/main.js", true);
        check("base/_next/static/css/x.css", true);
        check("_app/immutable/start.js", true);
    }

    #[test]
    fn any_other_file_is_revalidated() {
        check("app.js", false);
        check("style.css", false);
        check("favicon.ico", false);
        check("app.3f2a9c1.js", false);
        check("report-20240131.pdf", false);
        check("photo-12345678.jpg", false);
        check("defacade.js", false);
        check("app.3f2a9c1x.js", false);
        check("550e8400-e29b-41d4-a716-446655440000.png", false);
        check("avatar-550e8400-e29b-41d4-a716-44665544000a.png", false);
        check("3f2a9c1b", false);
        check("app.3f2a9c1b/app.js", false);
        check("x_next/static/main.js", false);
        check("_next/staticmain.js", false);
        check("_next/image.js", false);
    }

    #[test]
    fn a_page_is_revalidated_whatever_its_name() {
        check("index.html", false);
        check("post.3f2a9c1b.html", false);
        check("_next/static/index.html", false);
    }
}
