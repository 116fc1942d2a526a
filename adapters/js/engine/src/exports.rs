//! The exports: two fixed buffers, one policy, and plain calls.
#![expect(
    unsafe_code,
    reason = "to name an export is unsafe, for names could clash; here are no others"
)]

use std::cell::RefCell;
use std::thread::LocalKey;

use hardtack::Policy;

use crate::{ABI, INPUT_LEN, LoadError, OUTPUT_LEN};

// All zeros, each in a cell of its own, so that they take no space in the module.
thread_local! {
    static INPUT: RefCell<[u8; INPUT_LEN]> = const { RefCell::new([0; INPUT_LEN]) };
    static OUTPUT: RefCell<[u8; OUTPUT_LEN]> = const { RefCell::new([0; OUTPUT_LEN]) };
    static POLICY: RefCell<Option<Policy>> = const { RefCell::new(None) };
}

#[unsafe(no_mangle)]
extern "C" fn abi() -> u32 {
    ABI
}

#[unsafe(no_mangle)]
extern "C" fn input() -> u32 {
    address(&INPUT)
}

#[unsafe(no_mangle)]
extern "C" fn capacity() -> u32 {
    INPUT_LEN as u32
}

#[unsafe(no_mangle)]
extern "C" fn output() -> u32 {
    address(&OUTPUT)
}

#[unsafe(no_mangle)]
extern "C" fn load(len: u32) -> u32 {
    let loaded = with_input(len, crate::load).unwrap_or(Err(LoadError::TooLong));
    match loaded {
        Ok(policy) => {
            POLICY.replace(Some(policy));
            0
        }
        Err(error) => error as u32,
    }
}

#[unsafe(no_mangle)]
extern "C" fn decide(len: u32) -> u32 {
    answer(len, crate::decide)
}

#[unsafe(no_mangle)]
extern "C" fn foresee(len: u32) -> u32 {
    answer(len, crate::foresee)
}

#[unsafe(no_mangle)]
extern "C" fn read(len: u32) -> u32 {
    answer(len, crate::read)
}

fn answer(len: u32, ask: impl Fn(&Policy, &[u8], &mut [u8]) -> Option<usize>) -> u32 {
    let written = POLICY.with_borrow(|policy| {
        let policy = policy.as_ref()?;
        with_input(len, |input| {
            OUTPUT.with_borrow_mut(|output| ask(policy, input, output))
        })?
    });
    written.map_or(0, |len| len as u32)
}

fn with_input<T>(len: u32, take: impl FnOnce(&[u8]) -> T) -> Option<T> {
    INPUT.with_borrow(|input| input.get(..len as usize).map(take))
}

fn address<const N: usize>(buffer: &'static LocalKey<RefCell<[u8; N]>>) -> u32 {
    buffer.with_borrow(|bytes| bytes.as_ptr() as usize as u32)
}
