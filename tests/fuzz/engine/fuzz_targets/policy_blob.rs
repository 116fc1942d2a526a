//! Any bytes as a policy's blob, with the right checksum, and any bytes as what a host then asks: neither traps, and
//! what is taken for a policy reads back from what it is written as.
#![no_main]

use hardtack::Policy;
use hardtack_engine::{INPUT_LEN, OUTPUT_LEN, decide, fields, on_request, load, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((len, rest)) = data.split_first_chunk() else { return };
    let Some((body, question)) = rest.split_at_checked(usize::from(u16::from_le_bytes(*len))) else { return };
    let Ok(policy) = load(&blob(body)) else { return };
    assert_ne!(fields(&policy), 0);
    if let Ok(written) = policy.to_blob() {
        let again = Policy::from_blob(&written).expect("what was written reads back");
        assert_eq!(again.to_blob().as_ref(), Ok(&written));
    }
    let mut output = vec![0; OUTPUT_LEN];
    let question = &question[..question.len().min(INPUT_LEN)];
    for ask in [decide, on_request, read] {
        let answered = ask(&policy, question, &mut output);
        assert!(answered.is_none_or(|len| len <= OUTPUT_LEN));
    }
});

/// The body between the blob's head and its checksum.
fn blob(body: &[u8]) -> Vec<u8> {
    let mut blob = [b"HTK\x03", body].concat();
    let sum = blob.iter().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    blob.extend(sum.to_le_bytes());
    blob
}
