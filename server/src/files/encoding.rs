//! Content negotiation: which precompressed sibling a request gets (RFC 9110 §12.5.3).
//!
//! The highest weight wins; for equal weights, the order is Brotli, Zstandard, gzip, and the file itself. The file
//! itself competes only if the request names it (`identity`, or `*`). Otherwise it is sent if no sibling is acceptable,
//! even if the request refuses it, too: a page is better than a 406.

use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

/// A content coding of siblings, in order of preference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Brotli,
    Zstandard,
    Gzip,
}

impl Coding {
    pub(super) const ALL: [Self; 3] = [Self::Brotli, Self::Zstandard, Self::Gzip];

    /// The name in `Content-Encoding`.
    pub(super) const fn token(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstandard => "zstd",
            Self::Gzip => "gzip",
        }
    }

    /// The extension of a sibling's name.
    pub(super) const fn extension(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstandard => "zst",
            Self::Gzip => "gz",
        }
    }
}

/// A request's `Accept-Encoding`: weights in thousandths, in the order of [`Coding::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Accepted {
    codings: [u16; 3],
    identity: u16,
}

impl Accepted {
    /// Parses all `Accept-Encoding` lines. An invalid element is ignored.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut weights = Weights::default();
        for line in headers.get_all(ACCEPT_ENCODING) {
            let line = line.to_str().unwrap_or_default();
            line.split(',').for_each(|element| weights.read(element));
        }
        let weight = |named: Option<u16>| named.or(weights.any).unwrap_or(0);
        Self {
            codings: weights.codings.map(weight),
            identity: weight(weights.identity),
        }
    }

    /// Whether the request accepts this coding.
    pub(super) fn admits(&self, coding: Coding) -> bool {
        self.codings[coding as usize] > 0
    }

    /// The best of the available codings, which are in the order of [`Coding::ALL`]; `None` for the file itself.
    pub(super) fn best(&self, available: impl Iterator<Item = Coding>) -> Option<Coding> {
        let weight = |coding: &Coding| self.codings[*coding as usize];
        // Not `max_by_key`, which keeps the last of equals.
        let best = available.min_by_key(|coding| u16::MAX - weight(coding))?;
        (weight(&best) > 0 && weight(&best) >= self.identity).then_some(best)
    }
}

#[derive(Default)]
struct Weights {
    codings: [Option<u16>; 3],
    identity: Option<u16>,
    any: Option<u16>,
}

impl Weights {
    fn read(&mut self, element: &str) {
        let (coding, parameters) = element.split_once(';').unwrap_or((element, ""));
        let coding = coding.trim_ascii();
        let Some(weight) = weight(parameters) else {
            return;
        };
        if let Some(slot) = self.slot(coding) {
            *slot = Some(weight);
        }
    }

    fn slot(&mut self, name: &str) -> Option<&mut Option<u16>> {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        if is("*") {
            return Some(&mut self.any);
        }
        if is("identity") {
            return Some(&mut self.identity);
        }
        // RFC 9110 §8.4.1.3: `x-gzip` is gzip.
        let found = Coding::ALL.into_iter().find(|coding| is(coding.token()));
        let coding = found.or_else(|| is("x-gzip").then_some(Coding::Gzip))?;
        Some(&mut self.codings[coding as usize])
    }
}

/// Thousandths, 1000 by default; `None` if the parameter is invalid (RFC 9110 §12.4.2).
fn weight(parameters: &str) -> Option<u16> {
    let parameters = parameters.trim_ascii();
    if parameters.is_empty() {
        return Some(1000);
    }
    let (name, value) = parameters.split_once('=')?;
    if !name.eq_ignore_ascii_case("q") {
        return None;
    }
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths = thousandths(fraction);
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(1000),
        _ => None,
    }
}

