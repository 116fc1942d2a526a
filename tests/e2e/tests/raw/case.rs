//! The raw requests of `requests.txt`, which explains its own notation.

/// A request as bytes.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) kind: String,
    /// With its kind.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

/// All of them, in the file's order.
pub(crate) fn all() -> Vec<Case> {
    let mut kind = "";
    let mut cases = Vec::new();
    for line in include_str!("requests.txt").lines() {
        if let Some(heading) = line.strip_prefix("# ") {
            kind = heading;
        } else if !line.is_empty() && !line.starts_with("//") {
            cases.push(parse(kind, line));
        }
    }
    cases
}

fn parse(kind: &str, line: &str) -> Case {
    let (name, text) = line
        .split_once(" | ")
        .unwrap_or_else(|| panic!("no bar in {line:?}"));
    Case {
        kind: kind.to_string(),
        name: format!("{kind}: {name}"),
        bytes: with_length(bytes(text)),
    }
}

/// The bytes that a text stands for, but for `«len»`.
fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        rest = match first {
            '⏎' => pushed(&mut bytes, b"\r\n", after),
            '\\' => escaped(&mut bytes, after),
            '«' => bracketed(&mut bytes, after),
            _ => pushed(&mut bytes, first.to_string().as_bytes(), after),
        };
    }
    bytes
}

/// Adds `more`, and returns what remains of the text.
fn pushed<'a>(bytes: &mut Vec<u8>, more: &[u8], rest: &'a str) -> &'a str {
    bytes.extend_from_slice(more);
    rest
}

fn escaped<'a>(bytes: &mut Vec<u8>, text: &'a str) -> &'a str {
    let (sign, rest) = text.split_at(1);
    match sign {
        "r" => pushed(bytes, b"\r", rest),
        "n" => pushed(bytes, b"\n", rest),
        "t" => pushed(bytes, b"\t", rest),
        "0" => pushed(bytes, b"\0", rest),
        "\\" => pushed(bytes, b"\\", rest),
        "x" => {
            let (digits, rest) = rest.split_at(2);
            pushed(bytes, &[u8::from_str_radix(digits, 16).unwrap()], rest)
        }
        _ => panic!("no such escape: \\{sign}"),
    }
}

fn bracketed<'a>(bytes: &mut Vec<u8>, text: &'a str) -> &'a str {
    let (inside, rest) = text.split_once('»').expect("a closing bracket");
    match inside {
        "smuggled" => pushed(bytes, SMUGGLED.as_bytes(), rest),
        // Its value is known at the end only.
        "len" => pushed(bytes, "«".as_bytes(), rest),
        _ => {
            let (repeated, times) = inside.split_once('*').expect("a number of times");
            let repeated = self::bytes(repeated).repeat(times.parse().unwrap());
            pushed(bytes, &repeated, rest)
        }
    }
}

/// Puts the number of bytes after the first empty line where it is asked for.
fn with_length(bytes: Vec<u8>) -> Vec<u8> {
    let Some(place) = position(&bytes, "«".as_bytes()) else {
        return bytes;
    };
    let body = bytes.len() - position(&bytes, b"\r\n\r\n").unwrap() - 4;
    let (before, after) = bytes.split_at(place);
    [before, body.to_string().as_bytes(), &after["«".len()..]].concat()
}

/// Where `part` begins.
pub(crate) fn position(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

#[test]
fn the_notation_gives_bytes() {
    let check = |text, bytes: &[u8]| {
        assert_eq!(parse("", &format!("x | {text}")).bytes, bytes, "{text}");
    };
    check("a⏎\\r\\n\\t\\0\\xff\\\\", b"a\r\n\r\n\t\0\xff\\");
    check("«ab*3»c", b"abababc");
    check("«\\0\\n*2»", b"\0\n\0\n");
    check("L: «len»⏎⏎«a*12»", b"L: 12\r\n\r\naaaaaaaaaaaa");
    check("«smuggled»", SMUGGLED.as_bytes());
    assert_eq!(SMUGGLED.len(), 0x23);
}

#[test]
fn no_two_have_one_name() {
    let mut names: Vec<String> = all().into_iter().map(|case| case.name).collect();
    names.sort();
    for pair in names.windows(2) {
        assert_ne!(pair[0], pair[1]);
    }
}
