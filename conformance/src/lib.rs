//! The contract: what goes into a decision and what must come out, as data in `cases/`, and this loader for Rust.
//!
//! `README.md` describes the files for implementations in other languages. A Rust runtime translates each exchange into
//! its own terms, decides, notes what came out as [`Observed`], and lets the case compare:
//!
//! ```
//! use hardtack_conformance::{Observed, cases};
//!
//! let case = &cases()[0];
//! let exchange = case.exchange.borrow();
//! let decision = hardtack::decide(&case.policy, &exchange, case.now, case.entropy);
//! let visit = hardtack::on_request(&case.policy, &exchange.request, case.now, case.entropy);
//! let line = hardtack::LogLine::new(case.now, decision, &exchange);
//! let log = case.policy.logs().then(|| line.to_string());
//! case.check(&Observed::of(&decision, log).with_origin(visit.request_edits(&case.policy)))?;
//! # Ok::<(), hardtack_conformance::Mismatch>(())
//! ```

mod case;
mod load;
mod merge;
mod observed;

pub use case::{Case, FieldList, OwnedExchange, seal_key};
pub use load::{
    LoadError, case_files, cases, known_failures, load, policies_file, schema, third_party,
};
pub use merge::merged;
pub use observed::{Mismatch, Observed};
