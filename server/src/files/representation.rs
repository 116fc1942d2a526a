//! A representation: a file or one of its precompressed siblings, with all headers made in advance.

use std::io;
use std::time::{Duration, SystemTime};

use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE,
    DATE, ETAG, LAST_MODIFIED, RANGE, SET_COOKIE, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use tokio::task::spawn_blocking;
use twox_hash::XxHash3_128;

use super::conditional::{Validators, Verdict};
use super::encoding::Coding;
use super::plain::{self, response};
use super::range::{Part, Selection};
use super::reading::READING;
use super::source::Content;
use super::stream::{FileBody, Source};
use crate::body::Body;
use crate::date;

/// The earliest date that is sent, 1990-01-01. An earlier one is a placeholder that a build tool sets on every file
/// (1970, 1980 and 1985 are in use), and would never show a change.
const EARLIEST_DATE: Duration = Duration::from_secs(631_152_000);

/// A header that is removed from every copy of a page's headers. A copied map has no spare capacity, and nearly every
/// page gets a `Set-Cookie`: without the slot of this header, appending it would move all the others. `Date` has a slot
/// for the same reason.
const SPARE_SLOT: HeaderName = SET_COOKIE;

/// One representation of a file, ready to send.
#[derive(Debug)]
pub(super) struct Representation {
    validators: Validators,
    /// The headers of a 200, with an empty `Date`, and with [`SPARE_SLOT`] in those of a page.
    whole: HeaderMap,
    /// The headers of a 304: those of the 200 that RFC 9110 §15.4.5 lists.
    unchanged: HeaderMap,
    content: Content,
}

/// What all representations of a file have in common.
#[derive(Debug)]
pub(super) struct Description<'a> {
    pub(super) content_type: &'a str,
    pub(super) cache_control: &'static str,
    /// Whether there are several representations, so that caches need `Vary`.
    pub(super) varies: bool,
    /// The time of reading, which no `Last-Modified` may be later than (RFC 9110 §8.8.2.1).
    pub(super) now: SystemTime,
}

impl Representation {
    /// Makes the headers for content in the coding `coding`, from a file with the date `modified`.
    pub(super) fn new(
        content: Content,
        coding: Option<Coding>,
        modified: Option<SystemTime>,
        description: &Description<'_>,
    ) -> io::Result<Self> {
        let validators = Validators {
            etag: etag(&content, coding)?,
            modified: modified.and_then(|modified| public_date(modified, description.now)),
        };
        let unchanged = unchanged_headers(&validators, description)?;
        let whole = whole_headers(unchanged.clone(), content.len(), coding, description)?;
        Ok(Self {
            validators,
            whole,
            unchanged,
            content,
        })
    }

    /// Bytes held in memory, without headers.
    pub(super) fn weight(&self) -> u64 {
        self.content.weight()
    }

    /// Answers a GET or HEAD. `None` if the file no longer matches these headers.
    pub(super) async fn respond(&self, request: &Parts) -> io::Result<Option<Response<Body>>> {
        match self.validators.judge(&request.headers) {
            Verdict::Proceed => {}
            Verdict::Unchanged => return Ok(Some(self.unchanged())),
            Verdict::Fail => return Ok(Some(plain::text(StatusCode::PRECONDITION_FAILED))),
        }
        match self.selection(request) {
            Selection::Whole => self.send(StatusCode::OK, request).await,
            Selection::Part(part) => self.send_part(part).await,
            Selection::Nothing => Ok(Some(self.unsatisfiable())),
        }
    }

    /// Answers for a file that does not exist, ignoring conditions and ranges.
    pub(super) async fn stand_in(&self, request: &Parts) -> io::Result<Option<Response<Body>>> {
        let mut response = self.send(StatusCode::NOT_FOUND, request).await?;
        if let Some(response) = &mut response {
            for name in [ETAG, LAST_MODIFIED, ACCEPT_RANGES] {
                response.headers_mut().remove(name);
            }
        }
        Ok(response)
    }

    /// RFC 9110 §14.2: ranges are for GET alone.
    fn selection(&self, request: &Parts) -> Selection {
        let ranged = request.headers.contains_key(RANGE) && request.method == Method::GET;
        match ranged
            && self
                .validators
                .admit_range(&request.headers, SystemTime::now())
        {
            true => Selection::of(&request.headers, self.content.len()),
            false => Selection::Whole,
        }
    }

