//! Reads the body of a blob.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::{ADOPTION, BOTS, CACHES, CONSENT, RENEWAL, SEAL, SIGNALS, flags};
use crate::http::set_cookie::SameSite;
use crate::http::text;
use crate::policy::settings::Settings;
use crate::rules::adopt::{AdoptRule, AdoptSettings};
use crate::rules::bots::{BotSettings, Bots};
use crate::rules::caches::CacheSettings;
use crate::rules::consent::{ConsentRule, ConsentSettings};
use crate::rules::mint::{IdSettings, SealKey};
use crate::rules::renew::{Renew, RenewSettings};
use crate::rules::scope::ScopeSettings;
use crate::rules::signals::SignalSettings;
use crate::rules::write::{CookieSettings, DomainSetting};

/// The settings, and what is kept as it stands.
#[inline(never)]
pub(super) fn settings(body: &[u8]) -> Option<(Settings, (AdoptRule, ConsentRule))> {
    let mut rest = Reader::new(body);
    let bits = u16::from_le_bytes(rest.array());
    let mut settings = Settings {
        cookie: CookieSettings {
            max_age: rest.number().into(),
            name: rest.text(),
            path: rest.text(),
            domain: DomainSetting::HostOnly,
            // The flags say what these are. The defaults would be texts that nobody reads.
            secure: false,
            http_only: false,
            same_site: SameSite::Unset,
            partitioned: false,
        },
        id: IdSettings::default(),
        renew: RenewSettings::default(),
        adopt: AdoptSettings::default(),
        bots: BotSettings::default(),
        scope: ScopeSettings::default(),
        caches: CacheSettings::default(),
        consent: ConsentSettings::default(),
        signals: SignalSettings::default(),
    };
    flags::set(&mut settings, bits);
    rest.name(&mut settings.signals.response_header);
    let mut domains = Vec::new();
    rest.list(&mut domains);
    if !domains.is_empty() {
        settings.cookie.domain = DomainSetting::Listed(domains);
    }
    rest.list(&mut settings.scope.exclude);
    let (mut last, mut rules) = (0, (AdoptRule::default(), ConsentRule::default()));
    while !rest.is_at_end() {
        let [tag] = rest.array();
        let mut content = rest.part();
        section(tag, &mut content, &mut settings, &mut rules);
        rest.broken |= content.broken || !content.rest.is_empty() || tag <= last;
        last = tag;
    }
    let is_whole = !rest.broken && bits & !flags::KNOWN == 0;
    is_whole.then_some((settings, rules))
}

/// Reads the content of the section of this tag into the settings; a tag that is not known breaks the reader.
fn section(
    tag: u8,
    content: &mut Reader<'_>,
    settings: &mut Settings,
    (adopt, consent): &mut (AdoptRule, ConsentRule),
) {
    match tag {
        RENEWAL => {
            settings.renew.when = Renew::WhenDue(content.number());
            content.name(&mut settings.renew.marker);
        }
        SIGNALS => {
            settings.signals.server_timing = content.flag();
            content.name(&mut settings.signals.request_header);
            content.name(&mut settings.signals.script_cookie);
        }
        CACHES => settings.caches.protect = content.flag(),
        ADOPTION => content.rest_into(&mut adopt.0),
        SEAL => {
            settings.id.sealed = true;
            settings.id.accept_unsealed_until = u64::from_le_bytes(content.array());
            while !content.is_at_end() {
                settings.id.keys.push(SealKey::new(content.array()));
            }
        }
        CONSENT => content.rest_into(&mut consent.0),
        BOTS => {
            if content.flag() {
                settings.bots.policy = Bots::TreatAsPeople;
            }
            content.list(&mut settings.bots.also);
            content.list(&mut settings.bots.people);
        }
        _ => content.broken = true,
    }
}

/// A place in a body. What it lacks reads as nothing, and breaks the reader: one question at the end is less code in an
/// engine than one at every step.
struct Reader<'b> {
    rest: &'b [u8],
    broken: bool,
}

impl<'b> Reader<'b> {
    const fn new(rest: &'b [u8]) -> Self {
        let broken = false;
        Self { rest, broken }
    }

    /// Whether nothing is left that can be read.
    const fn is_at_end(&self) -> bool {
        self.rest.is_empty() || self.broken
    }

    fn bytes(&mut self, len: usize) -> &'b [u8] {
        let bytes = self.rest.split_off(..len);
        self.broken |= bytes.is_none();
        bytes.unwrap_or_default()
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        self.bytes(N).try_into().unwrap_or([0; N])
    }

    #[inline(never)]
    fn number(&mut self) -> u32 {
        u32::from_le_bytes(self.array())
    }

    fn flag(&mut self) -> bool {
        let [flag] = self.array();
        self.broken |= flag > 1;
        flag == 1
    }

    /// A length, and as many bytes.
    #[inline(never)]
    fn part(&mut self) -> Self {
        let len = usize::try_from(self.number());
        Self::new(self.bytes(len.unwrap_or(usize::MAX)))
    }

    /// All that is left, for a rule that is kept as it stands.
    #[inline(never)]
    fn rest_into(&mut self, into: &mut Vec<u8>) {
        into.extend_from_slice(core::mem::take(&mut self.rest));
    }

    /// A name that may be left out: empty then.
    #[inline(never)]
    fn name(&mut self, into: &mut Option<String>) {
        *into = Some(self.text()).filter(|text| !text.is_empty());
    }

    #[inline(never)]
    fn text(&mut self) -> String {
        let text = text::utf8(self.part().rest);
        self.broken |= text.is_none();
        text.unwrap_or_default().to_string()
    }

    #[inline(never)]
    fn list(&mut self, into: &mut Vec<String>) {
        for _ in 0..self.number() {
            if self.broken {
                break;
            }
            into.push(self.text());
        }
    }
}
