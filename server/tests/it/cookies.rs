//! A hundred thousand requests with random cookies of every kind, from a seeded generator.

use std::fs;
use std::net::TcpStream;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use hardtack_server::Config;
use rand::rngs::SmallRng;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand::{RngExt as _, SeedableRng as _};

use crate::served::{Served, usual};
use crate::wire::Wire;

const REQUESTS: usize = 100_000;
const CONNECTIONS: usize = 4;
const LARGEST: usize = 16 * 1024;

/// Sent in one piece, so that requests wait for each other in every buffer on the way.
const BATCH: usize = 32 * 1024;

#[test]
fn a_hundred_thousand_random_cookie_headers_are_all_read_correctly() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("index.html"), "<p>hi").unwrap();
    fs::write(folder.path().join("style.css"), "p {}").unwrap();
    let config = Config {
        workers: 2.try_into().unwrap(),
        ..usual()
    };
    let server = Served::folder(folder.path(), config);
    let clients: Vec<_> = (0..CONNECTIONS as u64)
        .map(|seed| {
            let (wire, (report, reports)) = (server.wire(), mpsc::channel());
            let stream = wire.stream.try_clone().unwrap();
            thread::spawn(move || ask(stream, seed, &report));
            thread::spawn(move || check(wire, &reports))
        })
        .collect();
    let counts = clients.into_iter().map(|client| client.join().unwrap());
    let counts: Vec<Counts> = counts.collect();
    let total = |count: fn(&Counts) -> usize| counts.iter().map(count).sum::<usize>();
    assert_eq!(total(|counts| counts.answers), REQUESTS);

    let decisions = server.decisions();
    let logged = |outcome| {
        decisions
            .iter()
            .filter(|made| made.outcome == outcome)
            .count()
    };
    assert_eq!(decisions.len(), REQUESTS);
    assert_eq!(logged("renewed"), total(|counts| counts.renewed));
    assert_eq!(logged("replaced"), total(|counts| counts.replaced));
    assert_eq!(logged("issued"), total(|counts| counts.issued));
    // The mix is one: nothing is so rare that it goes untested.
    for outcome in ["renewed", "replaced", "issued", "skipped"] {
        assert!(
            logged(outcome) > REQUESTS / 20,
            "{outcome} {}",
            logged(outcome)
        );
    }
}

/// The expected result of a request.
#[derive(Debug)]
enum Expected {
    Renewed(String),
    Replaced,
    Issued,
    /// No cookie, and this status.
    Nothing(u16),
}

#[derive(Default)]
struct Counts {
    answers: usize,
    renewed: usize,
    replaced: usize,
    issued: usize,
}

/// Sends one connection's share, and reports the expectation before each request.
fn ask(stream: TcpStream, seed: u64, report: &Sender<Expected>) {
    let (mut wire, mut rng) = (Wire::over(stream), SmallRng::seed_from_u64(seed));
    let mut batch = Vec::new();
    for _ in 0..REQUESTS / CONNECTIONS {
        let expected = write_request(&mut rng, &mut batch);
        report.send(expected).unwrap();
        if batch.len() > BATCH {
            wire.send(&batch);
            batch.clear();
        }
    }
    wire.send(&batch);
}

fn check(mut wire: Wire, reports: &Receiver<Expected>) -> Counts {
    let mut counts = Counts::default();
    for expected in reports {
        let answer = wire.answer();
        counts.answers += 1;
        let status = match expected {
            Expected::Nothing(status) => {
                assert_eq!(answer.cookies(), [""; 0], "{expected:?}");
                status
            }
            Expected::Renewed(ref id) => {
                counts.renewed += 1;
                assert_eq!(answer.id(), id);
                200
            }
            Expected::Replaced | Expected::Issued => {
                counts.replaced += usize::from(matches!(expected, Expected::Replaced));
                counts.issued += usize::from(matches!(expected, Expected::Issued));
                assert_eq!(answer.id().len(), 36);
                200
            }
        };
        assert_eq!(answer.status, status, "{answer:?}");
    }
    counts
}

