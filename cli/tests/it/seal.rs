//! `hardtack seal`: keys for sealed ids, and checks of a seal.

use insta::assert_snapshot;

use crate::sandbox::{Sandbox, run};

/// Bytes 0 to 31, and an id that they sealed for the cookie `FPD`: both from conformance/cases/sealed.json.
const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const OTHER: &str = "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";
const SEALED: &str = "6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8";

fn with_keys(keys: &str, line: &str) -> String {
    let sandbox = Sandbox::new();
    let args: Vec<&str> = line.split(' ').collect();
    let output = sandbox
        .command(&args)
        .env("HARDTACK_SEAL_KEYS", keys)
        .output();
    sandbox.show(&output.unwrap())
}

#[test]
fn every_new_key_is_another() {
    let keys = [run("seal new-key -q"), run("seal new-key -q")];
    assert_ne!(keys[0], keys[1]);
    for key in keys {
        let digits = key.trim().lines().last().unwrap();
        assert_eq!(digits.len(), 64);
        assert!(digits.bytes().all(|b| b.is_ascii_hexdigit()), "{digits}");
    }
}

#[test]
fn a_new_key_comes_with_a_hint() {
    let shown = run("seal new-key");
    let (_, messages) = shown.split_once("----- stderr -----").unwrap();
    assert_snapshot!(messages, @"hint: put it first in HARDTACK_SEAL_KEYS, or in the file that HARDTACK_SEAL_KEYS_FILE names; the keys after it remain valid");
}

#[test]
fn a_sealed_id_names_its_key() {
    assert_snapshot!(with_keys(KEY, &format!("seal check {SEALED}")), @"
    exit code: 0
    ----- stdout -----
    sealed for the cookie FPD, by key 1 of 1
    ");
    assert_snapshot!(with_keys(&format!("{OTHER},{KEY}"), &format!("seal check {SEALED} --json")), @r#"
    exit code: 0
    ----- stdout -----
    {
      "cookie": "FPD",
      "id": "6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8",
      "keys": 2,
      "schema": 1,
      "sealed_by": 2
    }
    "#);
}

#[test]
fn an_id_without_a_seal_is_detected() {
    assert_snapshot!(with_keys(KEY, "seal check 6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13"), @"
    exit code: 1
    ----- stderr -----
    error: `6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13` has no valid seal for the cookie FPD; keys tried: 1
    hint: it was made without a seal, for another cookie, or with a key that is no longer listed
    ");
    assert_snapshot!(with_keys(OTHER, &format!("seal check {SEALED}")), @"
    exit code: 1
    ----- stderr -----
    error: `6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8` has no valid seal for the cookie FPD; keys tried: 1
    hint: it was made without a seal, for another cookie, or with a key that is no longer listed
    ");
}

#[test]
fn an_invalid_id_or_key_is_refused() {
    assert_snapshot!(with_keys(KEY, "seal check hello"), @"
    exit code: 2
    ----- stderr -----
    error: `hello` is not a valid UUID of version 4
    hint: write it as it is in the cookie
    ");
    assert_snapshot!(with_keys("secret", &format!("seal check {SEALED}")), @"
    exit code: 3
    ----- stderr -----
    error: `HARDTACK_SEAL_KEYS` contains something that is not a valid key
    hint: a key has 64 hex digits; `hardtack seal new-key` makes one
    ");
    assert_snapshot!(with_keys(&"0".repeat(64), &format!("seal check {SEALED}")), @"
    exit code: 3
    ----- stderr -----
    error: `HARDTACK_SEAL_KEYS` contains a key that can be guessed: its bytes repeat
    hint: use a random key: `hardtack seal new-key` makes one
    ");
    assert_snapshot!(run(&format!("seal check {SEALED}")), @"
    exit code: 3
    ----- stderr -----
    error: id.sealed `true` needs a key, and there is none
    hint: run `hardtack seal new-key`, and put the key into HARDTACK_SEAL_KEYS or a file that HARDTACK_SEAL_KEYS_FILE names
    ");
}

#[test]
fn a_policy_that_seals_needs_a_key() {
    let sandbox = Sandbox::with("hardtack.toml", "[id]\nsealed = true\n");
    assert_snapshot!(sandbox.run("check -q"), @"
    exit code: 3
    ----- stderr -----
    error: id.sealed `true` needs a key, and there is none
     --> hardtack.toml:2:10
      |
    2 | sealed = true
      |          ^^^^
    hint: run `hardtack seal new-key`, and put the key into HARDTACK_SEAL_KEYS or a file that HARDTACK_SEAL_KEYS_FILE names
    ");
    let keys = sandbox.path("keys");
    std::fs::write(&keys, format!("{KEY} # the first\n")).unwrap();
    let mut command = sandbox.command(&["explain", "--url", "https://example.com/", "-q"]);
    command.env("HARDTACK_SEAL_KEYS_FILE", keys);
    let shown = sandbox.show(&command.output().unwrap());
    assert!(shown.contains("outcome  issued"), "{shown}");
}
