//! The folder as its clients see it: one file for each area, each with a `check` and many cases.

mod addresses;
mod conditions;
mod encodings;
mod headers;
mod interval;
mod invalidation;
mod large;
mod links;
mod races;
mod ranges;
mod resolution;
mod traversal;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use http::{HeaderMap, Request, Response, Uri};
use http_body_util::BodyExt as _;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::entry::Entry;
use super::path::Name;
use super::{Files, OpenError, TrailingSlash};
use crate::body::Body;

/// A served folder `site`, and its parent, which is not served.
struct Folder {
    parent: TempDir,
    files: Files,
    runtime: Runtime,
}

/// A response, its body read to the end.
#[derive(Debug)]
struct Reply {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Folder {
    /// A served folder with these files. A file named `../x` is beside it.
    fn with(files: &[(&str, &str)]) -> Self {
        let parent = tempfile::tempdir().unwrap();
        let site = parent.path().join("site");
        fs::create_dir(&site).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let folder = Self {
            files: Files::open(&site).unwrap(),
            parent,
            runtime,
        };
        for (path, content) in files {
            folder.write(path, content);
        }
        folder
    }

    /// The same, which sends a page without a redirect to its slash.
    fn without_redirects(files: &[(&str, &str)]) -> Self {
        let folder = Self::with(files);
        let files = folder.files.clone();
        Self {
            files: files.trailing_slash(TrailingSlash::Ignore),
            ..folder
        }
    }

    fn path(&self, below: &str) -> PathBuf {
        self.parent.path().join("site").join(below)
    }

    fn write(&self, below: &str, content: impl AsRef<[u8]>) {
        let path = self.path(below);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn date(&self, below: &str, date: SystemTime) {
        let file = fs::File::options()
            .write(true)
            .open(self.path(below))
            .unwrap();
        file.set_modified(date).unwrap();
    }

    fn remove(&self, below: &str) {
        fs::remove_file(self.path(below)).unwrap();
    }

    #[track_caller]
    fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[])
    }

    #[track_caller]
    fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.send("GET", path, headers)
    }

    #[track_caller]
    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.runtime.block_on(async {
            let response = self.respond(method, path, headers).await;
            let (parts, body) = response.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            Reply {
                status: parts.status.as_u16(),
                headers: parts.headers,
                body: body.into(),
            }
        })
    }

    async fn respond(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
        let uri: Uri = path
            .parse()
            .unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.files
            .respond(&request.body(()).unwrap().into_parts().0)
            .await
    }

    /// Requests a path until its files have been unchanged long enough to be sent from memory.
    #[track_caller]
    fn settle(&self, path: &str) -> Arc<Entry> {
        let name = Name::parse(path).unwrap();
        let limit = Instant::now() + Duration::from_secs(10);
        loop {
            self.get_with(path, &[("accept-encoding", "br, zstd, gzip")]);
            let entry = self.files.site.cache.find(name.as_str());
            match entry.filter(|entry| entry.is_lasting()) {
                Some(entry) => return entry,
                None => assert!(Instant::now() < limit, "{path} does not settle"),
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Reply {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// A header's only value, or nothing.
    #[track_caller]
    fn header(&self, name: &str) -> &str {
        let values: Vec<_> = self.headers.get_all(name).iter().collect();
        assert!(values.len() < 2, "{name}: {values:?}");
        values.first().map_or("", |value| value.to_str().unwrap())
    }
}

#[track_caller]
fn check_refused(path: PathBuf) {
    let error: OpenError = Files::open(&path).unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with(&format!("cannot serve `{}`: ", path.display())),
        "{text}"
    );
    assert_eq!(error.path, path);
}

#[test]
fn a_folder_that_cannot_be_listed_is_refused_by_name() {
    let folder = Folder::with(&[("file.txt", "")]);
    check_refused(folder.path("absent"));
    check_refused(folder.path("file.txt"));
    check_refused(folder.path("file.txt/below"));
    check_refused(PathBuf::new());
}

#[test]
fn clones_share_what_they_have_read() {
    let folder = Folder::with(&[("index.html", "page")]);
    let entry = folder.settle("/");
    let found = folder.files.clone().site.cache.find("").unwrap();
    assert!(Arc::ptr_eq(&entry, &found));
}
