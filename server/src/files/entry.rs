//! The entry of a name that has a file: what was found on disk, and what is sent for it.

use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::belief::Moment;
use super::encoding::{Accepted, Coding};
use super::path::{Moved, Name};
use super::representation::{Description, Representation};
use super::root::Root;
use super::source::{Reading, Source};
use super::stamp::{Sighting, Stamp};
use super::{content_type, freshness};
use crate::throttle::Throttle;

/// How often a file is read again because it changed meanwhile, before it is sent as it is.
const ATTEMPTS: u32 = 4;

/// By how much a sibling may be older than its file and still count as made from it: archives and copies keep dates in
/// whole or even seconds only.
const SIBLING_LAG: Duration = Duration::from_secs(2);

/// An estimate of the memory of an entry besides its content, in bytes: headers, paths, stamps.
const OVERHEAD: u64 = 4 * 1024;

/// What is sent for a name, and the files that this depends on.
#[derive(Debug)]
pub(super) struct Entry {
    /// The name's candidates in order, up to the one that is sent.
    candidates: Vec<Sighting>,
    moved: Option<Moved>,
    file: Representation,
    siblings: Vec<Sibling>,
    /// Whether no file changed while it was read, and each later change is certain to be detected. If not, the entry is
    /// valid for one response only.
    lasting: bool,
}

/// A possible precompressed sibling.
#[derive(Debug)]
struct Sibling {
    coding: Coding,
    seen: Sighting,
    representation: Option<Representation>,
}

impl Entry {
    /// Reads the file that a name stands for; `None` if there is none.
    pub(super) fn load(root: &Root, name: &Name<'_>) -> io::Result<Option<Self>> {
        let mut draft = Draft::read(root, name)?;
        for _ in 1..ATTEMPTS {
            if draft.as_ref().is_none_or(Draft::is_intact) {
                break;
            }
            draft = Draft::read(root, name)?;
        }
        draft.map(Draft::finish).transpose()
    }

    /// Whether the files would give the same response to such a request if they were read again.
    ///
    /// Siblings that the request does not accept are not checked, nor is what was checked a moment ago.
    pub(super) fn is_fresh(&self, accepted: &Accepted, now: Moment) -> bool {
        let holds = |sibling: &Sibling| !accepted.admits(sibling.coding) || sibling.seen.holds(now);
        self.lasting
            && self.candidates.iter().all(|seen| seen.holds(now))
            && self.siblings.iter().all(holds)
    }

    /// Whether the page has another address than the name that it was found by.
    pub(super) const fn moved(&self) -> Option<Moved> {
        self.moved
    }

    /// The representation to send.
    pub(super) fn best(&self, accepted: &Accepted) -> &Representation {
        let available = self
            .siblings
            .iter()
            .filter(|sibling| sibling.representation.is_some());
        let coding = accepted.best(available.map(|sibling| sibling.coding));
        let sibling = self
            .siblings
            .iter()
            .find(|sibling| Some(sibling.coding) == coding);
        sibling
            .and_then(|sibling| sibling.representation.as_ref())
            .unwrap_or(&self.file)
    }

    /// An estimate of the memory used, in bytes.
    pub(super) fn weight(&self) -> u64 {
        let siblings = self
            .siblings
            .iter()
            .flat_map(|sibling| &sibling.representation);
        let representations = siblings.chain([&self.file]);
        OVERHEAD + representations.map(Representation::weight).sum::<u64>()
    }
}

#[cfg(test)]
impl Entry {
    pub(super) fn is_lasting(&self) -> bool {
        self.lasting
    }
}

/// An unfinished entry: files read, headers not yet made.
struct Draft {
    /// When the first file was checked.
    began: SystemTime,
    candidates: Vec<Sighting>,
    /// The path, below the root, of the file that is sent.
    below: String,
    moved: Option<Moved>,
    stamp: Stamp,
    file: Reading,
    siblings: [SiblingDraft; 3],
}

struct SiblingDraft {
    coding: Coding,
    seen: Sighting,
    reading: io::Result<Option<Reading>>,
}

