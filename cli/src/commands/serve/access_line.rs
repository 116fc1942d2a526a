//! The lines of the access log: short text for a terminal, and JSON with everything.
//!
//! Nothing from the network is in a line as it is: it could command a terminal. JSON is [escaped] as a whole; in text,
//! each value is made [visible].

use std::net::IpAddr;
use std::time::Duration;

use anstyle::Style;
use hardtack::{Outcome, Speculation};
use hardtack_cloudfront::local::EdgeOutcome;
use hardtack_server::{AccessEntry, AccessRequest, Handling};
use serde_json::{Value, json};

use crate::output::{BAD, CAUTION, FAINT, GOOD, LITERAL, escaped, visible};

/// `12:30:59Z issued   GET 200 /about new_visitor 4.2kB 3ms 192.0.2.0 0b8f2f0e-…`, with `cut` behind the time that a
/// response took which was cut. The id is there only where the policy's log has it.
pub(super) fn text(entry: &AccessEntry, client: Option<IpAddr>) -> String {
    let (word, style) = word(&entry.handling);
    let (method, path) = match &entry.request {
        Some(request) => (request.method.as_str(), request.uri.path()),
        None => ("-", "-"),
    };
    let fields = [
        method.to_string(),
        entry
            .status
            .map_or_else(|| "-".to_string(), |status| status.as_u16().to_string()),
        visible(path),
        styled(FAINT, &visible(&why(entry))),
        format!("{} {}", size(entry.bytes), time(entry.duration)),
        styled(CAUTION, if entry.is_cut { "cut" } else { "" }),
        client.map_or_else(String::new, |client| client.to_string()),
        styled(LITERAL, &visible(&cookies(entry))),
    ];
    let fields = fields.iter().filter(|field| !field.is_empty());
    let fields = fields.cloned().collect::<Vec<_>>().join(" ");
    let clock = clock(entry.time);
    format!("{FAINT}{clock}{FAINT:#} {style}{word:<8}{style:#} {fields}")
}

/// Nothing stays nothing, so that it takes no place in the line.
fn styled(style: Style, text: &str) -> String {
    match text {
        "" => String::new(),
        text => format!("{style}{text}{style:#}"),
    }
}

/// One object: the keys of the [log line](hardtack::LogLine) in its order, and then what only a server knows.
pub(super) fn json(entry: &AccessEntry, client: Option<IpAddr>) -> String {
    let mut fields = vec![("time", json!(entry.time))];
    fields.extend(handling(entry));
    fields.extend(request(entry.request.as_ref()));
    fields.push(("status", json!(entry.status.map(|status| status.as_u16()))));
    fields.extend(speculation(entry).map(|word| ("speculation", json!(word.as_str()))));
    fields.extend([
        ("client", json!(client)),
        ("protocol", json!(entry.request.as_ref().map(protocol))),
        (
            "user_agent",
            json!(entry.request.as_ref().and_then(user_agent)),
        ),
        ("bytes", json!(entry.bytes)),
        ("duration_ms", json!(milliseconds(entry.duration))),
        ("cut", json!(entry.is_cut)),
    ]);
    let fields: Vec<String> = fields
        .iter()
        .map(|(key, value)| format!("\"{key}\":{value}"))
        .collect();
    escaped(&format!("{{{}}}", fields.join(",")))
}

const NO_ID: (&str, Value) = ("id", Value::Null);

/// What was done with the request, in JSON.
fn handling(entry: &AccessEntry) -> Vec<(&'static str, Value)> {
    let (word, why) = (json!(word(&entry.handling).0), json!(why(entry)));
    match &entry.handling {
        Handling::Decided { id, .. } => {
            let id = id.map(|id| id.to_string());
            vec![("outcome", word), ("reason", why), ("id", json!(id))]
        }
        Handling::Edge(outcome) => {
            let why = matches!(outcome, EdgeOutcome::Failed(_)).then_some(why);
            let cookies = match outcome {
                EdgeOutcome::Ran(cookies) => &cookies[..],
                _ => &[],
            };
            vec![
                ("function", word),
                ("why", json!(why)),
                ("set_cookie", json!(cookies)),
            ]
        }
        Handling::Inspector => vec![("outcome", word), ("reason", Value::Null), NO_ID],
        _ => vec![("outcome", word), ("reason", why), NO_ID],
    }
}

fn request(request: Option<&AccessRequest>) -> [(&'static str, Value); 3] {
    let method = request.map(|request| request.method.as_str());
    let host = request.map(|request| String::from_utf8_lossy(&request.host));
    let path = request.map(|request| request.uri.path());
    [
        ("method", json!(method)),
        ("host", json!(host)),
        ("path", json!(path)),
    ]
}

/// The word for what was done, and its style.
fn word(handling: &Handling) -> (&'static str, Style) {
    match handling {
        Handling::Decided { outcome, .. } => (outcome.as_str(), style(*outcome)),
        Handling::Edge(EdgeOutcome::Ran(cookies)) if cookies.is_empty() => ("ran", FAINT),
        Handling::Edge(EdgeOutcome::Ran(_)) => ("ran", GOOD),
        Handling::Edge(EdgeOutcome::Failed(_)) => ("failed", BAD),
        Handling::Edge(_) => ("not_run", FAINT),
        Handling::Inspector => ("inspector", FAINT),
        Handling::Refused(_) => ("refused", CAUTION),
        _ => ("closed", FAINT),
    }
}

const fn style(outcome: Outcome) -> Style {
    match outcome {
        Outcome::Issued | Outcome::Renewed => GOOD,
        Outcome::Replaced => CAUTION,
        _ => FAINT,
    }
}

/// Why it was done. Empty where the word says it.
fn why(entry: &AccessEntry) -> String {
    match &entry.handling {
        Handling::Decided { reason, .. } => reason.to_string(),
        Handling::Edge(EdgeOutcome::Failed(why)) => first_line(why).to_string(),
        Handling::Refused(why) => why.clone(),
        Handling::ClientClosed => "the client closed before there was a response".to_string(),
        _ => String::new(),
    }
}

/// What a text shows of cookies: the id, or the lines of a function, which does not report its outcome.
fn cookies(entry: &AccessEntry) -> String {
    match &entry.handling {
        Handling::Decided { id: Some(id), .. } => id.to_string(),
        Handling::Edge(EdgeOutcome::Ran(cookies)) => cookies.join(" "),
        _ => String::new(),
    }
}

fn speculation(entry: &AccessEntry) -> Option<Speculation> {
    match &entry.handling {
        Handling::Decided { speculation, .. } => *speculation,
        _ => None,
    }
}

/// `HTTP/1.1` or `HTTP/2.0`, as nginx writes it.
fn protocol(request: &AccessRequest) -> String {
    format!("{:?}", request.version)
}

fn user_agent(request: &AccessRequest) -> Option<String> {
    let value = request.user_agent.as_ref()?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn clock(now: u64) -> String {
    let (hours, minutes, seconds) = (now / 3600 % 24, now / 60 % 60, now % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}Z")
}

fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes}B"),
        10_000..10_000_000 => format!("{}kB", bytes / 1000),
        _ => format!("{}MB", bytes / 1_000_000),
    }
}

fn time(duration: Duration) -> String {
    match duration.as_millis() {
        0..10_000 => format!("{}ms", duration.as_millis()),
        _ => format!("{}s", duration.as_secs()),
    }
}

/// To the microsecond.
fn milliseconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}
