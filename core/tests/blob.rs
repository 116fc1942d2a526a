//! Blobs: what is written is what is read, and nothing that is damaged gets through.

use hardtack::{
    BlobError, DomainSetting, Policy, Reason, Request, Scheme, Settings, Target, on_request,
};
use hardtack_psl::LIST;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

#[expect(dead_code, reason = "shared with other tests, which use the rest")]
mod arbitrary;
#[expect(dead_code, reason = "shared with other tests, which use the rest")]
mod results;

use arbitrary::{entropy, exchange, page, policy};
use results::results;

/// The defaults on example.com, byte for byte: files that were written once must stay readable.
const DEFAULTS: &str = concat!(
    "48544b03",                               // HTK, version 3
    "8b00",                                   // secure, http_only, lax, documents_only
    "0067c203",                               // 730 days
    "03000000465044",                         // FPD
    "010000002f",                             // /
    "00000000",                               // no response header
    "010000000b0000006578616d706c652e636f6d", // example.com
    "00000000",                               // nothing excluded
);

const FLAGS_AT: usize = 4;
const CHECKSUM_LEN: usize = 8;

proptest! {
    #[test]
    fn a_policy_that_was_read_decides_like_the_one_that_was_written(
        policy in blobbed(),
        exchange in exchange(),
        page in page(),
        now: u64,
        entropy in entropy(),
    ) {
        let read = Policy::from_blob(&policy.to_blob().unwrap()).unwrap();
        for exchange in [exchange, page] {
            prop_assert_eq!(results(&read, &exchange, now, entropy), results(&policy, &exchange, now, entropy));
        }
        prop_assert_eq!(read.logs(), policy.logs());
    }

    #[test]
    fn a_policy_that_was_read_is_written_the_same(policy in blobbed()) {
        let blob = policy.to_blob().unwrap();
        let read = Policy::from_blob(&blob).unwrap();
        prop_assert_eq!(read.to_blob().unwrap(), blob);
        prop_assert_eq!(read.hash(), policy.hash());
        // A field that a blob forgets would come back with its default.
        prop_assert_eq!(format!("{read:?}"), format!("{policy:?}"));
    }

    #[test]
    fn every_setting_counts(one in blobbed(), other in blobbed()) {
        let same = format!("{one:?}") == format!("{other:?}");
        prop_assert_eq!(one.hash() == other.hash(), same);
    }

    #[test]
    fn a_policy_that_asks_the_suffix_list_makes_no_blob((settings, policy) in policy()) {
        let asks = settings.cookie.domain == DomainSetting::Auto;
        prop_assert_eq!(policy.to_blob().err(), asks.then_some(BlobError::Unresolved));
        prop_assert_eq!(policy.hash().err(), asks.then_some(BlobError::Unresolved));
    }

    #[test]
    fn one_byte_that_is_wrong_is_found(policy in blobbed(), at: Index, mask in 1..=u8::MAX) {
        let mut blob = policy.to_blob().unwrap();
        *at.get_mut(&mut blob) ^= mask;
        prop_assert!(Policy::from_blob(&blob).is_err());
    }

    #[test]
    fn bytes_that_are_missing_are_found(policy in blobbed(), at: Index) {
        let blob = policy.to_blob().unwrap();
        prop_assert!(Policy::from_blob(&blob[..at.index(blob.len())]).is_err());
    }

    #[test]
    fn noise_is_refused(noise in vec(any::<u8>(), 0..300)) {
        prop_assert!(Policy::from_blob(&noise).is_err());
        prop_assert!(Policy::from_blob(&[b"HTK\x01", &noise[..]].concat()).is_err());
    }

    /// A checksum can be forged; then the policy is still one that browsers would understand.
    #[test]
    fn a_forged_blob_is_refused_or_sets_cookies_like_any_other(
        policy in blobbed(),
        changes in vec((any::<Index>(), any::<u8>()), 1..4),
        page in page(),
        entropy in entropy(),
    ) {
        let mut blob = policy.to_blob().unwrap();
        for (at, byte) in changes {
            let body = FLAGS_AT..blob.len() - CHECKSUM_LEN;
            *at.get_mut(&mut blob[body]) = byte;
        }
        if let Ok(policy) = Policy::from_blob(&resealed(blob)) {
            let lines = results(&policy, &page, 0, entropy).observed.set_cookie;
            prop_assert!(lines.iter().flat_map(|line| line.bytes()).all(|b| (b' '..=b'~').contains(&b)));
            prop_assert!(policy.to_blob().is_ok());
        }
    }

    #[test]
    fn noise_with_a_forged_checksum_does_not_panic(noise in vec(any::<u8>(), 0..300)) {
        let _ = Policy::from_blob(&sealed(&noise));
    }
}

