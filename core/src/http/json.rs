//! Looks things up in JSON, and in the object literals that some scripts store instead: names without quotes, and
//! single quotes. Nothing is kept but the place, so depth costs nothing.
//!
//! This is not a validator. It finds a member where a lenient parser would find it, and gives up where the text does
//! not add up; what it gives up on is not found.

use super::encoded::Encoded;

/// The whole of a value that nothing follows; `None` where the text ends too early or does not add up.
#[inline(never)]
pub(crate) fn whole(mut text: Encoded<'_>) -> Option<Encoded<'_>> {
    skip_blank(&mut text);
    let mut rest = text;
    skip(&mut rest)?;
    skip_blank(&mut rest);
    rest.next().is_none().then_some(text)
}

/// The value of a member of the object that begins here, or of an element of a list, by its number from 0 to 9.
#[inline(never)]
pub(crate) fn member<'a>(mut text: Encoded<'a>, name: &[u8]) -> Option<Encoded<'a>> {
    skip_blank(&mut text);
    let is_list = match text.next()? {
        b'{' => false,
        b'[' if name.first()?.is_ascii_digit() => true,
        _ => return None,
    };
    let mut index = b'0';
    loop {
        let found = if is_list {
            name == [index]
        } else {
            let found = word(&mut text, name, false)?;
            skip_blank(&mut text);
            if text.next() != Some(b':') {
                return None;
            }
            found
        };
        skip_blank(&mut text);
        if found {
            return Some(text);
        }
        index = index.wrapping_add(1);
        skip(&mut text)?;
        comma(&mut text)?;
    }
}

/// Whether the value that begins here says nothing: an empty list, object or text, or `null`.
pub(crate) fn is_empty(text: Encoded<'_>) -> bool {
    let mut inside = text;
    let opens = matches!(inside.next(), Some(b'[' | b'{'));
    skip_blank(&mut inside);
    let is = |word: &&[u8]| holds(text, word, true) == Some(true);
    opens && matches!(inside.peek(), Some(b']' | b'}')) || [&b""[..], b"null"].iter().any(is)
}

/// What the first element of the list that begins here begins with: a bracket where there is none.
pub(crate) fn first(text: Encoded<'_>) -> Option<u8> {
    member(text, b"0")?.peek()
}

/// Whether the value that begins here is `expected`, or is a list in which `expected` stands. What folds is compared
/// without regard to case.
#[inline(never)]
pub(crate) fn holds(mut text: Encoded<'_>, expected: &[u8], folds: bool) -> Option<bool> {
    skip_blank(&mut text);
    if text.peek() != Some(b'[') {
        return word(&mut text, expected, folds);
    }
    text.next();
    loop {
        skip_blank(&mut text);
        if text.peek() == Some(b']') {
            return Some(false);
        }
        if word(&mut text, expected, folds)? {
            return Some(true);
        }
        if comma(&mut text).is_none() {
            return Some(false);
        }
    }
}

/// Goes behind a comma; `None` where there is none.
fn comma(text: &mut Encoded<'_>) -> Option<()> {
    skip_blank(text);
    (text.next() == Some(b',')).then_some(())
}

/// Goes behind a word, quoted or not, and tells whether it is `expected`; `None` where a word is missing. An escaped
/// character stands for itself, so a `\u…` is not recognised.
#[inline(never)]
fn word(text: &mut Encoded<'_>, expected: &[u8], folds: bool) -> Option<bool> {
    skip_blank(text);
    let quote = text.peek().filter(|byte| matches!(byte, b'"' | b'\''));
    if quote.is_some() {
        text.next();
    }
    let (mut left, mut same, mut empty) = (expected, true, true);
    loop {
        let mut byte = match (text.peek(), quote) {
            (Some(byte), Some(_)) => byte,
            (Some(byte), None) if !delimits(byte) => byte,
            (_, None) if !empty => break,
            _ => return None,
        };
        text.next();
        if Some(byte) == quote {
            break;
        }
        if byte == b'\\' {
            byte = text.next()?;
        }
        empty = false;
        same &= left
            .split_off_first()
            .is_some_and(|other| *other == byte || folds && other.eq_ignore_ascii_case(&byte));
    }
    Some(same && left.is_empty())
}

/// Goes behind a value.
#[inline(never)]
fn skip(text: &mut Encoded<'_>) -> Option<()> {
    let mut depth = 0_usize;
    loop {
        skip_blank(text);
        match text.peek()? {
            b'{' | b'[' => {
                text.next();
                depth += 1;
            }
            b'}' | b']' => {
                text.next();
                depth = depth.checked_sub(1)?;
            }
            b',' | b':' if depth > 0 => {
                text.next();
                continue;
            }
            _ => {
                word(text, b"", false)?;
            }
        }
        if depth == 0 {
            return Some(());
        }
    }
}

#[inline(never)]
fn skip_blank(text: &mut Encoded<'_>) {
    while text.peek().is_some_and(|byte| byte <= b' ') {
        text.next();
    }
}

const fn delimits(byte: u8) -> bool {
    byte <= b' ' || matches!(byte, b',' | b':' | b'{' | b'}' | b'[' | b']' | b'"' | b'\'')
}
