//! Reads a HAR file (HTTP Archive 1.2), as browsers' developer tools save it.

use std::path::Path;

use serde_json::Value;
use url::Url;

use crate::error::{Error, Kind};
use crate::user_file;

use super::exchange::{Headers, Recorded};

/// One entry of the file.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its number, counted from 1.
    pub(crate) number: usize,
    pub(crate) method: String,
    pub(crate) url: String,
    /// Whether it is a page.
    pub(crate) page: bool,
    /// The exchange, or why it cannot be decided.
    pub(crate) recorded: Result<Recorded, String>,
}

/// More than any browser saves of one visit.
const HAR_BYTES: u64 = 1 << 30;

/// Reads the file.
///
/// # Errors
///
/// If the file cannot be read, or is not a HAR file.
pub(crate) fn read(path: &Path) -> Result<Vec<Entry>, Error> {
    let message = format!("cannot read `{}`", path.display());
    let bytes = user_file::read(path, HAR_BYTES).map_err(|cause| Error::io(&message, &cause))?;
    // Some exporters write a byte order mark before the text.
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let not_har = |cause: String| {
        let hint = "save one from the network panel of your browser's developer tools";
        Error::new(Kind::Io, &message).because(cause).hint(hint)
    };
    let har: Value = serde_json::from_slice(text)
        .map_err(|cause| not_har(format!("it is not valid JSON: {cause}")))?;
    match har["log"]["entries"].as_array() {
        Some(entries) => Ok(entries
            .iter()
            .zip(1..)
            .map(|(entry, number)| read_entry(entry, number))
            .collect()),
        None => Err(not_har(
            "it is not a HAR file: it has no list at log.entries".to_string(),
        )),
    }
}

/// Picks the entry of this number, or the first page.
///
/// # Errors
///
/// If there is no such entry, or it cannot be decided.
pub(crate) fn pick(mut entries: Vec<Entry>, number: Option<usize>) -> Result<Recorded, Error> {
    let count = entries.len();
    let others = pages(&entries);
    let found = match number {
        Some(number) => entries.iter().position(|entry| entry.number == number),
        None => entries
            .iter()
            .position(|entry| entry.page && entry.recorded.is_ok()),
    };
    let Some(found) = found else {
        return Err(not_found(number, count));
    };
    let entry = entries.swap_remove(found);
    let (number, method, url) = (entry.number, entry.method, entry.url);
    let mut recorded = entry.recorded.map_err(|cause| {
        Error::usage(format!("entry {number} cannot be explained")).because(cause)
    })?;
    recorded
        .notes
        .insert(0, format!("entry {number} of {count}: {method} {url}"));
    if others.len() > 1 {
        recorded
            .notes
            .push(format!("pages are the entries {}", others.join(", ")));
    }
    Ok(recorded)
}

fn pages(entries: &[Entry]) -> Vec<String> {
    let pages = entries.iter().filter(|entry| entry.page);
    pages.map(|entry| entry.number.to_string()).collect()
}

fn not_found(number: Option<usize>, count: usize) -> Error {
    match (number, count) {
        (_, 0) => Error::usage("the HAR file has no entries"),
        (Some(number), _) => Error::usage(format!("there is no entry {number}"))
            .hint(format!("the entries are 1 to {count}; --all lists them")),
        (None, _) => Error::usage(format!("none of the {count} entries is a page"))
            .hint("--entry N explains any entry, --all lists them"),
    }
}

