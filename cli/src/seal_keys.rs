//! The keys that ids are sealed with: from the environment, or from a file that it names, never from the policy.

use std::fs;
use std::path::PathBuf;

use hardtack::SealKey;

use crate::error::{Error, Kind};

/// Holds the keys.
pub(crate) const VARIABLE: &str = "HARDTACK_SEAL_KEYS";
/// Names a file that holds them.
pub(crate) const FILE_VARIABLE: &str = "HARDTACK_SEAL_KEYS_FILE";

/// The keys, the one that seals first; none where nothing names any.
///
/// # Errors
///
/// A file that cannot be read, or something in it that is no key. No key is ever part of a message.
pub(crate) fn find() -> Result<Vec<SealKey>, Error> {
    if let Some(text) = std::env::var_os(VARIABLE) {
        return parse(&text.to_string_lossy(), VARIABLE);
    }
    let Some(path) = std::env::var_os(FILE_VARIABLE).map(PathBuf::from) else {
        return Ok(Vec::new());
    };
    let text = fs::read_to_string(&path)
        .map_err(|cause| Error::io(format!("cannot read `{}`", path.display()), &cause))?;
    parse(&text, &path.display().to_string())
}

/// Keys parted by blanks, line breaks or commas; what follows a `#` is a remark.
fn parse(text: &str, place: &str) -> Result<Vec<SealKey>, Error> {
    let lines = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default());
    let words = lines.flat_map(|line| line.split([' ', '\t', ',']));
    let words = words.filter(|word| !word.is_empty());
    let keys: Option<Vec<SealKey>> = words.map(key).collect();
    keys.ok_or_else(|| {
        Error::new(
            Kind::Policy,
            format!("`{place}` holds something that is no key"),
        )
        .hint("a key has 64 hex digits; `hardtack seal new-key` makes one")
    })
}

fn key(word: &str) -> Option<SealKey> {
    let mut bytes = [0; SealKey::LEN];
    if word.len() != 2 * SealKey::LEN || !word.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(word.get(2 * i..2 * i + 2)?, 16).ok()?;
    }
    Some(SealKey::new(bytes))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[track_caller]
    fn check(text: &str, expected: Option<usize>) {
        let keys = parse(text, "here").ok().map(|keys| keys.len());
        assert_eq!(keys, expected, "{text}");
    }

    #[test]
    fn keys_stand_in_a_list() {
        let (one, two) = ("0123456789abcdef".repeat(4), "AB".repeat(32));
        check("", Some(0));
        check(&one, Some(1));
        check(&format!("{one},{two}"), Some(2));
        check(&format!("# new\n{one}\n{two} # old\n"), Some(2));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        check("secret", None);
        check(&"0".repeat(63), None);
        check(&"0".repeat(65), None);
        check(&"g".repeat(64), None);
        check(&format!("{} +{}", "0".repeat(64), "0".repeat(63)), None);
    }
}
