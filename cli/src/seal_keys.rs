//! The keys for sealed ids: from the environment, or from a file that it names, never from the policy.

use std::fs;
use std::path::PathBuf;

use hardtack::SealKey;

use crate::error::{Error, Kind};

/// The variable that holds the keys.
pub(crate) const VARIABLE: &str = "HARDTACK_SEAL_KEYS";
/// The variable that names a file with the keys.
pub(crate) const FILE_VARIABLE: &str = "HARDTACK_SEAL_KEYS_FILE";

/// The keys; the first one seals. Empty if neither variable is set.
///
/// # Errors
///
/// If the file cannot be read, or contains something that is not a valid key. No message ever contains a key.
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

/// Keys separated by spaces, line breaks or commas. A `#` starts a comment.
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
            format!("`{place}` contains something that is not a valid key"),
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
    fn keys_are_a_list() {
        let (one, two) = ("0123456789abcdef".repeat(4), "AB".repeat(32));
        check("", Some(0));
        check(&one, Some(1));
        check(&format!("{one},{two}"), Some(2));
        check(&format!("# new\n{one}\n{two} # old\n"), Some(2));
    }

    #[test]
    fn an_invalid_key_is_refused() {
        check("secret", None);
        check(&"0".repeat(63), None);
        check(&"0".repeat(65), None);
        check(&"g".repeat(64), None);
        check(&format!("{} +{}", "0".repeat(64), "0".repeat(63)), None);
    }
}
