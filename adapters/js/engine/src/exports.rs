//! The exports: two fixed buffers, one policy, and plain calls.
#![expect(
    unsafe_code,
    reason = "to name an export is unsafe, for names could clash; here are no others"
)]

use core::panic::PanicInfo;

use atomic_refcell::AtomicRefCell;
use hardtack::Policy;
use lol_alloc::{FreeListAllocator, LockedAllocator};

use crate::{ABI, INPUT_LEN, LoadError, OUTPUT_LEN};

// The buffers are all zeros, each in a cell of its own, so that they take no space in the module.
static INPUT: AtomicRefCell<[u8; INPUT_LEN]> = AtomicRefCell::new([0; INPUT_LEN]);
static OUTPUT: AtomicRefCell<[u8; OUTPUT_LEN]> = AtomicRefCell::new([0; OUTPUT_LEN]);
static POLICY: AtomicRefCell<Option<Policy>> = AtomicRefCell::new(None);

/// For `load` alone, so a small one does: nothing else allocates.
#[global_allocator]
static ALLOCATOR: LockedAllocator<FreeListAllocator> =
    LockedAllocator::new(FreeListAllocator::new());

/// Only a policy that is too large for the memory comes here, never an exchange; the host catches the trap.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
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
    match with_input(len, crate::load) {
        Some(Ok(policy)) => keep(policy),
        Some(Err(error)) => error as u32,
        None => LoadError::TooLong as u32,
    }
}

#[unsafe(no_mangle)]
extern "C" fn decide(len: u32) -> u32 {
    answer(len, crate::decide)
}

#[unsafe(no_mangle)]
extern "C" fn on_request(len: u32) -> u32 {
    answer(len, crate::on_request)
}

#[unsafe(no_mangle)]
extern "C" fn read(len: u32) -> u32 {
    answer(len, crate::read)
}

#[unsafe(no_mangle)]
extern "C" fn fields() -> u32 {
    let policy = POLICY.try_borrow().ok();
    policy.map_or(0, |policy| policy.as_ref().map_or(0, crate::fields))
}

fn keep(policy: Policy) -> u32 {
    match POLICY.try_borrow_mut() {
        Ok(mut place) => {
            *place = Some(policy);
            0
        }
        Err(_) => LoadError::TooLong as u32,
    }
}

fn answer(len: u32, ask: impl Fn(&Policy, &[u8], &mut [u8]) -> Option<usize>) -> u32 {
    let written = with_input(len, |input| {
        let policy = POLICY.try_borrow().ok()?;
        let mut output = OUTPUT.try_borrow_mut().ok()?;
        ask(policy.as_ref()?, input, &mut *output)
    });
    written.flatten().map_or(0, |len| len as u32)
}

fn with_input<T>(len: u32, take: impl FnOnce(&[u8]) -> T) -> Option<T> {
    INPUT.try_borrow().ok()?.get(..len as usize).map(take)
}

fn address<const N: usize>(buffer: &AtomicRefCell<[u8; N]>) -> u32 {
    buffer.as_ptr() as usize as u32
}
