//! What is reported while a plan is executed.

use crate::plan::Step;

/// What is reported while a plan is executed.
#[derive(Clone, Debug)]
pub enum Progress<'a> {
    /// A step begins.
    Started(&'a Step),
    /// A step is done.
    Finished(&'a Step),
    /// Something takes a while.
    Waiting {
        /// What it is.
        on: &'static str,
        /// How often it has been asked for.
        polls: u32,
    },
    /// Something failed that does not end the run.
    Warning(String),
}

/// Where progress is reported to.
pub type ProgressSink<'a> = &'a mut dyn FnMut(Progress<'_>);
