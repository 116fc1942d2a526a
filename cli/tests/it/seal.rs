//! Keys for sealed ids, and whose seal an id bears.

use insta::assert_snapshot;

use crate::sandbox::{Sandbox, run};

/// Bytes 0 to 31, and an id that they sealed for the cookie `FPD`: both from conformance/cases/sealed.json.
const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
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
fn a_new_key_says_where_it_belongs() {
    let shown = run("seal new-key");
    let (_, talk) = shown.split_once("----- stderr -----").unwrap();
    assert_snapshot!(talk, @r"hint: put it first into HARDTACK_SEAL_KEYS, or into the file that HARDTACK_SEAL_KEYS_FILE names; keys behind it still count");
}

#[test]
fn a_sealed_id_names_its_key() {
    assert_snapshot!(with_keys(KEY, &format!("seal check {SEALED}")), @"
    exit code: 0
    ----- stdout -----
    sealed for the cookie FPD, by key 1 of 1
    ");
    let other = "ab".repeat(32);
    assert_snapshot!(with_keys(&format!("{other},{KEY}"), &format!("seal check {SEALED} --json")), @r#"
    exit code: 0
    ----- stdout -----
    {
      "cookie": "FPD",
      "id": "6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8",
      "keys": 2,
      "sealed_by": 2
    }
    "#);
}

#[test]
fn an_id_without_a_seal_is_found_out() {
    assert_snapshot!(with_keys(KEY, "seal check 6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13"), @"
    exit code: 1
    ----- stderr -----
    error: `6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13` has no seal of the 1 keys for the cookie FPD
    hint: it was made without a seal, for another cookie, or with a key that is not here any more
    ");
    assert_snapshot!(with_keys(&"ab".repeat(32), &format!("seal check {SEALED}")), @"
    exit code: 1
    ----- stderr -----
    error: `6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8` has no seal of the 1 keys for the cookie FPD
    hint: it was made without a seal, for another cookie, or with a key that is not here any more
    ");
}

#[test]
fn what_is_no_id_or_no_key_is_refused() {
    assert_snapshot!(with_keys(KEY, "seal check hello"), @"
    exit code: 2
    ----- stderr -----
    error: `hello` is no UUID of version 4
    hint: write it as it stands in the cookie
    ");
    assert_snapshot!(with_keys("secret", &format!("seal check {SEALED}")), @"
    exit code: 3
    ----- stderr -----
    error: `HARDTACK_SEAL_KEYS` holds something that is no key
    hint: a key has 64 hex digits; `hardtack seal new-key` makes one
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
