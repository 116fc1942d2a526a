//! The keys for sealed ids: from the environment, or from a file that it names, never from the policy.

use std::collections::HashSet;
use std::path::PathBuf;

use hardtack::SealKey;

use crate::error::{Error, Kind};
use crate::output::Output;
use crate::user_file;

/// The variable that holds the keys.
pub(crate) const VARIABLE: &str = "HARDTACK_SEAL_KEYS";
/// The variable that names a file with the keys.
pub(crate) const FILE_VARIABLE: &str = "HARDTACK_SEAL_KEYS_FILE";

/// What the examples call such a file.
pub(crate) const EXAMPLE_FILE: &str = "seal.keys";

/// The keys; the first one seals. Empty if neither variable is set.
///
/// # Errors
///
/// If the file cannot be read, or contains something that is not a valid key. No message ever contains a key.
pub(crate) fn find() -> Result<Vec<SealKey>, Error> {
    if let Some(text) = std::env::var_os(VARIABLE) {
        return parse(&text.to_string_lossy(), VARIABLE);
    }
    let Some(path) = file() else {
        return Ok(Vec::new());
    };
    let text = user_file::read_text(&path)
        .map_err(|cause| Error::io(format!("cannot read `{}`", path.display()), &cause))?;
    parse(&text, &path.display().to_string())
}

/// Warns of a file with keys that others can read.
pub(crate) fn warn_if_shared(output: &Output) {
    if let Some(path) = file() {
        user_file::warn_if_shared(&path, output);
    }
}

/// The file with the keys, unless the environment has them itself.
pub(crate) fn file() -> Option<PathBuf> {
    match std::env::var_os(VARIABLE) {
        Some(_) => None,
        None => std::env::var_os(FILE_VARIABLE).map(PathBuf::from),
    }
}

/// Keys separated by spaces, line breaks or commas. A `#` starts a comment.
fn parse(text: &str, place: &str) -> Result<Vec<SealKey>, Error> {
    let lines = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default());
    let words = lines.flat_map(|line| line.split([' ', '\t', ',']));
    let words = words.filter(|word| !word.is_empty());
    let keys: Option<Vec<SealKey>> = words.map(key).collect();
    let fail = |problem: &str, hint| {
        Error::new(Kind::Policy, format!("`{place}` contains {problem}")).hint(hint)
    };
    let keys = keys.ok_or_else(|| {
        fail(
            "something that is not a valid key",
            "a key has 64 hex digits; `hardtack seal new-key` makes one",
        )
    })?;
    match keys.iter().any(is_guessable) {
        true => Err(fail(
            "a key that can be guessed: its bytes repeat",
            "use a random key: `hardtack seal new-key` makes one",
        )),
        false => Ok(keys),
    }
}

/// Whether somebody typed the key: of 32 random bytes, 16 or more differ but for one key in 10¹⁵.
fn is_guessable(key: &SealKey) -> bool {
    key.bytes().iter().collect::<HashSet<_>>().len() < 16
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

    const ONE: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    #[test]
    fn keys_are_a_list() {
        let (one, two) = (ONE, ONE.to_uppercase());
        check("", Some(0));
        check(one, Some(1));
        check(&format!("{one},{two}"), Some(2));
        check(&format!("# new\n{one}\n{two} # old\n"), Some(2));
    }

    #[test]
    fn an_invalid_key_is_refused() {
        check("secret", None);
        check(&"0".repeat(63), None);
        check(&"0".repeat(65), None);
        check(&"g".repeat(64), None);
        check(&format!("{ONE} +{}", "0".repeat(63)), None);
    }

    #[test]
    fn a_key_that_somebody_typed_is_refused() {
        check(&"0".repeat(64), None);
        check(&"f".repeat(64), None);
        check(&"ab".repeat(32), None);
        check(&"0123456789abcdef".repeat(4), None);
        check(&format!("{ONE},{}", "0".repeat(64)), None);
        let sixteen = format!("{}{}", &ONE[..32], "00".repeat(16));
        check(&sixteen, Some(1));
        check(&sixteen.replace("0f", "00"), None);
    }
}
