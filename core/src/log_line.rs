//! The log line: one JSON object for each decision, the same on every platform (rule 12).
//!
//! `hardtack-report` and log pipelines read these lines, so keys and their order are public contract.

use core::fmt;

use crate::decision::Decision;
use crate::http::exchange::Exchange;
use crate::http::text::{self, Decimal};
use crate::rules::scope::without_query;

/// A decision as one line of JSON (RFC 8259), without the line break. Its `Display` is the line.
///
/// Keys, in this order: `time` (Unix seconds), `outcome`, `reason`, `id` (null where there is none, or where the policy
/// says `log_without_id`), `method`, `host`, `path` (without the query), `status`; and `speculation` (`prefetch` or
/// `prerender`), only if the browser fetches the page ahead. Control characters are escaped, so a line stays one line,
/// and bytes that are not UTF-8 come out as U+FFFD.
///
/// Write one for each decision if [`Policy::logs`](crate::Policy::logs).
///
/// # Example
///
/// ```
/// use hardtack::{
///     Exchange, LogLine, Policy, Request, Response, Scheme, Settings, Target, decide,
/// };
///
/// let policy = Policy::new(&Settings::default(), Some(hardtack_psl::LIST))?;
/// let exchange = Exchange {
///     request: Request {
///         target: Target { scheme: Scheme::Https, host: b"www.example.com" },
///         method: b"GET",
///         path: b"/search?q=secret",
///         country: None,
///         fields: &[("sec-fetch-dest", "document")][..],
///     },
///     response: Response { status: 404, fields: &[("content-type", "text/html")][..] },
/// };
/// let now = 1_750_000_000;
/// let decision = decide(&policy, &exchange, now, [7; 16]);
/// assert_eq!(
///     LogLine::new(now, decision, &exchange).to_string(),
///     r#"{"time":1750000000,"outcome":"skipped","reason":"error_status","id":null,"method":"GET","host":"www.example.com","path":"/search","status":404}"#,
/// );
/// # Ok::<(), hardtack::PolicyError>(())
/// ```
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
    /// The request's path. The line leaves out a query and a fragment, which may hold personal data.
    pub path: &'a [u8],
    /// The response's status code.
    pub status: u16,
}

impl<'a> LogLine<'a> {
    /// The line of an exchange that was decided at `time`, in Unix seconds.
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

impl LogLine<'_> {
    /// Writes the line to `out` in pieces, without allocating.
    ///
    /// # Errors
    ///
    /// Fails only where `out` fails.
    pub fn write_to(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        let time = Decimal::of(self.time);
        let signals = &self.decision.policy.settings.signals;
        let id = self.decision.id().filter(|_| !signals.log_without_id);
        let id = id.map(|id| id.text());
        let id = match &id {
            Some(id) => ["\"", text::ascii(id), "\""],
            None => ["", "null", ""],
        };
        text::pieces(
            out,
            &[
                r#"{"time":"#,
                time.as_str(),
                r#","outcome":""#,
                self.decision.outcome().as_str(),
                r#"","reason":""#,
                self.decision.reason().as_str(),
                r#"","id":"#,
                id[0],
                id[1],
                id[2],
            ],
        )?;
        write_string(out, ",\"method\":\"", self.method)?;
        write_string(out, ",\"host\":\"", self.host)?;
        write_string(out, ",\"path\":\"", without_query(self.path))?;
        let speculation = match self.decision.request.speculation {
            Some(speculation) => [",\"speculation\":\"", speculation.as_str(), "\""],
            None => [""; 3],
        };
        text::pieces(
            out,
            &[
                ",\"status\":",
                Decimal::of(self.status.into()).as_str(),
                speculation[0],
                speculation[1],
                speculation[2],
                "}",
            ],
        )
    }
}

impl fmt::Display for LogLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_to(f)
    }
}

/// Bytes from the network as a JSON string (RFC 8259 §7), without control characters, so that a line stays a line.
/// `key` ends with the quote that begins it.
fn write_string(out: &mut dyn fmt::Write, key: &str, bytes: &[u8]) -> fmt::Result {
    out.write_str(key)?;
    for chunk in bytes.utf8_chunks() {
        chunk
            .valid()
            .chars()
            .try_for_each(|c| write_escaped(out, c))?;
        if !chunk.invalid().is_empty() {
            out.write_char(char::REPLACEMENT_CHARACTER)?;
        }
    }
    out.write_str("\"")
}

fn write_escaped(out: &mut dyn fmt::Write, c: char) -> fmt::Result {
    if matches!(c, '"' | '\\') {
        out.write_str("\\")?;
    }
    // Control characters go up to U+009F.
    if c.is_control() {
        let [high, low] = [u32::from(c) >> 4, u32::from(c) & 15];
        out.write_str("\\u00")?;
        return [high, low]
            .into_iter()
            .try_for_each(|digit| out.write_char(char::from_digit(digit, 16).unwrap_or('0')));
    }
    out.write_char(c)
}
