//! The log line: one JSON object for each decision, the same on every platform (rule 12).

use core::fmt::{self, Write as _};

use crate::decision::Decision;
use crate::exchange::Exchange;

/// A decision as one line of JSON, without the line break. Bytes that are not UTF-8 come out as U+FFFD.
///
/// Keys, in this order: `time` (Unix seconds), `outcome`, `reason`, `id` (or null), `method`, `host`, `path` (without
/// the query), `status`.
#[derive(Clone, Copy, Debug)]
pub struct LogLine<'a> {
    /// Unix time in seconds.
    pub time: u64,
    /// The decision.
    pub decision: Decision<'a>,
    /// The request's method.
    pub method: &'a [u8],
    /// The request's host, as received.
    pub host: &'a [u8],
    /// The request's path; a query is left out.
    pub path: &'a [u8],
    /// The response's status code.
    pub status: u16,
}

impl<'a> LogLine<'a> {
    /// Puts together what the line tells of an exchange.
    pub const fn new<Q: ?Sized, R: ?Sized>(
        time: u64,
        decision: Decision<'a>,
        exchange: &Exchange<'a, Q, R>,
    ) -> Self {
        Self {
            time,
            decision,
            method: exchange.request.method,
            host: exchange.request.target.host,
            path: exchange.request.path,
            status: exchange.response.status,
        }
    }
}

impl fmt::Display for LogLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (outcome, reason) = (self.decision.outcome(), self.decision.reason());
        write!(
            f,
            r#"{{"time":{},"outcome":"{outcome}","reason":"{reason}","id":"#,
            self.time
        )?;
        match self.decision.id() {
            Some(id) => write!(f, "\"{id}\"")?,
            None => f.write_str("null")?,
        }
        write!(f, ",\"method\":{}", JsonString(self.method))?;
        write!(f, ",\"host\":{}", JsonString(self.host))?;
        write!(
            f,
            ",\"path\":{}",
            JsonString(crate::scope::without_query(self.path))
        )?;
        write!(f, ",\"status\":{}}}", self.status)
    }
}

/// Bytes from the network as a JSON string (RFC 8259 §7), without control characters, so that a line stays a line.
struct JsonString<'a>(&'a [u8]);

impl fmt::Display for JsonString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for chunk in self.0.utf8_chunks() {
            chunk
                .valid()
                .chars()
                .try_for_each(|c| write_escaped(f, c))?;
            if !chunk.invalid().is_empty() {
                f.write_char(char::REPLACEMENT_CHARACTER)?;
            }
        }
        f.write_char('"')
    }
}

fn write_escaped(f: &mut fmt::Formatter<'_>, c: char) -> fmt::Result {
    match c {
        '"' | '\\' => write!(f, "\\{c}"),
        c if c.is_control() => write!(f, "\\u{:04x}", u32::from(c)),
        c => f.write_char(c),
    }
}
