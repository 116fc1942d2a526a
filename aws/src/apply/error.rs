//! Why a plan was not executed to its end.

use crate::config::BehaviorName;
use crate::wire::CallError;

/// Why a plan was not executed to its end.
#[derive(Clone, Debug)]
pub enum ApplyError {
    /// A call failed.
    Call(CallError),
    /// The distribution has changed since the plan was made: a new plan is needed.
    StalePlan,
    /// A change was accepted, and this behaviour has other functions afterwards than it was given.
    NotKept(BehaviorName),
    /// The function still has replicas. AWS removes them within hours.
    Replicated,
    /// Something took longer than it should.
    TimedOut(&'static str),
}

impl From<CallError> for ApplyError {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}