    async fn send(
        &self,
        status: StatusCode,
        request: &Parts,
    ) -> io::Result<Option<Response<Body>>> {
        let all = Part {
            first: 0,
            len: self.content.len(),
        };
        let body = match request.method == Method::HEAD {
            true => Some(Body::empty()),
            false => read(&self.content, all).await?,
        };
        Ok(body.map(|body| response(status, self.headers(), body)))
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = self.whole.clone();
        headers.remove(SPARE_SLOT);
        date::set(&mut headers);
        headers
    }

    async fn send_part(&self, part: Part) -> io::Result<Option<Response<Body>>> {
        let Some(body) = read(&self.content, part).await? else {
            return Ok(None);
        };
        let last = part.first + part.len - 1;
        let range = format!("bytes {}-{last}/{}", part.first, self.content.len());
        let mut headers = self.headers();
        headers.insert(CONTENT_LENGTH, part.len.into());
        headers.insert(
            CONTENT_RANGE,
            HeaderValue::try_from(range).map_err(io::Error::other)?,
        );
        Ok(Some(response(StatusCode::PARTIAL_CONTENT, headers, body)))
    }

    fn unchanged(&self) -> Response<Body> {
        response(
            StatusCode::NOT_MODIFIED,
            self.unchanged.clone(),
            Body::empty(),
        )
    }

    fn unsatisfiable(&self) -> Response<Body> {
        let mut response = plain::text(StatusCode::RANGE_NOT_SATISFIABLE);
        let range = HeaderValue::try_from(format!("bytes */{}", self.content.len()));
        if let Ok(range) = range {
            response.headers_mut().insert(CONTENT_RANGE, range);
        }
        response
    }
}

/// The body with a part of the content; `None` if the file is gone.
async fn read(content: &Content, part: Part) -> io::Result<Option<Body>> {
    match content {
        Content::Memory(bytes) => {
            let index = |offset: u64| usize::try_from(offset).map_err(io::Error::other);
            let part = index(part.first)?..index(part.first + part.len)?;
            Ok(Some(bytes.slice(part).into()))
        }
        Content::Disk(path, stamp) => {
            let (path, stamp) = (path.clone(), *stamp);
            let source =
                spawn_blocking(move || Source::open(path, stamp, part.first, &READING)).await;
            let source = source.map_err(io::Error::other).flatten()?;
            Ok(source.map(|source| Body::stream(FileBody::new(source, part.len))))
        }
    }
}

fn unchanged_headers(
    validators: &Validators,
    description: &Description<'_>,
) -> io::Result<HeaderMap> {
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(ETAG, validators.etag.clone());
    if let Some(modified) = validators.modified {
        let date = httpdate::fmt_http_date(modified);
        headers.insert(LAST_MODIFIED, date.try_into().map_err(io::Error::other)?);
    }
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static(description.cache_control),
    );
    if description.varies {
        headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    Ok(headers)
}

fn whole_headers(
    mut headers: HeaderMap,
    len: u64,
    coding: Option<Coding>,
    description: &Description<'_>,
) -> io::Result<HeaderMap> {
    let content_type = HeaderValue::from_str(description.content_type);
    headers.insert(CONTENT_TYPE, content_type.map_err(io::Error::other)?);
    headers.insert(CONTENT_LENGTH, len.into());
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(coding) = coding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.token()));
    }
    headers.insert(DATE, HeaderValue::from_static(""));
    if description.content_type.starts_with("text/html") {
        headers.insert(SPARE_SLOT, HeaderValue::from_static(""));
    }
    Ok(headers)
}

/// A digest of the bytes, so that several servers of the same files agree; for a large file, of its stamp. The coding
/// is appended to be readable.
fn etag(content: &Content, coding: Option<Coding>) -> io::Result<HeaderValue> {
    let digest = match content {
        Content::Memory(bytes) => XxHash3_128::oneshot(bytes),
        Content::Disk(_, stamp) => stamp.digest(),
    };
    let etag = match coding {
        Some(coding) => format!("\"{digest:032x}-{}\"", coding.token()),
        None => format!("\"{digest:032x}\""),
    };
    HeaderValue::try_from(etag).map_err(io::Error::other)
}

/// The date in whole seconds, as HTTP has it; `None` for a placeholder or a date in the future.
fn public_date(modified: SystemTime, now: SystemTime) -> Option<SystemTime> {
    let age = modified.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let seconds = Duration::from_secs(age.as_secs());
    (seconds >= EARLIEST_DATE && modified <= now).then_some(SystemTime::UNIX_EPOCH + seconds)
}
