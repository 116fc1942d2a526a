//! A decision, and writing its cookie into a buffer, allocate nothing: the promise under which core runs at the edge.

use std::alloc::System;
use std::hint::black_box;

use hardtack::{Exchange, Fields, Policy, decide};
use hardtack_conformance::cases;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The counter counts every thread's allocations, the test harness's too. A decision that allocates does so every time.
const ATTEMPTS: usize = 5;

/// One test, so that no other runs beside it.
#[test]
fn no_case_of_the_contract_allocates() {
    for case in cases() {
        let exchange = case.exchange.borrow();
        let fewest =
            (0..ATTEMPTS).map(|_| allocations(&case.policy, &exchange, case.now, case.entropy));
        assert_eq!(fewest.min(), Some(0), "{}", case.id());
    }
    assert_ne!(
        count(|| drop(black_box(vec![1_u8]))),
        0,
        "the counter counts nothing"
    );
}

/// How often a decision with all that comes of it allocates.
fn allocations<Q: Fields, R: Fields>(
    policy: &Policy,
    exchange: &Exchange<'_, Q, R>,
    now: u64,
    entropy: [u8; 16],
) -> usize {
    let mut buffer = [0; 1024];
    count(|| {
        let decision = decide(policy, black_box(exchange), now, entropy);
        let line = decision
            .set_cookie()
            .map(|line| line.render(&mut buffer).map(<[u8]>::len));
        black_box((
            line,
            decision.outcome(),
            decision.reason(),
            decision.id(),
            decision.edits().count(),
        ));
    })
}

fn count(run: impl FnOnce()) -> usize {
    let region = Region::new(ALLOCATOR);
    run();
    region.change().allocations
}
