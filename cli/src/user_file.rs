//! Files that people name or keep: read up to a size, and for their owner's eyes where they hold a secret.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use hardtack::Settings;

use crate::output::Output;

/// More than any policy, list of keys or function has.
pub(crate) const TEXT_BYTES: u64 = 1 << 20;

/// Reads a file of up to `limit` bytes: a device such as `/dev/zero` never ends.
///
/// # Errors
///
/// [`io::ErrorKind::FileTooLarge`] if it has more; whatever the system says if it cannot be read.
pub(crate) fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 <= limit {
        true => Ok(bytes),
        false => Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it has more than {limit} bytes"),
        )),
    }
}

/// Reads a text of up to [`TEXT_BYTES`].
///
/// # Errors
///
/// Those of [`read`], and [`io::ErrorKind::InvalidData`] if it is not UTF-8.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    let not_text = |_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text");
    String::from_utf8(read(path, TEXT_BYTES)?).map_err(not_text)
}

/// Who may read a file that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Those whom the system lets read new files.
    Usual,
    /// Its owner alone.
    Owner,
}

impl Readers {
    /// Those of an artifact: under a policy that seals ids, it holds the keys.
    pub(crate) const fn of(settings: &Settings) -> Self {
        match settings.id.sealed {
            true => Self::Owner,
            false => Self::Usual,
        }
    }

    /// Writes a file.
    ///
    /// # Errors
    ///
    /// Whatever the system says.
    pub(crate) fn write(self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Usual => fs::write(path, bytes),
            Self::Owner => write_secret(path, bytes),
        }
    }
}

/// Writes a file that its owner alone can read, whether it is new or was readable for others.
///
/// # Errors
///
/// Whatever the system says.
pub(crate) fn write_secret(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, OWNER_ONLY);
    let mut file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(OWNER_ONLY))?;
    file.write_all(bytes)
}

/// Warns of a file with a secret that other users of this machine can read.
pub(crate) fn warn_if_shared(path: &Path, output: &Output) {
    if is_shared(path) {
        let path = path.display();
        output.warning(format_args!(
            "`{path}` holds a secret, and others can read it"
        ));
        output.hint(format_args!("`chmod 600 {path}` takes that away"));
    }
}

#[cfg(unix)]
const OWNER_ONLY: u32 = 0o600;

#[cfg(unix)]
fn is_shared(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let user = rustix::process::geteuid().as_raw();
    fs::metadata(path)
        .is_ok_and(|file| file.is_file() && is_shared_mode(file.mode(), file.uid(), user))
}

/// Whether its group or everybody can read or write it. Root may give a file to this user by its group, as systemd does
/// with credentials and Kubernetes with volumes; PostgreSQL has the same rule.
#[cfg(unix)]
const fn is_shared_mode(mode: u32, owner: u32, user: u32) -> bool {
    let others = match owner {
        0 if user != 0 => 0o026,
        _ => 0o066,
    };
    mode & others != 0
}

/// Elsewhere, permissions are lists that a program cannot judge.
#[cfg(not(unix))]
fn is_shared(_: &Path) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(path: &Path) -> Option<u32> {
        Some(fs::metadata(path).ok()?.permissions().mode() & 0o777)
    }

    #[test]
    fn a_secret_is_its_owners_even_where_it_was_not() {
        let folder = tempfile::tempdir().unwrap();
        let (new, old) = (folder.path().join("new"), folder.path().join("old"));
        fs::write(&old, "a long text that was here before").unwrap();
        fs::set_permissions(&old, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(is_shared(&old));
        for path in [new, old] {
            write_secret(&path, b"secret").unwrap();
            assert_eq!(
                (fs::read(&path).unwrap(), mode(&path)),
                (b"secret".to_vec(), Some(0o600))
            );
            assert!(!is_shared(&path));
        }
        assert!(!is_shared(Path::new("/dev/null")));
    }

    #[test]
    fn root_may_share_a_file_with_the_group_of_its_reader() {
        let (root, user) = (0, 1000);
        assert!(!is_shared_mode(0o440, root, user));
        assert!(is_shared_mode(0o444, root, user));
        assert!(is_shared_mode(0o660, root, user));
        assert!(is_shared_mode(0o440, root, root));
        assert!(is_shared_mode(0o440, user, user));
    }

    #[test]
    fn what_never_ends_is_too_large() {
        let error = read(Path::new("/dev/zero"), 1000).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(&file, [b'x'; 1000]).unwrap();
        assert_eq!(read(file.path(), 1000).unwrap().len(), 1000);
        assert!(read(file.path(), 999).is_err());
    }
}
