//! Writes the body of a blob.

use alloc::string::String;
use alloc::vec::Vec;

use super::{ADOPTION, BOTS, BlobError, CACHES, CONSENT, RENEWAL, SEAL, SIGNALS, flags};
use crate::http::domain::DomainRule;
use crate::policy::{Policy, Settings};
use crate::rules::bots::Bots;
use crate::rules::renew::Renew;

/// Writes what stands between the version and the checksum.
pub(super) fn body(policy: &Policy, blob: &mut Writer) -> Result<(), BlobError> {
    let Settings {
        cookie,
        scope,
        signals,
        ..
    } = &policy.settings;
    blob.bytes(&flags::of(&policy.settings).to_le_bytes());
    blob.bytes(&(cookie.max_age as u32).to_le_bytes());
    blob.text(&cookie.name);
    blob.text(&cookie.path);
    blob.name(&signals.response_header);
    blob.list(domains(policy)?);
    blob.list(&scope.exclude);
    sections(policy, blob);
    Ok(())
}

fn domains(policy: &Policy) -> Result<&[String], BlobError> {
    match &policy.domain {
        DomainRule::HostOnly => Ok(&[]),
        DomainRule::Listed(domains) => Ok(domains),
        DomainRule::Registrable(_) => Err(BlobError::Unresolved),
    }
}

/// What only some policies ask for. Each section writes itself, and is read in [`section`](super::read).
fn sections(policy: &Policy, blob: &mut Writer) {
    let Settings {
        id,
        renew,
        bots,
        caches,
        signals,
        ..
    } = &policy.settings;
    blob.section(RENEWAL, |content| {
        if let Renew::WhenDue(period) = renew.when {
            content.bytes(&period.to_le_bytes());
            content.name(&renew.marker);
        }
    });
    blob.section(SIGNALS, |content| {
        let names = [&signals.request_header, &signals.script_cookie];
        if signals.server_timing || names.iter().any(|name| name.is_some()) {
            content.bytes(&[signals.server_timing.into()]);
            names.iter().for_each(|name| content.name(name));
        }
    });
    blob.section(CACHES, |content| {
        if !caches.protect {
            content.bytes(&[0]);
        }
    });
    blob.section(ADOPTION, |content| content.bytes(&policy.adopt.0));
    blob.section(SEAL, |content| {
        if id.sealed {
            content.bytes(&id.accept_unsealed_until.to_le_bytes());
            id.keys.iter().for_each(|key| content.bytes(key.bytes()));
        }
    });
    blob.section(CONSENT, |content| content.bytes(&policy.consent.0));
    blob.section(BOTS, |content| {
        let as_people = bots.policy == Bots::TreatAsPeople;
        if as_people || !bots.also.is_empty() || !bots.people.is_empty() {
            content.bytes(&[as_people.into()]);
            content.list(&bots.also);
            content.list(&bots.people);
        }
    });
}

/// Bytes in the making.
pub(super) struct Writer(pub(super) Vec<u8>);

impl Writer {
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// A length that does not fit makes a blob that is too long anyway.
    fn len(&mut self, len: usize) {
        let len = u32::try_from(len).unwrap_or(u32::MAX);
        self.bytes(&len.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.len(text.len());
        self.bytes(text.as_bytes());
    }

    /// A name that may be left out: empty then.
    fn name(&mut self, name: &Option<String>) {
        self.text(name.as_deref().unwrap_or_default());
    }

    fn list(&mut self, texts: &[String]) {
        self.len(texts.len());
        texts.iter().for_each(|text| self.text(text));
    }

    /// A section that nothing is written into is left out.
    fn section(&mut self, tag: u8, write: impl FnOnce(&mut Self)) {
        let mut content = Self(Vec::new());
        write(&mut content);
        if !content.0.is_empty() {
            self.bytes(&[tag]);
            self.len(content.0.len());
            self.bytes(&content.0);
        }
    }
}
