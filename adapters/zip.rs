//! Zips that are the same, to the byte, wherever and whenever they are made of the same files.

use std::io::{Cursor, Write as _};

pub use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use hardtack_platform::File;

/// From 10 on it is zopfli, which takes a twentieth off what deflate does at its best; more rounds take off no more.
const LEVEL: i64 = 10;

/// Lambda reads the files as another user than the one who packed them.
const READABLE: u32 = 0o644;

/// Packs files, in the order of their names.
///
/// # Errors
///
/// Only if there is more than a zip can hold.
pub fn zip(mut files: Vec<File>) -> Result<Vec<u8>, ZipError> {
    files.sort_by_key(|file| file.name);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        // The earliest time that a zip can tell: a build's own would make each one differ.
        .last_modified_time(DateTime::DEFAULT)
        .system(System::Unix)
        .unix_permissions(READABLE);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for file in &files {
        zip.start_file(file.name, options)?;
        zip.write_all(&file.bytes)?;
    }
    zip.finish().map(Cursor::into_inner)
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::{File, zip};

    fn file(name: &'static str, text: &str) -> File {
        File {
            name,
            bytes: text.as_bytes().to_vec().into(),
        }
    }

    #[test]
    fn the_order_of_the_files_does_not_matter() {
        let one = zip(vec![file("a", "1"), file("b", "2")]).unwrap();
        let other = zip(vec![file("b", "2"), file("a", "1")]).unwrap();
        assert_eq!(one, other);
        assert_ne!(one, zip(vec![file("a", "1"), file("b", "3")]).unwrap());
    }

    #[test]
    fn a_zip_is_the_same_on_every_machine() {
        let bytes = zip(vec![file(
            "index.mjs",
            &"export const handler = 1;\n".repeat(9),
        )])
        .unwrap();
        insta::assert_snapshot!(sha256(&bytes), @"99299303c1984163d38329cf5e8d449c4211e782c51c41a47f5decebcb464991");
    }

    fn sha256(bytes: &[u8]) -> String {
        let digest = Sha256::digest(bytes);
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
