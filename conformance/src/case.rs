//! One case of the contract, with everything parsed.

use hardtack::{Country, Exchange, Policy, Request, Response, Scheme, SealKey, Target};
use serde::Deserialize;
use serde_json::Value;

use crate::observed::{Mismatch, Observed};

/// One exchange, and what must come of it.
#[derive(Debug)]
pub struct Case {
    /// The name of its file, without folder and extension.
    pub file: String,
    /// What it is about, in a sentence; no two cases of a file share one.
    pub name: String,
    /// The source of the expectation, if the rules do not make it obvious.
    pub why: Option<String>,
    /// The policy as the file has it, defaults left out.
    pub policy_json: Value,
    /// The keys that ids are sealed with, where the policy seals.
    pub seal_keys: Vec<SealKey>,
    /// The policy, checked.
    pub policy: Policy,
    /// What goes in.
    pub exchange: OwnedExchange,
    /// Unix time in seconds.
    pub now: u64,
    /// The random bytes.
    pub entropy: [u8; 16],
    /// What must come out.
    pub expect: Observed,
    /// Why the case does not hold yet, where it is listed in `known-failures.json`.
    pub known_failure: Option<String>,
}

/// Header fields: names and values as bytes, in the order of the message.
pub type FieldList = Vec<(Vec<u8>, Vec<u8>)>;

/// A request and its response. Everything is bytes, as received.
#[derive(Clone, Debug)]
pub struct OwnedExchange {
    /// The method, case as received.
    pub method: Vec<u8>,
    /// The scheme that the browser used.
    pub scheme: Scheme,
    /// `Host` or `:authority` as received; empty where there was none.
    pub host: Vec<u8>,
    /// Path and query as received.
    pub path: Vec<u8>,
    /// The country that the platform vouches for.
    pub country: Option<Country>,
    /// The request's header fields.
    pub request: FieldList,
    /// The response's status.
    pub status: u16,
    /// The response's header fields.
    pub response: FieldList,
}

impl OwnedExchange {
    /// The exchange as [`hardtack::decide`] takes it.
    pub fn borrow(&self) -> Exchange<'_, FieldList, FieldList> {
        Exchange {
            request: Request {
                target: Target {
                    scheme: self.scheme,
                    host: &self.host,
                },
                method: &self.method,
                path: &self.path,
                country: self.country,
                fields: &self.request,
            },
            response: Response {
                status: self.status,
                fields: &self.response,
            },
        }
    }
}

impl Case {
    /// Compares what came out with what must. A known failure must not hold.
    ///
    /// # Errors
    ///
    /// Each field that differs, with both values; or that a known failure holds, and is to be taken off its list.
    pub fn check(&self, got: &Observed) -> Result<(), Mismatch> {
        let differences = self.expect.differences(got);
        if differences.is_empty() == self.known_failure.is_none() {
            return Ok(());
        }
        Err(Mismatch {
            case: self.id(),
            why: self.why.clone(),
            differences,
        })
    }

    /// File and name, by which the list of known failures refers to a case.
    pub fn id(&self) -> String {
        format!("{}: {}", self.file, self.name)
    }

    /// Reads a case onto which the file's defaults have been laid.
    pub(crate) fn parse(file: &str, merged: Value) -> Result<Self, String> {
        let raw: RawCase = serde_json::from_value(merged).map_err(|error| error.to_string())?;
        let keys = raw.seal_keys.iter().map(|key| seal_key(key));
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        let policy = hardtack_policy::from_json_with_keys(&raw.policy, &keys);
        Ok(Self {
            file: file.to_string(),
            policy: policy.map_err(|error| error.to_string())?,
            policy_json: raw.policy,
            seal_keys: keys,
            exchange: raw.exchange.parse()?,
            now: raw.now,
            entropy: entropy(&raw.entropy)?,
            expect: raw.expect.into(),
            known_failure: None,
            name: raw.name,
            why: raw.why,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCase {
    name: String,
    why: Option<String>,
    policy: Value,
    exchange: RawExchange,
    now: u64,
    entropy: String,
    #[serde(default)]
    seal_keys: Vec<String>,
    expect: RawExpect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExchange {
    method: String,
    scheme: String,
    host: String,
    path: String,
    country: Option<String>,
    request: Vec<(String, String)>,
    status: u16,
    response: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExpect {
    outcome: String,
    reason: String,
    id: Option<String>,
    set_cookie: Vec<String>,
    headers: Vec<(String, String)>,
    #[serde(default)]
    append: Vec<(String, String)>,
    #[serde(default)]
    remove: Vec<String>,
    #[serde(default)]
    origin: Vec<(String, Option<String>)>,
    log: Option<String>,
}

impl RawExchange {
    fn parse(&self) -> Result<OwnedExchange, String> {
        Ok(OwnedExchange {
            method: latin1(&self.method)?,
            scheme: scheme(&self.scheme)?,
            host: latin1(&self.host)?,
            path: latin1(&self.path)?,
            country: self.country.as_deref().map(country).transpose()?,
            request: fields(&self.request)?,
            status: self.status,
            response: fields(&self.response)?,
        })
    }
}

impl From<RawExpect> for Observed {
    fn from(raw: RawExpect) -> Self {
        Self {
            outcome: raw.outcome,
            reason: raw.reason,
            id: raw.id,
            set_cookie: raw.set_cookie,
            headers: raw.headers,
            append: raw.append,
            remove: raw.remove,
            origin: raw.origin,
            log: raw.log,
        }
    }
}

fn fields(raw: &[(String, String)]) -> Result<FieldList, String> {
    raw.iter()
        .map(|(name, value)| Ok((latin1(name)?, latin1(value)?)))
        .collect()
}

/// Each character is one byte, so that bytes that are not UTF-8 can stand in JSON.
fn latin1(text: &str) -> Result<Vec<u8>, String> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).map_err(|_| format!("`{c}` in {text:?} is not a byte")))
        .collect()
}

fn scheme(text: &str) -> Result<Scheme, String> {
    match text {
        "http" => Ok(Scheme::Http),
        "https" => Ok(Scheme::Https),
        _ => Err(format!("`{text}` is neither http nor https")),
    }
}

/// Reads a key of 64 hex digits.
///
/// # Errors
///
/// If the text is anything else.
pub fn seal_key(text: &str) -> Result<SealKey, String> {
    let digits = text.len() == 64 && text.is_ascii();
    let byte = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..64).step_by(2).map(byte).collect();
    let bytes = bytes
        .filter(|_| digits)
        .and_then(|bytes| bytes.try_into().ok());
    bytes
        .map(SealKey::new)
        .ok_or_else(|| format!("`{text}` is not 64 hex digits"))
}

fn country(text: &str) -> Result<Country, String> {
    Country::parse(text.as_bytes()).ok_or_else(|| format!("`{text}` is not a valid country"))
}

fn entropy(text: &str) -> Result<[u8; 16], String> {
    let fail = || format!("`{text}` is not 32 hex digits");
    let number = u128::from_str_radix(text, 16).map_err(|_| fail())?;
    (text.len() == 32)
        .then_some(number.to_be_bytes())
        .ok_or_else(fail)
}
