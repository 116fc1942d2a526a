//! A policy as a few bytes, for engines that have no room for a policy file's parser and the public suffix list.
//!
//! Numbers are little-endian; a text is its length as a `u32` and its bytes, in UTF-8; a list is the number of its texts
//! as a `u32`, and the texts.
//!
//! | bytes | |
//! |---|---|
//! | 3 | `HTK` |
//! | 1 | version of the layout: 2 |
//! | 2 | flags, from bit 0: secure, http_only, partitioned, same_site (2 bits: strict, lax, none, unset), any id accepted, never renewed, documents_only, error_pages, log; the others are 0 |
//! | 4 | max_age in seconds |
//! | text | name |
//! | text | path |
//! | text | response header, empty where there is none |
//! | list | domains, longest first; none for a host-only cookie |
//! | list | excluded paths |
//! | | sections, in ascending order of their tags: tag `u8`, length `u32`, content. A section is there where the policy asks for what it is about |
//! | 8 | FNV-1a, 64 bits, of all bytes before: it tells damage, and is no protection from forgery |
//!
//! | tag | section |
//! |---|---|
//! | 1 | renewal when due: period in seconds `u32`, the marker's name |
//! | 2 | signals: server timing `u8`, request header, script cookie; each name empty where there is none |
//! | 3 | caches: 0 `u8`, for a policy that leaves them alone |
//! | 4 | adoption: derive `u8`, list of cookies |
//! | 5 | seal: until when unsealed ids count, in Unix seconds, `u64`; keys of 32 bytes each. Whoever has the blob has the keys |
//! | 7 | bots: treated as people `u8`, list of what else names them, list of what names people |

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use crate::consent::{ConsentRule, ConsentSettings};
use crate::domain::DomainRule;
use crate::id::Accept;
use crate::policy::{CookieText, Policy, PolicyError};
use crate::seal::SealKey;
use crate::settings::{
    AdoptSettings, BotSettings, Bots, CacheSettings, CookieSettings, DomainSetting, IdSettings,
    Renew, RenewSettings, SameSite, ScopeSettings, Settings, SignalSettings,
};
use crate::text;

/// Why a policy makes no blob, or a blob no policy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BlobError {
    /// The policy asks the public suffix list, which a blob does not carry: its domains have to be found first.
    Unresolved,
    /// The blob would have this many bytes, more than [`Policy::MAX_BLOB_LEN`].
    TooLong(usize),
    /// The bytes do not begin as a blob does.
    NotABlob,
    /// The blob has this version, which is not known here.
    Version(u8),
    /// The checksum is not that of the bytes before it.
    Damaged,
    /// The checksum is right, and the bytes are no policy all the same.
    Malformed,
    /// The settings contradict each other, or browsers would reject them.
    Refused(PolicyError),
}

impl Policy {
    /// The longest blob, in bytes: what an engine's input buffer takes.
    pub const MAX_BLOB_LEN: usize = 131_072;

    /// The policy as bytes. The same policy always gives the same bytes.
    ///
    /// # Errors
    ///
    /// [`BlobError::Unresolved`] for [`DomainSetting::Auto`], and [`BlobError::TooLong`].
    pub fn to_blob(&self) -> Result<Vec<u8>, BlobError> {
        let mut blob = Writer(MAGIC.to_vec());
        blob.bytes(&[VERSION]);
        blob.bytes(&flags(self).to_le_bytes());
        blob.bytes(&max_age(self).to_le_bytes());
        blob.text(self.cookie_name());
        blob.text(&self.path);
        blob.text(self.response_header.as_deref().unwrap_or_default());
        blob.list(domains(self)?);
        blob.list(&self.exclude);
        sections(self, &mut blob);
        blob.bytes(&checksum(&blob.0).to_le_bytes());
        match blob.0.len() {
            len if len > Self::MAX_BLOB_LEN => Err(BlobError::TooLong(len)),
            _ => Ok(blob.0),
        }
    }

    /// Reads a blob, and checks what it says like any other settings. Without the feature `checks` it is believed: its
    /// checksum tells damage, and who writes a blob could as well write the engine.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the bytes first.
    // Kept apart from an engine that is compiled for speed: this runs once.
    #[inline(never)]
    pub fn from_blob(blob: &[u8]) -> Result<Self, BlobError> {
        let (settings, consent) = settings(body(blob)?).ok_or(BlobError::Malformed)?;
        #[cfg(feature = "checks")]
        crate::check::settings(&settings, None).map_err(BlobError::Refused)?;
        Ok(Self::laid_out(settings, None, consent))
    }

    /// The checksum of the policy's blob as 16 hex digits: what tells two policies apart in names and logs.
    ///
    /// # Errors
    ///
    /// As for [`to_blob`](Self::to_blob).
    pub fn hash(&self) -> Result<String, BlobError> {
        let blob = self.to_blob()?;
        let (body, _) = blob
            .split_last_chunk::<CHECKSUM_LEN>()
            .ok_or(BlobError::Malformed)?;
        Ok(format!("{:016x}", checksum(body)))
    }
}

