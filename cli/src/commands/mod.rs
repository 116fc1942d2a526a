//! One module for each command: its arguments, and the function that runs it.

pub(crate) mod aws;
pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod iam_policy;
pub(crate) mod init;
pub(crate) mod man;
pub(crate) mod seal;
pub(crate) mod serve;
pub(crate) mod verify;
