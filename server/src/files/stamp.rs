//! A stamp tells one state of a file from another without reading it.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use twox_hash::XxHash3_128;

use super::belief::Moment;

/// How long a file must have been unchanged before its stamp is certain to show the next change.
///
/// Kernels take file times from a clock that ticks every 1 to 10 ms: two edits within one tick leave the same stamp.
/// Git's index has the same problem and the same solution.
const SETTLES: Duration = Duration::from_millis(50);

/// The same for file systems that keep whole seconds; FAT keeps even seconds.
const SETTLES_ON_COARSE: Duration = Duration::from_millis(2500);

/// The state of a regular file: any edit or replacement of a settled file leaves another stamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Bytes.
    pub(super) len: u64,
    /// The date of last modification, which the owner can set.
    pub(super) modified: Option<SystemTime>,
    /// Nanoseconds since 1970 of the last change of any kind. Where the platform has them, nobody can set them.
    changed: i128,
    /// Device and inode, where the platform has them.
    identity: (u64, u64),
}

impl Stamp {
    /// The stamp of the regular file at `path`, links followed; `None` for anything else.
    pub(super) fn at(path: &Path) -> Option<Self> {
        Self::new(&std::fs::metadata(path).ok()?)
    }

    /// The stamp of a regular file; `None` for anything else.
    pub(super) fn new(metadata: &Metadata) -> Option<Self> {
        let (changed, identity) = platform::identify(metadata);
        metadata.is_file().then(|| Self {
            len: metadata.len(),
            modified: metadata.modified().ok(),
            changed,
            identity,
        })
    }

    /// Whether any change after `now` is certain to leave another stamp.
    pub(super) fn is_settled(&self, now: SystemTime) -> bool {
        let coarse = self.changed % 1_000_000_000 == 0;
        let settles = if coarse { SETTLES_ON_COARSE } else { SETTLES };
        self.changed + settles.as_nanos().cast_signed() <= nanoseconds(now)
    }

    /// Whether this is still the same file and not shorter. It may be longer: logs grow while they are read.
    pub(super) fn is_start_of(&self, now: &Self) -> bool {
        self.identity == now.identity && self.len <= now.len
    }

    /// A digest of the stamp, for files too large to digest themselves.
    pub(super) fn digest(&self) -> u128 {
        let modified = self.modified.map_or(0, nanoseconds);
        let (device, inode) = self.identity;
        let fields = [
            i128::from(self.len),
            modified,
            self.changed,
            device.into(),
            inode.into(),
        ];
        XxHash3_128::oneshot(&fields.map(i128::to_be_bytes).concat())
    }
}

/// A path, and what was there when an entry was made from it.
#[derive(Debug)]
pub(super) struct Sighting {
    pub(super) path: PathBuf,
    pub(super) stamp: Option<Stamp>,
    /// When it was last found unchanged, as [`Moment`] counts.
    confirmed: AtomicU64,
}

impl Sighting {
    /// Checks a path now.
    pub(super) fn of(path: PathBuf) -> Self {
        let stamp = Stamp::at(&path);
        Self {
            path,
            stamp,
            confirmed: AtomicU64::new(Moment::NEVER),
        }
    }

    /// Whether the same file is still there, or still none.
    pub(super) fn holds(&self, now: Moment) -> bool {
        if now.believes(self.confirmed.load(Ordering::Relaxed)) {
            return true;
        }
        let holds = Stamp::at(&self.path) == self.stamp;
        if holds {
            self.confirmed.store(now.get(), Ordering::Relaxed);
        }
        holds
    }
}

fn nanoseconds(time: SystemTime) -> i128 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => after.as_nanos().cast_signed(),
        Err(before) => -before.duration().as_nanos().cast_signed(),
    }
}

#[cfg(unix)]
mod platform {
    use std::fs::Metadata;
    use std::os::unix::fs::MetadataExt as _;

    pub(super) fn identify(metadata: &Metadata) -> (i128, (u64, u64)) {
        let changed =
            i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec());
        (changed, (metadata.dev(), metadata.ino()))
    }
}

#[cfg(not(unix))]
mod platform {
    use std::fs::Metadata;
    use std::time::SystemTime;

    pub(super) fn identify(metadata: &Metadata) -> (i128, (u64, u64)) {
        // The later of the two: a replacement is created late, whatever date it was given.
        let times = [metadata.created(), metadata.modified()];
        let latest = times.into_iter().flatten().max();
        (
            super::nanoseconds(latest.unwrap_or(SystemTime::UNIX_EPOCH)),
            (0, 0),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(changed_ns: i128, now_ns: u64, settled: bool) {
        let stamp = Stamp {
            len: 1,
            modified: None,
            changed: changed_ns,
            identity: (1, 1),
        };
        let now = SystemTime::UNIX_EPOCH + Duration::from_nanos(now_ns);
        assert_eq!(
            stamp.is_settled(now),
            settled,
            "changed {changed_ns}, now {now_ns}"
        );
    }

    #[test]
    fn a_file_settles_some_ticks_after_its_last_change() {
        check(1_000_000_001, 1_000_000_001, false);
        check(1_000_000_001, 1_050_000_000, false);
        check(1_000_000_001, 1_050_000_001, true);
        check(1_000_000_001, 9_000_000_000, true);
    }

    #[test]
    fn a_file_dated_in_whole_seconds_settles_after_two_of_them() {
        check(1_000_000_000, 1_050_000_001, false);
        check(1_000_000_000, 3_499_999_999, false);
        check(1_000_000_000, 3_500_000_000, true);
    }

    #[test]
    fn a_file_from_the_future_is_never_settled_and_one_from_before_1970_is() {
        check(9_000_000_001, 1_000_000_000, false);
        check(-5, 0, false);
        check(-1_000_000_000_001, 0, true);
    }

    #[test]
    fn folders_and_absent_files_have_no_stamp() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Stamp::at(dir.path()), None);
        assert_eq!(Stamp::at(&dir.path().join("absent")), None);
    }

    #[test]
    fn every_field_of_a_stamp_reaches_its_digest() {
        let stamp = Stamp {
            len: 1,
            modified: None,
            changed: 2,
            identity: (3, 4),
        };
        let others = [
            Stamp { len: 9, ..stamp },
            Stamp {
                modified: Some(SystemTime::UNIX_EPOCH + SETTLES),
                ..stamp
            },
            Stamp {
                changed: 9,
                ..stamp
            },
            Stamp {
                identity: (9, 4),
                ..stamp
            },
            Stamp {
                identity: (3, 9),
                ..stamp
            },
        ];
        for other in others {
            assert_ne!(other.digest(), stamp.digest(), "{other:?}");
        }
    }
}