#[test]
fn the_layout_does_not_change() {
    let blob = sealed(&unhex(DEFAULTS)[FLAGS_AT..]);
    assert_eq!(defaults().to_blob().unwrap(), blob);
    assert_eq!(Policy::from_blob(&blob).unwrap().cookie_name(), "FPD");
}

#[test]
fn the_hash_is_the_checksum_in_hex() {
    let blob = defaults().to_blob().unwrap();
    let sum = blob.last_chunk::<CHECKSUM_LEN>().copied().unwrap();
    let hash = defaults().hash().unwrap();
    assert_eq!(hash, format!("{:016x}", u64::from_le_bytes(sum)));
    assert_eq!(hash, "89b438fa0c0bcb24");
}

#[test]
fn every_bit_of_a_blob_counts() {
    let blob = defaults().to_blob().unwrap();
    for bit in 0..blob.len() * 8 {
        let mut flipped = blob.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(Policy::from_blob(&flipped).is_err(), "bit {bit}");
    }
}

#[test]
fn what_is_no_blob_is_told_from_what_is_damaged() {
    let mut blob = defaults().to_blob().unwrap();
    check(b"", BlobError::NotABlob, "not a policy blob");
    check(b"[cookie]", BlobError::NotABlob, "not a policy blob");
    check(b"HTK\x03", BlobError::Damaged, "damaged policy blob");
    blob.pop();
    check(&blob, BlobError::Damaged, "damaged policy blob");
}

#[test]
fn another_version_is_told() {
    let mut blob = defaults().to_blob().unwrap();
    blob[3] = 1;
    let expected = "policy blob of the unknown version 1";
    check(&resealed(blob), BlobError::Version(1), expected);
}

#[test]
fn what_no_writer_writes_is_malformed() {
    let body = &unhex(DEFAULTS)[FLAGS_AT..];
    let malformed =
        |body: &[u8]| check(&sealed(body), BlobError::Malformed, "malformed policy blob");
    malformed(&[]);
    malformed(&[body, &[0][..]].concat());
    malformed(&body[..body.len() - 1]);
    malformed(&changed(body, 1, 0x80));
    malformed(&changed(body, 9, 0xff));
    malformed(&changed(body, 10, 0xff));
}

#[test]
fn a_section_is_whole_and_in_its_place() {
    let with = |sections: &[Vec<u8>]| {
        let body = &unhex(DEFAULTS)[FLAGS_AT..];
        sealed(&[body, &sections.concat()].concat())
    };
    let malformed = |sections: &[Vec<u8>]| {
        let expected = "malformed policy blob";
        check(&with(sections), BlobError::Malformed, expected);
    };
    let seen = [&2_592_000_u32.to_le_bytes()[..], &text(b"seen")].concat();
    let renewal = || section(1, &seen);
    let caches = || section(3, &[0]);
    Policy::from_blob(&with(&[renewal(), caches()])).unwrap();
    malformed(&[caches(), renewal()]);
    malformed(&[renewal(), renewal()]);
    malformed(&[section(0, b""), renewal()]);
    malformed(&[section(9, b"")]);
    malformed(&[section(1, &[&seen[..], b"x"].concat())]);
    malformed(&[section(1, &seen[..seen.len() - 1])]);
    malformed(&[section(1, &seen[..2])]);
    malformed(&[section(1, &[&seen[..4], &text(b"\xff")].concat())]);
    malformed(&[section(3, &[2])]);
    malformed(&[renewal(), caches()[..5].to_vec()]);
}

fn section(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag][..], &text(content)].concat()
}

fn text(bytes: &[u8]) -> Vec<u8> {
    let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes();
    [&len[..], bytes].concat()
}

