//! Answers from a folder.
//!
//! # What answers a URL
//! - `/about`: the file `about`, else `about.html`, else `about/index.html`; `/about/`: the latter two,
//!   the folder first; `/`: `index.html`.
//! - A redirect (301), where relative links would count from the wrong place: to `/about/` if that is a folder's index,
//!   and to `/about` if it is a file. [`TrailingSlash::Ignore`] sends the page directly.
//! - A path that does not exist: `404.html` at the root, with status 404, else a line of text.
//! - Never: a directory listing, a name that starts with a dot (except `/.well-known/`), a secret of ours
//!   ([`Files::open_without`]), anything outside the folder, whatever the spelling of the URL and wherever links lead.
//!
//! # What is sent
//! - GET and HEAD, with conditions (see `conditional.rs`) and byte ranges (see `range.rs`).
//! - A precompressed sibling (`style.css.br`, `.zst`, `.gz`) if the request accepts it (see `encoding.rs`) and it is
//!   not older than its file.
//! - `Cache-Control: no-cache`, or a year for names that hold a digest (see `freshness.rs`).
//!
//! # Caching
//! Files of up to 256 KiB are kept in memory, up to 256 MiB in all, with their headers ready. Each request checks the
//! files that could answer it with `stat`, and reads them again if one has changed: the next request sees every change.
//! [`Files::checked_every`] spares the `stat` of what was checked a moment ago. Larger files are streamed from disk, as
//! fast as clients take them (see `stream.rs`).

mod belief;
mod cache;
mod conditional;
mod content_type;
mod encoding;
mod entry;
mod freshness;
mod path;
mod plain;
mod range;
mod reading;
mod representation;
mod root;
mod source;
mod stamp;
mod stream;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode, Uri};
use tokio::task::spawn_blocking;

use self::belief::{Belief, Moment};
use self::cache::Cache;
use self::encoding::Accepted;
use self::entry::Entry;
use self::path::{Moved, Name, Refusal};
use self::root::Root;
use self::stamp::Stamp;
use crate::body::Body;
use crate::throttle::Throttle;

/// How often a response is attempted whose file is replaced meanwhile.
const ATTEMPTS: u32 = 4;

/// A folder that answers requests. Clones share it.
#[derive(Clone, Debug)]
pub struct Files {
    site: Arc<Site>,
    belief: Belief,
    trailing_slash: TrailingSlash,
}

/// What becomes of a request whose path differs from the page's address by its last slash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TrailingSlash {
    /// It is redirected to the page's address, as nginx, Caddy and S3's websites do.
    #[default]
    Redirect,
    /// It is answered with the page.
    Ignore,
}

#[derive(Debug)]
struct Site {
    root: Root,
    cache: Cache,
    failures: Throttle,
}

/// Why a folder cannot be served.
#[derive(Debug)]
#[non_exhaustive]
pub struct OpenError {
    /// The folder, as it was named.
    pub path: PathBuf,
    /// Why: it is missing, not a folder, or not readable.
    pub source: io::Error,
}

impl Files {
    /// Opens a folder. No file is read yet.
    ///
    /// # Errors
    /// If it cannot be listed: it is missing, not a folder, or not readable.
    pub fn open(root: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::open_without(root, &[], &[])
    }

