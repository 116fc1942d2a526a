//! Sealed ids: the published vectors, rotation, forgeries, and that nothing about them looks sealed.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use hardtack::{
    Accept, DomainSetting, Exchange, Outcome, Policy, Request, Response, Scheme, SealKey, Settings,
    Target, VisitorId, decide,
};
use proptest::prelude::*;
use serde_json::Value;

/// Mints an id for a new visitor.
fn minted(policy: &Policy, entropy: [u8; 16]) -> VisitorId {
    visit(policy, "", entropy).1
}

fn visit(policy: &Policy, cookie: &str, entropy: [u8; 16]) -> (Outcome, VisitorId) {
    let exchange = Exchange {
        request: Request {
            target: Target {
                scheme: Scheme::Https,
                host: b"www.example.com",
            },
            method: b"GET",
            path: b"/",
            country: None,
            fields: &[("sec-fetch-dest", "document"), ("cookie", cookie)][..],
        },
        response: Response {
            status: 200,
            fields: &[("content-type", "text/html")][..],
        },
    };
    let decision = decide(policy, &exchange, 1_750_000_000, entropy);
    (decision.outcome(), decision.id().unwrap())
}

fn policy(name: &str, keys: &[[u8; 32]]) -> Policy {
    let mut settings = Settings::default();
    settings.cookie.domain = DomainSetting::HostOnly;
    settings.cookie.name = name.to_string();
    settings.id.sealed = true;
    settings.id.keys = keys.iter().copied().map(SealKey::new).collect();
    match Policy::new(&settings, None) {
        Ok(policy) => policy,
        Err(error) => panic!("{error}"),
    }
}

fn bytes<const N: usize>(hex: &Value) -> [u8; N] {
    let hex = hex.as_str().unwrap();
    let byte = |at: usize| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap();
    std::array::from_fn(byte)
}

#[test]
fn the_published_vectors_hold() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../conformance/sealed-ids.json"
    );
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    assert!(vectors.len() >= 40);
    for vector in vectors {
        let policy = policy(vector["name"].as_str().unwrap(), &[bytes(&vector["key"])]);
        let id = minted(&policy, bytes(&vector["entropy"]));
        assert_eq!(id.to_string(), vector["id"].as_str().unwrap());
        assert_eq!(policy.sealed_by(id), Some(0));
    }
}

#[test]
fn a_key_does_not_show_itself() {
    let text = format!("{:?}", policy("FPD", &[[0xab; 32]]));
    assert!(!text.contains("171") && !text.contains("ab, ab"), "{text}");
}

/// Every bit that is not fixed is as often 0 as 1, and every byte value comes up: chi-squared for each byte, against
/// the value that one in a million uniform samples goes beyond (255 degrees of freedom: 377).
#[test]
fn sealed_ids_look_uniform() {
    const COUNT: u32 = 65_536;
    let policy = policy("FPD", &[[0x5e; 32]]);
    let mut counts = [[0_u32; 256]; 16];
    for n in 0..COUNT {
        // A counter through a mixer: what the entropy is like must not matter for the seal's bytes.
        let mixed = u128::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        let id = minted(&policy, mixed.to_be_bytes());
        assert!(VisitorId::parse(id.to_string().as_bytes(), Accept::V4).is_some());
        id.as_bytes()
            .iter()
            .zip(&mut counts)
            .for_each(|(byte, count)| count[usize::from(*byte)] += 1);
    }
    let expected = f64::from(COUNT) / 256.0;
    for (at, count) in counts.iter().enumerate().skip(10) {
        let chi: f64 = count
            .iter()
            .map(|n| (f64::from(*n) - expected).powi(2) / expected)
            .sum();
        assert!((150.0..377.0).contains(&chi), "byte {at}: {chi}");
    }
}

proptest! {
    #[test]
    fn an_id_outlives_every_rotation(keys in prop::collection::vec(any::<[u8; 32]>(), 1..5), entropy: [u8; 16]) {
        let id = minted(&policy("FPD", &keys[..1]), entropy);
        let cookie = format!("FPD={id}");
        // A new key comes in front, again and again.
        for newer in 1..keys.len() {
            let mut rotated = keys[..=newer].to_vec();
            rotated.reverse();
            let policy = policy("FPD", &rotated);
            prop_assert_eq!(visit(&policy, &cookie, [7; 16]), (Outcome::Renewed, id));
            prop_assert_eq!(policy.sealed_by(id), Some(newer));
        }
    }

    #[test]
    fn whatever_is_changed_breaks_the_seal(key: [u8; 32], entropy: [u8; 16], at in 0_usize..16, bits in 1_u8..=255) {
        let policy = policy("FPD", &[key]);
        let mut bytes = *minted(&policy, entropy).as_bytes();
        bytes[at] ^= bits;
        let uuid = uuid::Uuid::from_bytes(bytes).to_string();
        let (outcome, _) = visit(&policy, &format!("FPD={uuid}"), [7; 16]);
        prop_assert_eq!(outcome, Outcome::Replaced);
    }

    #[test]
    fn two_changes_do_not_cancel_each_other(key: [u8; 32], entropy: [u8; 16], at in 10_usize..15, bits in 1_u8..=255) {
        let policy = policy("FPD", &[key]);
        let mut bytes = *minted(&policy, entropy).as_bytes();
        bytes[at] ^= bits;
        bytes[15] ^= bits;
        let uuid = uuid::Uuid::from_bytes(bytes).to_string();
        let (outcome, _) = visit(&policy, &format!("FPD={uuid}"), [7; 16]);
        prop_assert_eq!(outcome, Outcome::Replaced);
    }

    #[test]
    fn another_key_or_name_makes_another_seal(key: [u8; 32], other: [u8; 32], entropy: [u8; 16]) {
        prop_assume!(key != other);
        let id = minted(&policy("FPD", &[key]), entropy);
        prop_assert_eq!(policy("FPD", &[other]).sealed_by(id), None);
        prop_assert_eq!(policy("FPE", &[key]).sealed_by(id), None);
    }

    #[test]
    fn our_own_output_is_renewed(key: [u8; 32], entropy: [u8; 16], later: [u8; 16]) {
        let policy = policy("FPD", &[key]);
        let id = minted(&policy, entropy);
        prop_assert_eq!(visit(&policy, &format!("FPD={id}"), later), (Outcome::Renewed, id));
    }
}
