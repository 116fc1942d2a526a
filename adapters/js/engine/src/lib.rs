//! The decision as one WebAssembly module: bytes in, bytes out, no JSON and no generated bindings.
//!
//! The host writes into the input buffer, calls, and reads from the output buffer; both have fixed addresses, and the
//! memory does not grow with traffic. The functions of this crate are what the exports of the same names call; natively
//! there are no exports, so that tests can run the same code.
//!
//! # Exports
//!
//! | export | |
//! |---|---|
//! | `memory` | the linear memory |
//! | `abi() -> u32` | [`ABI`] |
//! | `input() -> u32` | address of the input buffer |
//! | `capacity() -> u32` | its length, [`INPUT_LEN`] |
//! | `output() -> u32` | address of the output buffer of [`OUTPUT_LEN`] bytes |
//! | `load(len) -> u32` | takes a policy blob of `len` bytes from the input buffer; 0, or the number of a [`LoadError`]. A blob that is refused leaves the policy before in place |
//! | `fields() -> u32` | which fields the loaded policy reads, so that others need not be handed over: bit `i` for the field at `i` in [`hardtack::Field::ALL`], which is in the order of the tags below; bit 31 where it reads the time |
//! | `decide(len) -> u32` | takes an exchange of `len` bytes, writes the decision and returns its length; 0 where no policy was loaded or the exchange cannot be read |
//! | `on_request(len) -> u32` | the same for the request half: response parts do not count, the edits are those to the request, for the origin, and there is no log line |
//! | `read(len) -> u32` | the same for the cookie alone: outcome `skipped`, the reason [`NO_REASON`], and the id if there is one |
//!
//! # An exchange
//!
//! Numbers are little-endian: scheme `u8` (0 http, 1 https), 0 `u8`, status `u16`, now `u64` in Unix seconds, 16 random
//! bytes; then parts up to the end, each a tag `u8`, a length `u32` and as many bytes.
//!
//! | tag | part |
//! |---|---|
//! | 1, 2, 3 | method, host, path; once at most, empty where absent |
//! | 4 | the country that the platform vouches for, two letters; once at most |
//! | 16 and up | the fields of [`hardtack::Field::REQUEST`], in this order |
//! | 32 and up | the fields of [`hardtack::Field::RESPONSE`], in this order |
//!
//! A field may occur many times. Other tags are passed over.
//!
//! # A decision
//!
//! Outcome `u8` (index in [`hardtack::Outcome::ALL`]), reason `u8` (index in [`hardtack::Reason::ALL`]), flags `u8`,
//! number of edits `u8`; the id as its 16 bytes, if flag bit 0 is set: hardly any host reads it, so none waits for its
//! text; the log line as its length `u32` and UTF-8, if flag bit 1 is set; and the edits: 1, a length `u16` and the
//! value of a `Set-Cookie` to append; 2 and a header to set, or 3 and a header to append, its name and its value, each
//! as a length `u16` and bytes; or 4 and the name of a header to remove.
//!
//! A log line that has no room is cut: path, host and method, whichever is the longest.
#![cfg_attr(target_arch = "wasm32", no_std)]

mod answer;
mod decide;
mod load;
mod parts;
mod question;

#[cfg(target_arch = "wasm32")]
mod exports;

pub use decide::{decide, fields, on_request, read};
pub use load::{LoadError, load};
pub use parts::tag;

/// The version of what is described above.
pub const ABI: u32 = 3;

/// The length of the input buffer in bytes.
pub const INPUT_LEN: usize = 131_072;

/// The length of the output buffer in bytes: a decision always fits.
pub const OUTPUT_LEN: usize = 40_960;

/// The reason of a decision that [`read`] made: there is none.
pub const NO_REASON: u8 = u8::MAX;