/// No writer nests so many encodings; whoever reads them does not run out of stack.
#[test]
fn steps_within_steps_have_an_end() {
    let body = &unhex(DEFAULTS)[FLAGS_AT..];
    let fields = [
        ("sec-fetch-dest", "document"),
        ("cookie", "a=6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8"),
    ];
    let request = Request {
        target: Target {
            scheme: Scheme::Https,
            host: b"www.example.com",
        },
        method: b"GET",
        path: b"/",
        country: None,
        fields: &fields[..],
    };
    for step in [b"%\x1e", b"b\x1e"] {
        let steps = [&b"\0a=\x1f"[..], &step.repeat(30_000)].concat();
        let len = u32::try_from(steps.len()).unwrap().to_le_bytes();
        let policy = Policy::from_blob(&sealed(&[body, &[4], &len, &steps].concat())).unwrap();
        let decision = on_request(&policy, &request, 1_750_000_000, [7; 16]);
        assert_eq!(decision.reason(), Reason::NewVisitor);
    }
}

#[test]
fn settings_that_no_policy_can_have_are_refused() {
    let body = &unhex(DEFAULTS)[FLAGS_AT..];
    let refused = |body: &[u8], key: &str| match Policy::from_blob(&sealed(body)) {
        Err(BlobError::Refused(error)) => assert_eq!(error.key(), key),
        other => panic!("{other:?}"),
    };
    refused(&changed(body, 10, b';'), "cookie.name");
    refused(&changed(body, 17, b'x'), "cookie.path");
    refused(&changed(body, 5, 0x80), "cookie.max_age");
    refused(&changed(body, 30, b'E'), "cookie.domain");
    refused(&changed(body, 0, 0x96), "cookie.same_site");
}

#[test]
fn a_blob_that_no_engine_could_take_is_not_made() {
    let mut settings = settings();
    settings.scope.exclude = vec![format!("/{}", "x".repeat(Policy::MAX_BLOB_LEN))];
    let policy = Policy::new(&settings, None).unwrap();
    let len = Policy::MAX_BLOB_LEN + unhex(DEFAULTS).len() + CHECKSUM_LEN + 5;
    assert_eq!(policy.to_blob(), Err(BlobError::TooLong(len)));
    assert_eq!(
        BlobError::TooLong(len).to_string(),
        format!("{len} bytes are more than 131072")
    );
    settings.scope.exclude[0].truncate(1 + Policy::MAX_BLOB_LEN * 2 - len);
    let longest = Policy::new(&settings, None).unwrap().to_blob().unwrap();
    assert_eq!(longest.len(), Policy::MAX_BLOB_LEN);
    assert!(Policy::from_blob(&longest).is_ok());
}

#[track_caller]
fn check(blob: &[u8], expected: BlobError, message: &str) {
    let error = Policy::from_blob(blob).err();
    assert_eq!(error.as_ref(), Some(&expected));
    assert_eq!(expected.to_string(), message);
}

/// Random policies that make a blob.
fn blobbed() -> impl Strategy<Value = Policy> {
    policy().prop_filter_map("refused", |(mut settings, policy)| {
        if settings.cookie.domain != DomainSetting::Auto {
            return Some(policy);
        }
        settings.cookie.domain = DomainSetting::Listed(vec!["example.com".to_string()]);
        Policy::new(&settings, Some(LIST)).ok()
    })
}

fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.cookie.domain = DomainSetting::Listed(vec!["example.com".to_string()]);
    settings
}

#[track_caller]
fn defaults() -> Policy {
    match Policy::new(&settings(), None) {
        Ok(policy) => policy,
        Err(error) => panic!("{error}"),
    }
}

/// A body as a blob, its checksum made here by the definition of FNV-1a.
fn sealed(body: &[u8]) -> Vec<u8> {
    let mut blob = [b"HTK\x03", body].concat();
    let mut sum: u64 = 14_695_981_039_346_656_037;
    for byte in &blob {
        sum = (sum ^ u64::from(*byte)).wrapping_mul(1_099_511_628_211);
    }
    blob.extend(sum.to_le_bytes());
    blob
}

fn resealed(blob: Vec<u8>) -> Vec<u8> {
    let body = &blob[FLAGS_AT..blob.len() - CHECKSUM_LEN];
    let mut sealed = sealed(body);
    sealed[3] = blob[3];
    sealed
}

fn changed(bytes: &[u8], at: usize, byte: u8) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] = byte;
    bytes
}

fn unhex(digits: &str) -> Vec<u8> {
    let pairs = (0..digits.len()).step_by(2);
    let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16);
    pairs.map_while(|at| byte(at).ok()).collect()
}
