//! The zip that is uploaded to Lambda, unpacked into a folder of its own.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::limits::LAMBDA_UNPACKED_BYTES;

/// What runs the function in Node.
const DRIVER: &str = include_str!("driver.mjs");
/// What makes a module of a CloudFront Function.
const FUNCTION: &str = include_str!("function.mjs");

/// What every zip begins with.
const ZIP: &[u8] = b"PK";

/// What an artifact is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Product {
    /// Lambda@Edge: a zip.
    LambdaEdge,
    /// CloudFront Functions: one file of JavaScript.
    Function,
}

/// Where the function's module may be, in Lambda's order.
const INDEXES: [&str; 2] = ["index.mjs", "index.js"];

/// An unpacked artifact. The folder goes away with it.
#[derive(Debug)]
pub(super) struct Unpacked {
    folder: TempDir,
    pub(super) index: PathBuf,
    pub(super) product: Product,
}

/// Why a zip could not be unpacked.
#[derive(Debug)]
pub(super) enum UnpackError {
    /// The file could not be read, or the folder not be written.
    Io(io::Error),
    /// It is not a zip, or not one that Lambda would take.
    Invalid(String),
}

impl Unpacked {
    /// Unpacks a zip, or takes a file of JavaScript for a function.
    pub(super) fn open(file: &Path) -> Result<Self, UnpackError> {
        let source = fs::read(file)?;
        match std::str::from_utf8(&source) {
            Ok(text) if !source.starts_with(ZIP) && text.contains("function handler") => {
                Self::function(text)
            }
            _ => Self::zip(file),
        }
    }

    fn function(source: &str) -> Result<Self, UnpackError> {
        let folder = TempDir::with_prefix("hardtack-edge-")?;
        fs::write(folder.path().join("driver.mjs"), DRIVER)?;
        let root = folder.path().join("function");
        fs::create_dir(&root)?;
        fs::write(root.join("function.js"), source)?;
        let index = root.join("index.mjs");
        fs::write(&index, FUNCTION)?;
        Ok(Self {
            folder,
            index,
            product: Product::Function,
        })
    }

    fn zip(zip: &Path) -> Result<Self, UnpackError> {
        let mut archive = ZipArchive::new(File::open(zip)?)?;
        let folder = TempDir::with_prefix("hardtack-edge-")?;
        fs::write(folder.path().join("driver.mjs"), DRIVER)?;
        let root = folder.path().join("function");
        fs::create_dir(&root)?;
        unpack(&mut archive, &root)?;
        let index = INDEXES.map(|name| root.join(name));
        let index = index.into_iter().find(|path| path.is_file());
        let index =
            index.ok_or_else(|| UnpackError::Invalid("it holds no index.mjs".to_string()))?;
        Ok(Self {
            folder,
            index,
            product: Product::LambdaEdge,
        })
    }

    /// The script that runs the function.
    pub(super) fn driver(&self) -> PathBuf {
        self.folder.path().join("driver.mjs")
    }

    /// Where the function is.
    pub(super) fn root(&self) -> PathBuf {
        self.folder.path().join("function")
    }
}

fn unpack(archive: &mut ZipArchive<File>, root: &Path) -> Result<(), UnpackError> {
    let mut left = LAMBDA_UNPACKED_BYTES;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let Some(name) = entry.enclosed_name() else {
            let why = "a name in it leads out of it".to_string();
            return Err(UnpackError::Invalid(why));
        };
        let path = root.join(name);
        if entry.is_dir() {
            fs::create_dir_all(path)?;
            continue;
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let written = io::copy(&mut entry.by_ref().take(left + 1), &mut File::create(path)?)?;
        left = left.checked_sub(written).ok_or_else(|| {
            UnpackError::Invalid("it unpacks to more than the 250 MB that Lambda takes".to_string())
        })?;
    }
    Ok(())
}

impl From<io::Error> for UnpackError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                Self::Invalid(error.to_string())
            }
            _ => Self::Io(error),
        }
    }
}

impl From<ZipError> for UnpackError {
    fn from(error: ZipError) -> Self {
        match error {
            ZipError::Io(error) => error.into(),
            other => Self::Invalid(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use tempfile::NamedTempFile;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::{UnpackError, Unpacked};

    #[track_caller]
    fn open(files: &[(&str, &str)]) -> Result<Unpacked, UnpackError> {
        let file = NamedTempFile::new().unwrap();
        let mut zip = ZipWriter::new(file.reopen().unwrap());
        for (name, text) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap();
        Unpacked::open(file.path())
    }

    #[track_caller]
    fn check_invalid(files: &[(&str, &str)], why: &str) {
        match open(files) {
            Err(UnpackError::Invalid(message)) => assert!(message.contains(why), "{message}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_zip_is_unpacked_and_goes_away_again() {
        let unpacked = open(&[("index.mjs", "one"), ("lib/two.mjs", "two")]).unwrap();
        assert_eq!(std::fs::read_to_string(&unpacked.index).unwrap(), "one");
        let below = unpacked.root().join("lib/two.mjs");
        assert_eq!(std::fs::read_to_string(&below).unwrap(), "two");
        drop(unpacked);
        assert!(!below.exists());
    }

    #[test]
    fn commonjs_does_where_there_is_no_module() {
        assert!(
            open(&[("index.js", "")])
                .unwrap()
                .index
                .ends_with("index.js")
        );
        let both = open(&[("index.js", ""), ("index.mjs", "")]).unwrap();
        assert!(both.index.ends_with("index.mjs"));
    }

    #[test]
    fn what_lambda_would_not_run_is_refused() {
        check_invalid(&[], "no index.mjs");
        check_invalid(&[("src/index.mjs", "")], "no index.mjs");
        check_invalid(&[("../index.mjs", "")], "leads out");
    }

    #[test]
    fn anything_but_a_zip_is_refused() {
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(b"export const handler = 1;").unwrap();
        assert!(matches!(
            Unpacked::open(file.path()),
            Err(UnpackError::Invalid(_))
        ));
    }
}
