//! Which text form a scraper prefers, by its `Accept` header.

use http::HeaderValue;

use crate::metrics::Format;

/// OpenMetrics for whoever names it and prefers nothing else; Prometheus's own form for all others.
pub(super) fn format<'a>(accept: impl IntoIterator<Item = &'a HeaderValue>) -> Format {
    let (mut open, mut plain) = (0.0, 0.0);
    let values = accept.into_iter().filter_map(|value| value.to_str().ok());
    for (media_type, quality) in values.flat_map(|value| value.split(',')).map(parse) {
        match media_type {
            Some(Format::OpenMetrics) => open = quality.max(open),
            Some(Format::Prometheus) => plain = quality.max(plain),
            None => {}
        }
    }
    match open > 0.0 && open >= plain {
        true => Format::OpenMetrics,
        false => Format::Prometheus,
    }
}

/// One media range, and how much it is wanted (RFC 9110 §12.5.1).
fn parse(range: &str) -> (Option<Format>, f32) {
    let mut parts = range.split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default().to_ascii_lowercase();
    let (mut quality, mut version) = (1.0, "");
    for (name, value) in parts.filter_map(|part| part.split_once('=')) {
        match name.trim().to_ascii_lowercase().as_str() {
            "q" => quality = value.trim().parse().unwrap_or(0.0),
            "version" => version = value.trim().trim_matches('"'),
            _ => {}
        }
    }
    let format = match (media_type.as_str(), version) {
        ("application/openmetrics-text", "" | "1.0.0") => Some(Format::OpenMetrics),
        ("text/plain", "" | "0.0.4") | ("text/*" | "*/*", _) => Some(Format::Prometheus),
        _ => None,
    };
    (format, quality)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(accept: &str, expected: Format) {
        let accept = HeaderValue::from_str(accept).unwrap();
        assert_eq!(format([&accept]), expected);
    }

    #[test]
    fn what_prometheus_asks_for_is_openmetrics() {
        check(
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
             application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;q=0.3,\
             text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
            Format::OpenMetrics,
        );
        check(
            "Application/OpenMetrics-Text; version=\"1.0.0\"",
            Format::OpenMetrics,
        );
    }

    #[test]
    fn others_get_the_older_form() {
        assert_eq!(format([]), Format::Prometheus);
        check("*/*", Format::Prometheus);
        check("text/html,*/*;q=0.8", Format::Prometheus);
        check(
            "application/openmetrics-text;version=2.0.0",
            Format::Prometheus,
        );
        check(
            "application/openmetrics-text;q=0.2, text/plain;q=0.5",
            Format::Prometheus,
        );
        check(
            "application/openmetrics-text;q=0, */*;q=0",
            Format::Prometheus,
        );
        check("application/openmetrics-text;q=x", Format::Prometheus);
        check(";,=;q=;,", Format::Prometheus);
    }
}