/// `5` is 500, `05` is 50, `005` is 5.
fn thousandths(fraction: &str) -> u16 {
    let digits = fraction.bytes().map(|digit| u16::from(digit - b'0'));
    digits
        .zip([100, 10, 1])
        .map(|(digit, unit)| digit * unit)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `available` and `expect` in file extensions; `-` for the file itself.
    #[track_caller]
    fn check(accept: &[&str], available: &str, expect: &str) {
        let mut headers = HeaderMap::new();
        for line in accept {
            headers.append(ACCEPT_ENCODING, line.parse().unwrap());
        }
        let available = Coding::ALL
            .into_iter()
            .filter(|coding| available.contains(coding.extension()));
        let best = Accepted::of(&headers).best(available);
        assert_eq!(best.map_or("-", Coding::extension), expect, "{accept:?}");
    }

    #[test]
    fn browsers_get_the_best_coding_they_name() {
        check(&["gzip, deflate, br, zstd"], "br zst gz", "br");
        check(&["gzip, deflate, br, zstd"], "zst gz", "zst");
        check(&["gzip, deflate, br, zstd"], "gz", "gz");
        check(&["gzip, deflate, br, zstd"], "", "-");
        check(&["gzip, deflate"], "br zst gz", "gz");
        check(&["gzip, deflate"], "br zst", "-");
    }

    #[test]
    fn without_an_acceptable_coding_the_file_itself_is_sent() {
        check(&[], "br zst gz", "-");
        check(&[""], "br zst gz", "-");
        check(&["deflate"], "br zst gz", "-");
        check(&["compress, deflate;q=0.5"], "br zst gz", "-");
    }

    #[test]
    fn weights_decide_before_our_own_order() {
        check(&["br;q=0.5, gzip"], "br gz", "gz");
        check(&["br;q=0.5, gzip;q=0.5"], "br gz", "br");
        check(&["br;q=0.001, gzip;q=0.002"], "br gz", "gz");
        check(&["br;q=0.09, gzip;q=0.1"], "br gz", "gz");
        check(&["br; q=0.8 , zstd ; q=0.9"], "br zst", "zst");
        check(&["br;Q=0.5, gzip"], "br gz", "gz");
        check(&["br;q=0, gzip"], "br gz", "gz");
        check(&["br;q=0.000, gzip;q=0."], "br gz", "-");
        check(&["gzip;q=0.001"], "gz", "gz");
        check(&["br;q=1.000, gzip;q=1"], "br gz", "br");
    }

    #[test]
    fn names_are_read_in_any_case_and_from_several_lines() {
        check(&["BR"], "br gz", "br");
        check(&["x-gzip"], "gz", "gz");
        check(&["X-GZip;q=0.1"], "gz", "gz");
        check(&["gzip", "br"], "br gz", "br");
        check(&["gzip,,br,"], "br gz", "br");
    }

    #[test]
    fn a_star_stands_for_what_is_not_named() {
        check(&["*"], "br zst gz", "br");
        check(&["*"], "gz", "gz");
        check(&["br;q=0, *"], "br zst gz", "zst");
        check(&["gzip;q=0.5, *;q=0.8"], "br gz", "br");
        check(&["gzip, *;q=0"], "br gz", "gz");
        check(&["*;q=0"], "br zst gz", "-");
        check(&["identity, *;q=0"], "br zst gz", "-");
    }

    #[test]
    fn the_file_itself_wins_only_when_preferred_by_name() {
        check(&["identity"], "br gz", "-");
        check(&["identity, gzip;q=0.5"], "br gz", "-");
        check(&["identity, gzip"], "gz", "gz");
        check(&["identity;q=0.5, gzip;q=0.4"], "gz", "-");
        check(&["identity;q=0.5, gzip;q=0.6"], "gz", "gz");
    }

    #[test]
    fn a_refused_file_is_replaced_if_there_is_anything_else_and_sent_if_not() {
        check(&["identity;q=0, gzip"], "gz", "gz");
        check(&["identity;q=0, gzip"], "br", "-");
        check(&["identity;q=0"], "br gz", "-");
        check(&["identity;q=0, *"], "br gz", "br");
    }

    #[test]
    fn an_invalid_element_is_ignored() {
        for element in [
            "br;q=2",
            "br;q=1.5",
            "br;q=1.001",
            "br;q=-1",
            "br;q=",
            "br;q",
            "br;x=1",
            "br;q=0.1234",
            "br;q=abc",
            "br;q=.5",
            "br;q=0.5;q=1",
            "br q=1",
            "b r",
            ";q=1",
            "br;q=0,5",
        ] {
            check(&[element], "br", "-");
        }
        check(&["br;q=oops, gzip"], "br gz", "gz");
    }
}
