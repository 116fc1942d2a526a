//! Any bytes as the cookie of a platform that writes JSON, or object literals.
#![no_main]

use hardtack::Cmp;
use libfuzzer_sys::fuzz_target;

mod reader;
use reader::{Readers, policy};

static READERS: Readers = Readers::new(|| {
    vec![
        policy(Cmp::Cookiebot, &[], 0),
        policy(Cmp::Didomi, &[], 0),
        policy(Cmp::Klaro, &["matomo"], 0),
        policy(Cmp::CookieConsent, &[], 0),
        policy(Cmp::Iubenda, &[], 0),
        policy(Cmp::Axeptio, &[], 0),
        policy(Cmp::Json, &["a", "b"], 0),
        policy(Cmp::CookieConsent, &["analytics", "ads"], 0),
    ]
});

fuzz_target!(|data: &[u8]| READERS.check(data));
