//! Any bytes as a string of the IAB's: TCF, GPP, US Privacy.
#![no_main]

use hardtack::Cmp;
use libfuzzer_sys::fuzz_target;

mod reader;
use reader::{Readers, policy};

static READERS: Readers = Readers::new(|| {
    vec![
        policy(Cmp::Tcf, &[], 0),
        policy(Cmp::Tcf, &["2", "24"], 755),
        policy(Cmp::Gpp, &[], 0),
        policy(Cmp::Gpp, &["1"], 755),
        policy(Cmp::UsPrivacy, &[], 0),
    ]
});

fuzz_target!(|data: &[u8]| READERS.check(data));
