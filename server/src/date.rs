//! The `Date` of responses.
//!
//! hyper's own is made again only once the clock is past the next second: after the clock was set back, it would stay
//! in the future, and caches would take responses for fresh that are not.

use std::cell::RefCell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::header::DATE;
use http::{HeaderMap, HeaderValue};

thread_local! {
    static CURRENT: RefCell<Rendered> = const { RefCell::new(Rendered(None)) };
}

/// Adds the date of now, unless there is one, as an upstream's.
pub(crate) fn add(headers: &mut HeaderMap) {
    if !headers.contains_key(DATE) {
        set(headers);
    }
}

/// Sets the date of now.
pub(crate) fn set(headers: &mut HeaderMap) {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = since_epoch.unwrap_or_default().as_secs();
    match CURRENT.with_borrow_mut(|current| current.at(now)) {
        Some(date) => drop(headers.insert(DATE, date)),
        None => drop(headers.remove(DATE)),
    }
}

/// The date of one second, in seconds since 1970, because most responses are made in the same one as the one before.
struct Rendered(Option<(u64, HeaderValue)>);

impl Rendered {
    fn at(&mut self, second: u64) -> Option<HeaderValue> {
        if self.0.as_ref().is_none_or(|(of, _)| *of != second) {
            let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(second));
            self.0 = HeaderValue::try_from(date).ok().map(|date| (second, date));
        }
        self.0.as_ref().map(|(_, date)| date.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_follows_the_clock_forth_and_back() {
        let mut rendered = Rendered(None);
        for (second, date) in [
            (1_000_000_000, "Sun, 09 Sep 2001 01:46:40 GMT"),
            (1_000_000_000, "Sun, 09 Sep 2001 01:46:40 GMT"),
            (1_000_000_001, "Sun, 09 Sep 2001 01:46:41 GMT"),
            (999_996_400, "Sun, 09 Sep 2001 00:46:40 GMT"),
        ] {
            assert_eq!(rendered.at(second).unwrap(), date);
        }
    }

    #[test]
    fn an_upstreams_date_is_kept() {
        let mut headers = HeaderMap::new();
        add(&mut headers);
        assert!(headers.contains_key(DATE));
        headers.insert(DATE, HeaderValue::from_static("then"));
        add(&mut headers);
        assert_eq!(headers[DATE], "then");
    }
}