    /// Opens a folder that may hold files which are never sent, such as keys: these, which need not exist, and any with
    /// one of these names, in whatever case.
    ///
    /// # Errors
    /// If it cannot be listed: it is missing, not a folder, or not readable.
    pub fn open_without(
        root: impl AsRef<Path>,
        files: &[PathBuf],
        names: &'static [&'static str],
    ) -> Result<Self, OpenError> {
        let path = root.as_ref();
        let opened = Root::open(path);
        let mut root = opened.map_err(|source| OpenError {
            path: path.into(),
            source,
        })?;
        root.hide(files, names);
        let cache = Cache::new();
        Ok(Self {
            site: Arc::new(Site {
                root,
                cache,
                failures: Throttle::new(),
            }),
            belief: Belief::new(Duration::ZERO),
            trailing_slash: TrailingSlash::default(),
        })
    }

    /// How long a file that was checked counts as unchanged. Default: no time, so that the next request sees every
    /// change.
    #[must_use]
    pub fn checked_every(self, interval: Duration) -> Self {
        Self {
            belief: Belief::new(interval),
            ..self
        }
    }

    /// What becomes of a path with a slash too many or too few. Default: a redirect.
    #[must_use]
    pub fn trailing_slash(self, trailing_slash: TrailingSlash) -> Self {
        Self {
            trailing_slash,
            ..self
        }
    }

    /// How many files are kept in memory, and the bytes that they take.
    pub(crate) fn cached(&self) -> (u64, u64) {
        self.site.cache.size()
    }

    /// Answers a request, whose body is ignored. Needs a Tokio runtime.
    ///
    /// A failure is a response, too: 400, 404, 405, 412, 416, or 500 with a line in the log, at most one a minute.
    pub async fn respond(&self, request: &Parts) -> Response<Body> {
        let mut response = self.answer(request).await.unwrap_or_else(|error| {
            self.site.warn(request.uri.path(), &error);
            plain::text(StatusCode::INTERNAL_SERVER_ERROR)
        });
        if request.method == Method::HEAD {
            *response.body_mut() = Body::empty();
        }
        response
    }

    async fn answer(&self, request: &Parts) -> io::Result<Response<Body>> {
        if ![Method::GET, Method::HEAD].contains(&request.method) {
            return Ok(plain::method_not_allowed());
        }
        match Name::parse(request.uri.path()) {
            Ok(name) => self.answer_with(&name, request).await,
            Err(Refusal::Hidden) => self.answer_not_found(request).await,
            Err(Refusal::Malformed) => Ok(plain::text(StatusCode::BAD_REQUEST)),
        }
    }

    async fn answer_with(&self, name: &Name<'_>, request: &Parts) -> io::Result<Response<Body>> {
        let accepted = Accepted::of(&request.headers);
        for _ in 0..ATTEMPTS {
            let Some(entry) = self.entry(name, accepted).await? else {
                return self.answer_not_found(request).await;
            };
            if let Some(response) = self.redirect(&entry, &request.uri) {
                return Ok(response);
            }
            if let Some(response) = entry.best(&accepted).respond(request).await? {
                return Ok(response);
            }
        }
        Err(io::Error::other("file changes faster than it can be sent"))
    }

    fn redirect(&self, entry: &Entry, uri: &Uri) -> Option<Response<Body>> {
        if self.trailing_slash == TrailingSlash::Ignore {
            return None;
        }
        location(entry.moved()?, uri).map(plain::moved_permanently)
    }

    async fn answer_not_found(&self, request: &Parts) -> io::Result<Response<Body>> {
        let accepted = Accepted::of(&request.headers);
        let page = match self.entry(&Name::NOT_FOUND, accepted).await? {
            Some(entry) => entry.best(&accepted).stand_in(request).await?,
            None => None,
        };
        Ok(page.unwrap_or_else(|| plain::text(StatusCode::NOT_FOUND)))
    }

    /// The current entry of a name.
    async fn entry(&self, name: &Name<'_>, accepted: Accepted) -> io::Result<Option<Arc<Entry>>> {
        if let Some(entry) = self.site.fresh(name, &accepted, self.belief.now()) {
            return Ok(Some(entry));
        }
        // Crawlers request many paths that do not exist. Those are not worth a switch to another thread.
        if !self.site.may_exist(name) {
            self.site.cache.forget(name.as_str());
            return Ok(None);
        }
        let site = Arc::clone(&self.site);
        let (name, belief) = (name.clone().into_owned(), self.belief);
        let read = spawn_blocking(move || site.read(&name, &accepted, belief)).await;
        read.map_err(io::Error::other).flatten()
    }
}

impl Site {
    /// Says that a file cannot be sent: where descriptors are short, that is so for each request.
    fn warn(&self, path: &str, error: &io::Error) {
        match self.failures.count() {
            Some(count) => tracing::warn!(path, %error, count, "file cannot be sent"),
            None => tracing::debug!(path, %error, "file cannot be sent"),
        }
    }

    fn fresh(&self, name: &Name<'_>, accepted: &Accepted, now: Moment) -> Option<Arc<Entry>> {
        let entry = self.cache.find(name.as_str())?;
        entry.is_fresh(accepted, now).then_some(entry)
    }

    fn may_exist(&self, name: &Name<'_>) -> bool {
        let candidates = name.candidates();
        let mut paths = candidates.iter().map(|below| self.root.join(below));
        paths.any(|path| Stamp::at(&path).is_some())
    }

    fn read(
        &self,
        name: &Name<'_>,
        accepted: &Accepted,
        belief: Belief,
    ) -> io::Result<Option<Arc<Entry>>> {
        // If many requests for a new file come at once, the later ones find that it has been read.
        if let Some(entry) = self.fresh(name, accepted, belief.now()) {
            return Ok(Some(entry));
        }
        let entry = Entry::load(&self.root, name)?.map(Arc::new);
        match &entry {
            Some(entry) => self.cache.keep(name.as_str(), Arc::clone(entry)),
            None => self.cache.forget(name.as_str()),
        }
        Ok(entry)
    }
}

/// The path as it was requested, with or without its last slash, and its query. A name's path begins with one slash, so
/// no other site can be named.
fn location(moved: Moved, uri: &Uri) -> Option<HeaderValue> {
    let path = uri.path();
    let path = match moved {
        Moved::ToSlash => format!("{path}/"),
        Moved::FromSlash => path.strip_suffix('/')?.to_string(),
    };
    let query = uri.query().map(|query| format!("?{query}"));
    HeaderValue::try_from(path + &query.unwrap_or_default()).ok()
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot serve `{}`: {}", self.path.display(), self.source)
    }
}

impl std::error::Error for OpenError {}