fn write_request(rng: &mut SmallRng, batch: &mut Vec<u8>) -> Expected {
    let (crumbs, expected) = crumbs(rng);
    let (path, nothing) = match rng.random_range(0..20) {
        0 => ("/style.css", Some(200)),
        1 => ("/nothing", Some(404)),
        _ => ("/", None),
    };
    batch.extend(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n").bytes());
    let mut separator = "Cookie: ";
    for crumb in &crumbs {
        batch.extend(separator.bytes());
        batch.extend(crumb);
        let separators = ["; ", ";", " ; ", ",", ", ", ";;", "\r\nCookie: "];
        separator = separators.choose(rng).unwrap();
    }
    batch.extend(b"\r\n".iter().filter(|_| !crumbs.is_empty()));
    batch.extend(b"Accept: text/html\r\n\r\n");
    nothing.map_or(expected, Expected::Nothing)
}

/// Pieces of cookies in random order, with and without our cookie, and the expected result.
fn crumbs(rng: &mut SmallRng) -> (Vec<Vec<u8>>, Expected) {
    let others = (0..rng.random_range(0..8)).map(|_| Crumb::other(rng));
    let mut crumbs: Vec<Crumb> = others.collect();
    let ours = [0, 0, 1, 1, 1, 2, 3].choose(rng).unwrap();
    crumbs.extend((0..*ours).map(|_| Crumb::ours(rng)));
    if rng.random_bool(0.02) {
        let room = LARGEST - 1000;
        crumbs.push(Crumb::Other(noise(rng, room)));
    }
    crumbs.shuffle(rng);
    let expected = expected(&crumbs);
    (crumbs.into_iter().map(Crumb::bytes).collect(), expected)
}

/// The first valid value counts, at any position.
fn expected(crumbs: &[Crumb]) -> Expected {
    let valid = crumbs.iter().find_map(|crumb| match crumb {
        Crumb::Valid(value) => Some(value.trim_matches('"').to_ascii_lowercase()),
        _ => None,
    });
    match valid {
        Some(id) => Expected::Renewed(id),
        None if crumbs
            .iter()
            .any(|crumb| matches!(crumb, Crumb::Invalid(_))) =>
        {
            Expected::Replaced
        }
        None => Expected::Issued,
    }
}

/// One `name=value`, or something that resembles it.
enum Crumb {
    /// Our cookie with a valid id.
    Valid(String),
    /// Our cookie with something else.
    Invalid(String),
    Other(Vec<u8>),
}

impl Crumb {
    fn ours(rng: &mut SmallRng) -> Self {
        let id = id(rng, '4', "89ab");
        match rng.random_range(0..12) {
            0..4 => Self::Valid(id),
            4 => Self::Valid(id.to_ascii_uppercase()),
            5 => Self::Valid(format!("\"{id}\"")),
            6 => Self::Invalid(String::new()),
            7 => Self::Invalid(id[..rng.random_range(1..36)].to_string()),
            8 => Self::Invalid(format!("{id}0")),
            9 => Self::Invalid(self::id(rng, '1', "89ab")),
            10 => Self::Invalid(self::id(rng, '4', "01234567cdef")),
            _ => Self::Invalid(format!("{{{id}}}")),
        }
    }

    /// Another cookie, or noise; some of it resembles our cookie.
    fn other(rng: &mut SmallRng) -> Self {
        let id = id(rng, '4', "89ab");
        Self::Other(match rng.random_range(0..10) {
            0 => format!("XFPD={id}").into_bytes(),
            1 => format!("fpd={id}").into_bytes(),
            2 => format!("FPD2={id}").into_bytes(),
            3 => format!("a=FPD={id}").into_bytes(),
            4 => b"FPD".to_vec(),
            5 => format!("_ga=GA1.2.{id}").into_bytes(),
            _ => noise(rng, 200),
        })
    }

    fn bytes(self) -> Vec<u8> {
        match self {
            Self::Valid(value) | Self::Invalid(value) => format!("FPD={value}").into_bytes(),
            Self::Other(bytes) => bytes,
        }
    }
}

/// Up to `longest` bytes that are valid in a field value (RFC 9110 §5.5), including the separators of cookies.
fn noise(rng: &mut SmallRng, longest: usize) -> Vec<u8> {
    let mut bytes = vec![0; rng.random_range(0..longest)];
    rng.fill(&mut bytes[..]);
    for byte in &mut bytes {
        if (*byte < b' ' && *byte != b'\t') || *byte == 0x7f {
            *byte |= 0x40 | 0x80;
        }
    }
    bytes
}

/// A UUID of this version, its variant one of these digits (RFC 9562 §4).
fn id(rng: &mut SmallRng, version: char, variants: &str) -> String {
    let digits = format!("{:032x}", rng.random::<u128>());
    let variant = variants
        .as_bytes()
        .choose(rng)
        .copied()
        .map_or('8', char::from);
    let (a, b, c, d, e) = (
        &digits[..8],
        &digits[8..12],
        &digits[13..16],
        &digits[17..20],
        &digits[20..],
    );
    format!("{a}-{b}-{version}{c}-{variant}{d}-{e}")
}