fn read_entry(entry: &Value, number: usize) -> Entry {
    let request = &entry["request"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    Entry {
        number,
        method: text(&request["method"]),
        url: text(&request["url"]),
        page: is_page(entry),
        recorded: recorded(entry),
    }
}

fn recorded(entry: &Value) -> Result<Recorded, String> {
    let (request, response) = (&entry["request"], &entry["response"]);
    let url = request["url"].as_str().ok_or("it has no request.url")?;
    let method = request["method"]
        .as_str()
        .ok_or("it has no request.method")?;
    let status = response["status"]
        .as_i64()
        .ok_or("it has no response.status")?;
    let said = |error: Error| {
        error
            .reports()
            .first()
            .map_or_else(String::new, |report| report.message.clone())
    };
    let url = Url::parse(url).map_err(|cause| format!("its URL is not valid: {cause}"))?;
    let mut headers = headers(request);
    let mut notes = Vec::new();
    if !has(&headers, "cookie") {
        match cookies(request) {
            Some(cookies) => headers.push(("Cookie".to_string(), cookies)),
            None => notes.push("the entry has no cookies; some browsers omit them unless sensitive data is included".to_string()),
        }
    }
    let mut recorded = Recorded::new(&url, method, headers).map_err(said)?;
    recorded.status = u16::try_from(status).map_err(|_| format!("its status is {status}"))?;
    recorded.response = self::headers(response);
    recorded.notes = notes;
    if status == 0 {
        recorded
            .notes
            .push("status 0: the browser recorded no response".to_string());
    }
    Ok(recorded)
}

/// The header fields of a message. Browsers join several `Set-Cookie` fields with line breaks.
fn headers(message: &Value) -> Headers {
    let fields = message["headers"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let pairs = fields
        .iter()
        .filter_map(|field| Some((field["name"].as_str()?, field["value"].as_str()?)));
    pairs
        .flat_map(|(name, value)| {
            value
                .split('\n')
                .map(move |value| (name.to_string(), value.trim().to_string()))
        })
        .collect()
}

fn has(headers: &Headers, wanted: &str) -> bool {
    headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case(wanted))
}

/// The cookies that the entry lists separately, as one header.
fn cookies(request: &Value) -> Option<String> {
    let cookies = request["cookies"].as_array()?;
    let pairs: Vec<String> = cookies
        .iter()
        .filter_map(|cookie| {
            Some(format!(
                "{}={}",
                cookie["name"].as_str()?,
                cookie["value"].as_str()?
            ))
        })
        .collect();
    (!pairs.is_empty()).then(|| pairs.join("; "))
}

/// Whether an entry is a page: by the browser's own field, else by `Sec-Fetch-Dest`, else by the type of the response.
fn is_page(entry: &Value) -> bool {
    if let Some(kind) = entry["_resourceType"].as_str() {
        return kind == "document";
    }
    let headers = headers(&entry["request"]);
    match headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("sec-fetch-dest"))
    {
        Some((_, destination)) => destination == "document",
        None => {
            let mime = entry["response"]["content"]["mimeType"].as_str();
            mime.is_some_and(|mime| mime.starts_with("text/html"))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{is_page, read_entry, recorded};

    fn entry() -> Value {
        json!({
            "request": {
                "method": "GET",
                "url": "https://www.example.com/a?b",
                "headers": [
                    { "name": ":authority", "value": "www.example.com" },
                    { "name": "sec-fetch-dest", "value": "document" },
                ],
                "cookies": [{ "name": "a", "value": "b" }, { "name": "FPD", "value": "x" }],
            },
            "response": {
                "status": 200,
                "headers": [{ "name": "set-cookie", "value": "a=1\nFPD=2" }],
                "content": { "mimeType": "text/html; charset=utf-8" },
            },
        })
    }

    #[test]
    fn an_entry_is_an_exchange() {
        let recorded = recorded(&entry()).unwrap();
        assert_eq!(
            (recorded.host.as_str(), recorded.path.as_str()),
            ("www.example.com", "/a")
        );
        assert!(
            recorded
                .request
                .contains(&("Cookie".to_string(), "a=b; FPD=x".to_string()))
        );
        let set_cookie = |value: &str| ("set-cookie".to_string(), value.to_string());
        assert_eq!(recorded.response, [set_cookie("a=1"), set_cookie("FPD=2")]);
    }

    #[test]
    fn pages_are_recognised() {
        let mut entry = entry();
        assert!(is_page(&entry));
        entry["request"]["headers"][1]["value"] = json!("image");
        assert!(!is_page(&entry));
        entry["_resourceType"] = json!("document");
        assert!(is_page(&entry));
        assert!(is_page(
            &json!({ "response": { "content": { "mimeType": "text/html" } } })
        ));
        assert!(!is_page(&json!({})));
    }

    #[test]
    fn an_entry_without_an_exchange_says_why() {
        let why = |change: fn(&mut Value)| {
            let mut entry = entry();
            change(&mut entry);
            recorded(&entry).unwrap_err()
        };
        assert_eq!(
            why(|entry| entry["request"]["url"] = json!(5)),
            "it has no request.url"
        );
        assert_eq!(
            why(|entry| entry["response"] = json!(null)),
            "it has no response.status"
        );
        assert_eq!(
            why(|entry| entry["response"]["status"] = json!(-1)),
            "its status is -1"
        );
        assert_eq!(
            why(|entry| entry["request"]["url"] = json!("chrome://version")),
            "the scheme `chrome` is not http or https",
        );
    }

    #[test]
    fn nonsense_is_an_entry_without_an_exchange() {
        for nonsense in [json!(null), json!([]), json!("x"), json!({ "request": [] })] {
            assert!(read_entry(&nonsense, 1).recorded.is_err());
        }
    }
}
