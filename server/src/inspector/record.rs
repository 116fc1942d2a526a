//! A decision as the inspector keeps it; it becomes JSON only when a page requests it.

use hardtack::{Edit, Outcome, Reason, Speculation, VisitorId};
use hardtack_tower::Decided;
use http::{Method, StatusCode, Uri};
use serde_json::{Value, json};

use super::notes::Notes;

/// One decision. The URI shares its bytes with the request.
#[derive(Debug)]
pub(super) struct Record {
    seq: u64,
    time: u64,
    method: Method,
    host: Vec<u8>,
    uri: Uri,
    status: StatusCode,
    outcome: Outcome,
    reason: Reason,
    id: Option<VisitorId>,
    speculation: Option<Speculation>,
    edits: Vec<Change>,
    notes: Notes,
}

/// An edit to the response.
#[derive(Debug)]
struct Change {
    name: String,
    value: String,
}

impl Record {
    pub(super) fn new(seq: u64, decided: &Decided<'_>, notes: Notes) -> Self {
        let decision = &decided.decision;
        Self {
            seq,
            time: decided.now,
            method: decided.method.clone(),
            host: decided.target.host.to_vec(),
            uri: decided.uri.clone(),
            status: decided.status,
            outcome: decision.outcome(),
            reason: decision.reason(),
            id: decision.id(),
            speculation: decision.request().speculation(),
            edits: decision.edits().filter_map(Change::of).collect(),
            notes,
        }
    }

    /// The JSON that the page reads.
    pub(super) fn json(&self) -> Value {
        json!({
            "seq": self.seq,
            "time": self.time,
            "method": self.method.as_str(),
            "host": String::from_utf8_lossy(&self.host),
            "path": self.uri.path(),
            "status": self.status.as_u16(),
            "outcome": self.outcome.as_str(),
            "reason": self.reason.as_str(),
            "why": self.reason.sentence(),
            "is_page": is_page(self.reason),
            "id": self.id.map(|id| id.to_string()),
            "speculation": self.speculation.map(Speculation::as_str),
            "set_cookie": self.set_cookie().map(|edit| &edit.value).collect::<Vec<_>>(),
            "fields": self.fields().map(|edit| [&edit.name, &edit.value]).collect::<Vec<_>>(),
            "rules": self.notes.json(),
        })
    }

    fn set_cookie(&self) -> impl Iterator<Item = &Change> {
        self.edits.iter().filter(|edit| edit.name == SET_COOKIE)
    }

    fn fields(&self) -> impl Iterator<Item = &Change> {
        self.edits.iter().filter(|edit| edit.name != SET_COOKIE)
    }
}

/// Whether a decision is about a page, whatever came of it, and not about what a page is made of.
const fn is_page(reason: Reason) -> bool {
    !matches!(
        reason,
        Reason::NotDocument | Reason::NotHtml | Reason::Method | Reason::InformationalStatus
    )
}

const SET_COOKIE: &str = "set-cookie";

impl Change {
    fn of(edit: Edit<'_>) -> Option<Self> {
        let (name, value) = match edit {
            Edit::AppendSetCookie(line) => (SET_COOKIE, line.to_string()),
            Edit::SetHeader(name, value) | Edit::AppendHeader(name, value) => {
                (name, value.to_string())
            }
            Edit::RemoveHeader(name) => (name, String::new()),
            _ => return None,
        };
        Some(Self {
            name: name.to_string(),
            value,
        })
    }
}