impl fmt::Display for BlobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unresolved => f.write_str("cookie.domain `auto` needs the site's hosts"),
            Self::TooLong(len) => write!(f, "{len} bytes are more than {}", Policy::MAX_BLOB_LEN),
            Self::NotABlob => f.write_str("no policy blob"),
            Self::Version(version) => write!(f, "policy blob of the unknown version {version}"),
            Self::Damaged => f.write_str("damaged policy blob"),
            Self::Malformed => f.write_str("malformed policy blob"),
            Self::Refused(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for BlobError {}

const MAGIC: [u8; 3] = *b"HTK";
const VERSION: u8 = 2;
const CHECKSUM_LEN: usize = 8;

const SECURE: u16 = 1;
const HTTP_ONLY: u16 = 1 << 1;
const PARTITIONED: u16 = 1 << 2;
const SAME_SITE_SHIFT: u32 = 3;
const SAME_SITES: [SameSite; 4] = [
    SameSite::Strict,
    SameSite::Lax,
    SameSite::None,
    SameSite::Unset,
];
const ANY_ID: u16 = 1 << 5;
const NEVER_RENEWED: u16 = 1 << 6;
const DOCUMENTS_ONLY: u16 = 1 << 7;
const ERROR_PAGES: u16 = 1 << 8;
const LOG: u16 = 1 << 9;
const KNOWN_FLAGS: u16 = (1 << 10) - 1;

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

/// What only some policies ask for. Each section writes itself, and reads itself in [`section`].
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

/// Reads the content of the section of this tag into the settings; a tag that is not known breaks the reader.
fn section(tag: u8, content: &mut Reader<'_>, settings: &mut Settings, consent: &mut ConsentRule) {
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
        ADOPTION => {
            settings.adopt.derive = content.flag();
            content.list(&mut settings.adopt.from);
        }
        SEAL => {
            settings.id.sealed = true;
            settings.id.accept_unsealed_until = u64::from_le_bytes(content.array());
            while !content.is_at_end() {
                settings.id.keys.push(SealKey::new(content.array()));
            }
        }
        CONSENT => consent
            .0
            .extend_from_slice(core::mem::take(&mut content.rest)),
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

// The tags of sections.
const RENEWAL: u8 = 1;
const SIGNALS: u8 = 2;
const CACHES: u8 = 3;
const ADOPTION: u8 = 4;
const SEAL: u8 = 5;
const CONSENT: u8 = 6;
const BOTS: u8 = 7;

struct Writer(Vec<u8>);

impl Writer {
    fn bytes(&mut self, bytes: &[u8]) {
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

/// What stands between the version and the checksum.
fn body(blob: &[u8]) -> Result<&[u8], BlobError> {
    let (version, _) = blob
        .strip_prefix(&MAGIC)
        .and_then(<[u8]>::split_first)
        .ok_or(BlobError::NotABlob)?;
    if *version != VERSION {
        return Err(BlobError::Version(*version));
    }
    match blob.split_last_chunk::<CHECKSUM_LEN>() {
        Some((bytes, sum)) if checksum(bytes) == u64::from_le_bytes(*sum) => {
            bytes.get(MAGIC.len() + 1..).ok_or(BlobError::Malformed)
        }
        _ => Err(BlobError::Damaged),
    }
}

/// FNV-1a. Every step can be undone, so two blobs of one length that differ in one byte never have the same sum.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The settings, and what is kept as it stands.
#[inline(never)]
fn settings(body: &[u8]) -> Option<(Settings, ConsentRule)> {
    let mut rest = Reader::new(body);
    let flags = u16::from_le_bytes(rest.array());
    let has = |flag| flags & flag != 0;
    let mut settings = Settings {
        cookie: CookieSettings {
            max_age: rest.number().into(),
            name: rest.text(),
            path: rest.text(),
            domain: DomainSetting::HostOnly,
            secure: has(SECURE),
            http_only: has(HTTP_ONLY),
            same_site: SAME_SITES[usize::from(flags >> SAME_SITE_SHIFT & 3)],
            partitioned: has(PARTITIONED),
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
    rest.name(&mut settings.signals.response_header);
    settings.signals.log = has(LOG);
    let mut domains = Vec::new();
    rest.list(&mut domains);
    if !domains.is_empty() {
        settings.cookie.domain = DomainSetting::Listed(domains);
    }
    rest.list(&mut settings.scope.exclude);
    settings.scope.documents_only = has(DOCUMENTS_ONLY);
    settings.scope.error_pages = has(ERROR_PAGES);
    if has(ANY_ID) {
        settings.id.accept = Accept::Any;
    }
    if has(NEVER_RENEWED) {
        settings.renew.when = Renew::Never;
    }
    let (mut last, mut consent) = (0, ConsentRule::default());
    while !rest.is_at_end() {
        let [tag] = rest.array();
        let mut content = rest.part();
        section(tag, &mut content, &mut settings, &mut consent);
        rest.broken |= content.broken || !content.rest.is_empty() || tag <= last;
        last = tag;
    }
    let is_whole = !rest.broken && flags & !KNOWN_FLAGS == 0;
    is_whole.then_some((settings, consent))
}

/// A place in a body. What it lacks reads as nothing, and breaks the reader: one question at the end is less code in an engine
/// than one at every step.
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
