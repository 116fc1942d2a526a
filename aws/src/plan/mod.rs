//! What is to be done, as a value: computed from a desired state and from what AWS reports, without a call.

mod behaviors;
mod cloudfront_function;
mod deploy;
mod desired;
mod error;
mod lambda;
mod notes;
mod record;
mod remove;
mod request;
mod rollback;
mod step;
#[cfg(test)]
mod tests;

pub use behaviors::functions_to_wrap;
pub use deploy::deploy;
pub use desired::{Artifact, Artifacts, DesiredState, Existing, RequestFunction, Selection};
pub use error::{Conflict, PlanError};
pub use remove::remove;
pub use rollback::rollback;
pub use step::{AssociationChange, Plan, Release, Step};