impl Draft {
    fn read(root: &Root, name: &Name<'_>) -> io::Result<Option<Self>> {
        let began = SystemTime::now();
        let mut candidates = Vec::new();
        for below in name.candidates() {
            let seen = Sighting::of(root.join(&below));
            let source = Source::admit(root, &seen);
            candidates.push(seen);
            let Some(source) = source else { continue };
            let Some(file) = source.read()? else { break };
            let stamp = source.stamp;
            let siblings =
                Coding::ALL.map(|coding| SiblingDraft::read(root, &below, coding, &stamp));
            return Ok(Some(Self {
                began,
                candidates,
                moved: name.moved(&below),
                below,
                stamp,
                file,
                siblings,
            }));
        }
        Ok(None)
    }

    fn is_intact(&self) -> bool {
        self.file.intact && self.siblings.iter().all(SiblingDraft::is_intact)
    }

    fn is_settled(&self) -> bool {
        let siblings = self.siblings.iter().map(|sibling| &sibling.seen);
        let stamps = self
            .candidates
            .iter()
            .chain(siblings)
            .filter_map(|seen| seen.stamp);
        stamps.into_iter().all(|stamp| stamp.is_settled(self.began))
    }

    fn finish(self) -> io::Result<Entry> {
        let lasting = self.is_intact() && self.is_settled();
        let is_utf8 = self.file.content.may_be_utf8();
        let content_type = content_type::of(Path::new(&self.below), is_utf8);
        let description = Description {
            cache_control: freshness::of(&self.below, &content_type),
            content_type: &content_type,
            varies: self
                .siblings
                .iter()
                .any(|sibling| matches!(sibling.reading, Ok(Some(_)))),
            now: self.began,
        };
        let file = Representation::new(self.file.content, None, self.stamp.modified, &description)?;
        let siblings = self
            .siblings
            .into_iter()
            .map(|sibling| sibling.finish(&description));
        Ok(Entry {
            candidates: self.candidates,
            moved: self.moved,
            file,
            siblings: siblings.collect::<io::Result<_>>()?,
            lasting,
        })
    }
}

impl SiblingDraft {
    fn read(root: &Root, below: &str, coding: Coding, file: &Stamp) -> Self {
        let seen = Sighting::of(root.join(&format!("{below}.{}", coding.extension())));
        let source = Source::admit(root, &seen).filter(|source| !is_outdated(&source.stamp, file));
        let reading = source.map_or(Ok(None), |source| source.read());
        if let Err(error) = &reading {
            warn(&seen, error);
        }
        Self {
            coding,
            seen,
            reading,
        }
    }

    /// A sibling that cannot be read now may be readable at the next attempt.
    fn is_intact(&self) -> bool {
        self.reading
            .as_ref()
            .is_ok_and(|reading| reading.as_ref().is_none_or(|reading| reading.intact))
    }

    fn finish(self, description: &Description<'_>) -> io::Result<Sibling> {
        let modified = self.seen.stamp.and_then(|stamp| stamp.modified);
        let reading = self.reading.unwrap_or(None);
        let representation = reading.map(|reading| {
            Representation::new(reading.content, Some(self.coding), modified, description)
        });
        Ok(Sibling {
            coding: self.coding,
            seen: self.seen,
            representation: representation.transpose()?,
        })
    }
}

/// Says that a sibling cannot be read. It is tried again for each request.
fn warn(seen: &Sighting, error: &io::Error) {
    static SKIPPED: Throttle = Throttle::new();
    if let Some(count) = SKIPPED.count() {
        tracing::warn!(path = %seen.path.display(), %error, count, "precompressed file is skipped");
    }
}

/// Whether a sibling was made from an earlier version of its file.
fn is_outdated(sibling: &Stamp, file: &Stamp) -> bool {
    match (sibling.modified, file.modified) {
        (Some(sibling), Some(file)) => file
            .duration_since(sibling)
            .is_ok_and(|lag| lag > SIBLING_LAG),
        _ => false,
    }
}
