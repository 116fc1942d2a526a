//! The fast path of rule 6: it recognises the `User-Agent` of most browsers, so that no pattern has to be looked for.
//!
//! It knows the pieces that browsers put their texts together from. A test proves that no pattern of a bot can stand in
//! any sequence of them, so the fast path never changes an answer.

use crate::http::text;

/// What stands between the numbers of a browser's text, by the third byte, and a longer piece before the shorter one
/// that it begins with. No pattern of a bot can be found in any sequence of these, whatever the numbers: a test proves
/// it.
///
/// Chromium says the same for ever of most systems, numbers and all, so most texts are three pieces.
const PIECES: [&[u8]; 28] = [
    b"(Windows NT 10.0; Win64; x64",
    b"(Linux; Android 10; K",
    b" like Mac OS X",
    b" Firefox/",
    b"(Linux; Android ",
    b"(Windows NT ",
    b") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/",
    b") AppleWebKit/",
    b" Safari/",
    b"(Macintosh; Intel Mac OS X ",
    b" SamsungBrowser/",
    b" Mobile",
    b"(iPhone; CPU iPhone OS ",
    b" OPR/",
    b"(iPad; CPU OS ",
    b" (KHTML, like Gecko)",
    b"; K",
    b" Version/",
    b"/15E148",
    b" Edg/",
    b" EdgA/",
    b"; rv:",
    b" CriOS/",
    b") Gecko/",
    b"; x",
    b"(X11; Linux x",
    b" Chrome/",
    b"; Win",
];

/// The pieces in one row, without their lengths: half as large as a list of them.
static ROW: [u8; END as usize] = row();
/// Where each piece begins in the row, and the last one ends.
static STARTS: [u16; PIECES.len() + 1] = starts();
/// The third byte of each piece, which tells most of them apart; those that share one stand next to each other.
static THIRD: [u8; PIECES.len()] = third();
/// Where the pieces with a third byte begin; past the end for a byte that none has.
static FIRST: [u8; 128] = first();

const END: u16 = starts()[PIECES.len()];

/// Whether a `User-Agent` is `Mozilla/5.0 (`, and then made of [`PIECES`] and numbers only, in any order. `false` says
/// nothing.
pub(super) fn is_browsers(user_agent: &[u8]) -> bool {
    let Some(text) = text::strip_prefix(b"Mozilla/5.0 ", user_agent) else {
        return false;
    };
    let mut rest = text;
    while let Some(behind) = behind_piece(rest) {
        rest = without_number(behind);
    }
    rest.is_empty() && text.starts_with(b"(")
}

/// Behind the piece that a text begins with.
fn behind_piece(text: &[u8]) -> Option<&[u8]> {
    let byte = *text.get(2)?;
    let mut at = usize::from(*FIRST.get(usize::from(byte))?);
    while THIRD.get(at) == Some(&byte) {
        let behind = text::strip_prefix(piece(at), text);
        if behind.is_some() {
            return behind;
        }
        at += 1;
    }
    None
}

fn piece(at: usize) -> &'static [u8] {
    let [begin, end] = [at, at + 1].map(|at| STARTS.get(at).copied().map_or(0, usize::from));
    ROW.get(begin..end).unwrap_or_default()
}

/// Behind digits, and the dots and underscores between them.
fn without_number(text: &[u8]) -> &[u8] {
    let is_digit = |b: &u8| matches!(b, b'0'..=b'9' | b'.' | b'_');
    let end = text.iter().position(|b| !is_digit(b));
    end.and_then(|end| text.get(end..)).unwrap_or_default()
}

const fn starts() -> [u16; PIECES.len() + 1] {
    let (mut starts, mut i) = ([0; PIECES.len() + 1], 0);
    while i < PIECES.len() {
        starts[i + 1] = starts[i] + PIECES[i].len() as u16;
        i += 1;
    }
    starts
}

const fn third() -> [u8; PIECES.len()] {
    let (mut third, mut i) = ([0; PIECES.len()], 0);
    while i < PIECES.len() {
        third[i] = PIECES[i][2];
        i += 1;
    }
    third
}

const fn first() -> [u8; 128] {
    let (mut first, mut i) = ([PIECES.len() as u8; 128], PIECES.len());
    while i > 0 {
        i -= 1;
        first[PIECES[i][2] as usize] = i as u8;
    }
    first
}

const fn row() -> [u8; END as usize] {
    let (mut row, mut i) = ([0; END as usize], 0);
    while i < PIECES.len() {
        let (_, space) = row.split_at_mut(starts()[i] as usize);
        let (space, _) = space.split_at_mut(PIECES[i].len());
        space.copy_from_slice(PIECES[i]);
        i += 1;
    }
    row
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::format;
    use std::string::String;

    use super::{PIECES, is_browsers};
    use crate::rules::bots::bot_patterns;

    #[track_caller]
    fn check(user_agent: &str, expected: bool) {
        assert_eq!(is_browsers(user_agent.as_bytes()), expected, "{user_agent}");
    }

    #[test]
    fn most_browsers_are_told() {
        for user_agent in [
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 OPR/126.0.0.0",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0.7444.77 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0",
            "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
        ] {
            check(user_agent, true);
        }
    }

    #[test]
    fn what_says_more_is_looked_at() {
        check("", false);
        check("Mozilla/5.0", false);
        check("Mozilla/5.0 Firefox/145.0", false);
        check(
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            false,
        );
        check(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0 Safari/537.36",
            false,
        );
        check(
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1)",
            false,
        );
    }

    /// In lower case, and each number as one digit: what stands in a text stands in its outline, too.
    fn outline(text: &str) -> String {
        let mut outline = String::new();
        for char in text.to_lowercase().chars() {
            match char {
                '0'..='9' | '.' | '_' if outline.ends_with('1') => {}
                '0'..='9' | '.' | '_' => outline.push('1'),
                _ => outline.push(char),
            }
        }
        outline
    }

    #[test]
    fn pieces_with_the_same_third_byte_stand_together() {
        let mut thirds = PIECES.map(|piece| piece[2]).to_vec();
        thirds.dedup();
        let distinct = thirds.len();
        thirds.sort_unstable();
        thirds.dedup();
        assert_eq!(thirds.len(), distinct);
    }

    #[test]
    fn no_piece_hides_a_longer_one() {
        for (at, one) in PIECES.iter().enumerate() {
            let hidden = |other: &&&[u8]| other.starts_with(one);
            assert_eq!(PIECES[at + 1..].iter().find(hidden), None);
        }
    }

    /// A pattern that holds no whole piece touches two of them at most, with a number in between or without.
    #[test]
    fn no_pattern_can_stand_in_what_is_told_at_a_glance() {
        let text = |piece: &[u8]| String::from_utf8(piece.to_vec()).unwrap();
        let pieces = PIECES.map(text);
        for pattern in bot_patterns().filter(|pattern| !pattern.is_peoples()) {
            let pattern = outline(pattern.text());
            for one in &pieces {
                assert!(!pattern.contains(&outline(one)), "{pattern} holds {one}");
                for other in &pieces {
                    for number in ["", "1"] {
                        let both = outline(&format!("{one}{number}{other}{number}"));
                        assert!(!both.contains(&pattern), "{pattern} stands in {both}");
                    }
                }
            }
        }
    }
}
