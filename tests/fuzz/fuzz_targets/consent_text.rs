//! Any bytes as the cookie of a platform that writes words, or pairs of a name and a word.
#![no_main]

use hardtack::Cmp;
use libfuzzer_sys::fuzz_target;

mod reader;
use reader::{Readers, policy};

static READERS: Readers = Readers::new(|| {
    vec![
        policy(Cmp::OneTrust, &[], 0),
        policy(Cmp::CookieYes, &[], 0),
        policy(Cmp::Complianz, &[], 0),
        policy(Cmp::Tarteaucitron, &["matomo"], 0),
        policy(Cmp::TrustArc, &[], 0),
        policy(Cmp::Plain, &[], 0),
        policy(Cmp::Form, &["a"], 0),
        policy(Cmp::OneTrust, &["C0001", "C0004"], 0),
    ]
});

fuzz_target!(|data: &[u8]| READERS.check(data));
