//! `hardtack deploy`, `status`, `rollback`, `remove`, `logs`: the site's CloudFront distribution.
//!
//! The command line is the same in every build, and so are its help and completions. The rest is compiled with the
//! feature `aws` only.

mod args;
#[cfg(feature = "aws")]
mod connect;
#[cfg(feature = "aws")]
mod deploy;
#[cfg(feature = "aws")]
mod errors;
#[cfg(feature = "aws")]
mod execute;
#[cfg(feature = "aws")]
mod logs;
#[cfg(feature = "aws")]
mod request;
#[cfg(feature = "aws")]
mod show;
#[cfg(feature = "aws")]
mod site;
#[cfg(feature = "aws")]
mod status;
#[cfg(feature = "aws")]
mod undo;
#[cfg(not(feature = "aws"))]
mod without;

pub(crate) use args::{Deploy, Logs, Remove, Rollback, Status, Via};
#[cfg(not(feature = "aws"))]
pub(crate) use without::{deploy, logs, remove, rollback, status};
#[cfg(feature = "aws")]
pub(crate) use {
    deploy::deploy,
    logs::logs,
    status::status,
    undo::{remove, rollback},
};
