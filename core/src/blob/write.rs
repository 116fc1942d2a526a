//! Writes the body of a blob.

use alloc::string::String;
use alloc::vec::Vec;

use super::{
    ADOPTION, ANY_ID, BOTS, BlobError, CACHES, CONSENT, DOCUMENTS_ONLY, ERROR_PAGES, HTTP_ONLY,
    LOG, NEVER_RENEWED, PARTITIONED, RENEWAL, SAME_SITE_SHIFT, SAME_SITES, SEAL, SECURE, SIGNALS,
};
use crate::domain::DomainRule;
use crate::id::Accept;
use crate::policy::{CookieText, Policy};
use crate::settings::Renew;

/// Writes what stands between the version and the checksum.
pub(super) fn body(policy: &Policy, blob: &mut Writer) -> Result<(), BlobError> {
    blob.bytes(&flags(policy).to_le_bytes());
    blob.bytes(&max_age(policy).to_le_bytes());
    blob.text(policy.cookie_name());
    blob.text(&policy.path);
    blob.text(policy.response_header.as_deref().unwrap_or_default());
    blob.list(domains(policy)?);
    blob.list(&policy.exclude);
    sections(policy, blob);
    Ok(())
}

fn flags(policy: &Policy) -> u16 {
    let has = |attribute| {
        policy
            .cookie
            .attributes
            .split("; ")
            .any(|part| part == attribute)
    };
    let bit = |set: bool, flag| if set { flag } else { 0 };
    bit(policy.secure, SECURE)
        | bit(has("HttpOnly"), HTTP_ONLY)
        | bit(has("Partitioned"), PARTITIONED)
        | same_site(policy) << SAME_SITE_SHIFT
        | bit(policy.accept == Accept::Any, ANY_ID)
        | bit(policy.renew == Renew::Never, NEVER_RENEWED)
        | bit(policy.documents_only, DOCUMENTS_ONLY)
        | bit(policy.error_pages, ERROR_PAGES)
        | bit(policy.log, LOG)
}

/// The policy keeps its attributes as text, ready to be written; no path can hold the semicolon that parts them.
fn same_site(policy: &Policy) -> u16 {
    let written = policy
        .cookie
        .attributes
        .split("; ")
        .find_map(|part| part.strip_prefix("SameSite="));
    let index = SAME_SITES
        .iter()
        .position(|value| value.as_str() == written);
    index.map_or(0, |index| index as u16)
}

fn max_age(policy: &Policy) -> u32 {
    let digits = policy.cookie.max_age.strip_prefix("; Max-Age=");
    digits.unwrap_or_default().parse().unwrap_or_default()
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
    blob.section(RENEWAL, |content| {
        if let Some(marker) = &policy.marker {
            content.bytes(&(marker.period as u32).to_le_bytes());
            content.text(marker.text.name());
        }
    });
    blob.section(SIGNALS, |content| {
        let twin = policy.twin.as_ref().map(CookieText::name);
        let header = policy.request_header();
        if twin.is_some() || header.is_some() || policy.server_timing {
            content.bytes(&[policy.server_timing.into()]);
            content.text(header.unwrap_or_default());
            content.text(twin.unwrap_or_default());
        }
    });
    blob.section(CACHES, |content| {
        if !policy.protect_caches {
            content.bytes(&[0]);
        }
    });
    blob.section(ADOPTION, |content| {
        if let Some(adoption) = &policy.adoption {
            content.bytes(&[adoption.derive.into()]);
            content.list(&adoption.patterns());
        }
    });
    blob.section(SEAL, |content| {
        if let Some(seal) = &policy.seal {
            content.bytes(&seal.unsealed_until.to_le_bytes());
            for key in &seal.keys {
                content.bytes(key.bytes());
            }
        }
    });
    blob.section(CONSENT, |content| content.bytes(&policy.consent.0));
    blob.section(BOTS, |content| match &policy.bots {
        Some(rule) if rule.also.is_empty() && rule.people.is_empty() => {}
        rule => {
            content.bytes(&[rule.is_none().into()]);
            content.list(rule.as_ref().map_or(&[], |rule| &rule.also));
            content.list(rule.as_ref().map_or(&[], |rule| &rule.people));
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
