//! hardtack on AWS: what is there, what is to be done, and doing it.
//!
//! A [`plan`] is a pure value, computed from a [`Wish`](plan::Wish) and what AWS reports ([`Observed`]). [`apply`] does
//! exactly that, step by step, each step safe to repeat. All names follow from the distribution's id ([`Names`]), so that
//! nothing has to be remembered between two runs.

mod apply;
mod config;
mod logs;
mod names;
mod observe;
pub mod plan;
mod product;
mod service;
mod visit;
mod wire;

pub use apply::{Stop, Teller, Told, apply, wait_deployed};
pub use config::{Association, Behavior, BehaviorName, Config, EVENT, Edit, ErrorPage, Product};
pub use logs::Found;
pub use names::{Names, OWNER, OWNER_TAG, log_rights, trust};
pub use observe::{LogGroup, Look, Observed};
pub use service::{Distribution, EdgeCode, EdgeFunction, Function, LogEvent, Role, Version};
pub use visit::Page;
pub use wire::{Client, Failure, Options, Trouble};
