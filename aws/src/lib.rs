//! hardtack on AWS: observe what is there, plan what is to be done, apply the plan.
//!
//! A [`plan`] is a pure value, computed from a [`DesiredState`](plan::DesiredState) and what AWS reports
//! ([`Observed`]). [`apply`] executes exactly that, step by step, each step safe to repeat. All names follow from the
//! distribution's id ([`Names`]), so that no state is kept between two runs. AWS is reached through [`Api`] and nothing
//! else; [`Client`] is its implementation for the network.

mod api;
mod apply;
mod config;
#[cfg(test)]
mod fake;
mod logs;
mod names;
mod observe;
mod observed;
mod page;
pub mod plan;
mod previous;
mod product;
mod wire;

pub use api::{
    Api, Clock, CloudFront, CloudFrontFunctions, Distribution, EdgeCode, EdgeFunction, Function,
    FunctionSpec, Iam, Lambda, LogEvent, Logs, NewEdgeFunction, Role, Sts, Tags, Version,
};
pub use apply::{ApplyError, Progress, ProgressSink, apply, wait_deployed};
pub use config::{
    Association, Behavior, BehaviorName, Config, Edit, ErrorPage, Slot, VIEWER_REQUEST,
    VIEWER_RESPONSE,
};
pub use logs::LogSearch;
pub use names::{Names, OWNER, OWNER_TAG, log_rights, trust};
pub use observe::{ObserveScope, observe};
pub use observed::{LogGroup, Observed};
pub use page::Page;
pub use product::Product;
pub use wire::{CallError, CallErrorKind, Client, Options};
