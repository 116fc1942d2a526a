//! What the layer tells `tracing`, under the target `hardtack`: the decision, its rules, and edits that were left out.
//! The crate's documentation has the list.

use std::borrow::Cow;
use std::fmt;

use hardtack::{Accept, Policy, Rule, Speculation, VisitorId};
use tracing::Level;

use crate::observer::Decided;

const TARGET: &str = "hardtack";

/// Whether a decision leaves any event, under this policy and the subscriber of the moment.
pub(crate) fn wants_decision(policy: &Policy) -> bool {
    policy.logs() || tracing::enabled!(target: TARGET, Level::DEBUG)
}

/// A decision, once its edits are made.
pub(crate) fn decided(policy: &Policy, decided: &Decided<'_>) {
    if policy.logs() {
        tracing::info!(target: TARGET, "{}", decided.log_line());
    }
    let decision = &decided.decision;
    let id = decision.id().filter(|_| policy.logs_ids());
    tracing::debug!(
        target: TARGET,
        outcome = decision.outcome().as_str(),
        reason = decision.reason().as_str(),
        id = id.map(tracing::field::display),
        speculation = decision.request().speculation().map(Speculation::as_str),
        method = decided.method.as_str(),
        host = %String::from_utf8_lossy(decided.target.host),
        path = decided.uri.path(),
        status = decided.status.as_u16(),
        "decided"
    );
}

/// An edit that makes no valid header. Its value is not told, because it may hold the id.
#[cold]
pub(crate) fn left_out(header: &str) {
    tracing::warn!(target: TARGET, header, "left out an edit that makes no valid header");
}

/// Sends what each rule finds as an event of its own.
#[derive(Debug)]
pub(crate) struct RuleEvents {
    with_ids: bool,
}

impl RuleEvents {
    /// `None` where nobody collects them.
    pub(crate) fn wanted(policy: &Policy) -> Option<Self> {
        let with_ids = policy.logs_ids();
        tracing::enabled!(target: TARGET, Level::TRACE).then_some(Self { with_ids })
    }

    pub(crate) fn record(&self, rule: Rule, what: fmt::Arguments<'_>) {
        let what = what.to_string();
        let what = match self.with_ids {
            true => Cow::Borrowed(&*what),
            false => without_ids(&what),
        };
        tracing::trace!(target: TARGET, rule = rule.number(), rule.name = rule.name(), "{what}");
    }
}

/// The text with an ellipsis for each id: the rules' texts have them, and a policy may keep them out of logs.
fn without_ids(text: &str) -> Cow<'_, str> {
    let mut windows = text.as_bytes().windows(VisitorId::TEXT_LEN);
    match windows.position(|window| VisitorId::parse(window, Accept::Any).is_some()) {
        // An id is ASCII, so the text can be split before and after it.
        Some(at) => {
            let rest = without_ids(&text[at + VisitorId::TEXT_LEN..]);
            Cow::Owned(format!("{}…{rest}", &text[..at]))
        }
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::without_ids;

    #[test]
    fn ids_are_left_out_wherever_they_stand() {
        let id = "6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8";
        let cases = [
            (format!("found a valid id, {id}"), "found a valid id, …"),
            (format!("FPD={id}; Path=/; é={id}"), "FPD=…; Path=/; é=…"),
            (format!("{id}{id}"), "……"),
            ("no id".to_string(), "no id"),
            ("é".repeat(40), &"é".repeat(40)),
        ];
        for (text, expected) in &cases {
            assert_eq!(without_ids(text), *expected);
        }
    }
}
