//! Writes the body of a blob.

use alloc::string::String;
use alloc::vec::Vec;

use super::{
    ADOPTION, ANY_ID, BOTS, BlobError, CACHES, CONSENT, DOCUMENTS_ONLY, ERROR_PAGES, HTTP_ONLY,
    LOG, NEVER_RENEWED, PARTITIONED, RENEWAL, SAME_SITE_SHIFT, SAME_SITES, SEAL, SECURE, SIGNALS,
};
use crate::http::domain::DomainRule;
use crate::http::id::Accept;
use crate::http::set_cookie::{CookieText, SameSite};
use crate::policy::Policy;
use crate::rules::renew::Renew;

/// Writes what stands between the version and the checksum.
pub(super) fn body(policy: &Policy, blob: &mut Writer) -> Result<(), BlobError> {
    blob.bytes(&flags(policy).to_le_bytes());
    blob.bytes(&(policy.write.max_age as u32).to_le_bytes());
    blob.text(policy.cookie_name());
    blob.text(&policy.scope.path);
    blob.text(policy.response_header().unwrap_or_default());
    blob.list(domains(policy)?);
    blob.list(&policy.scope.settings.exclude);
    sections(policy, blob);
    Ok(())
}

fn flags(policy: &Policy) -> u16 {
    let bit = |set: bool, flag| if set { flag } else { 0 };
    let attributes = policy.write.attributes;
    bit(attributes.secure, SECURE)
        | bit(attributes.http_only, HTTP_ONLY)
        | bit(attributes.partitioned, PARTITIONED)
        | same_site(attributes.same_site) << SAME_SITE_SHIFT
        | bit(policy.ids.accept == Accept::Any, ANY_ID)
        | bit(policy.renew.when == Renew::Never, NEVER_RENEWED)
        | bit(policy.document.documents_only, DOCUMENTS_ONLY)
        | bit(policy.scope.settings.error_pages, ERROR_PAGES)
        | bit(policy.signals.settings.log, LOG)
}

/// The place in [`SAME_SITES`].
fn same_site(setting: SameSite) -> u16 {
    let index = SAME_SITES.iter().position(|value| *value == setting);
    index.map_or(0, |index| index as u16)
}

fn domains(policy: &Policy) -> Result<&[String], BlobError> {
    match &policy.write.domain {
        DomainRule::HostOnly => Ok(&[]),
        DomainRule::Listed(domains) => Ok(domains),
        DomainRule::Registrable(_) => Err(BlobError::Unresolved),
    }
}

/// What only some policies ask for. Each section writes itself, and is read in [`section`](super::read).
fn sections(policy: &Policy, blob: &mut Writer) {
    blob.section(RENEWAL, |content| {
        if let Some(marker) = &policy.renew.marker {
            content.bytes(&(marker.period as u32).to_le_bytes());
            content.text(marker.text.name());
        }
    });
    blob.section(SIGNALS, |content| {
        let script_cookie = policy.signals.script_cookie.as_ref().map(CookieText::name);
        let header = policy.request_header();
        if script_cookie.is_some() || header.is_some() || policy.signals.settings.server_timing {
            content.bytes(&[policy.signals.settings.server_timing.into()]);
            content.text(header.unwrap_or_default());
            content.text(script_cookie.unwrap_or_default());
        }
    });
    blob.section(CACHES, |content| {
        if !policy.caches.protect {
            content.bytes(&[0]);
        }
    });
    blob.section(ADOPTION, |content| {
        if let Some(rule) = &policy.adopt {
            content.bytes(&[rule.derive.into()]);
            content.list(&rule.patterns());
        }
    });
    blob.section(SEAL, |content| {
        if let Some(seal) = &policy.ids.seal {
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
