//! What AWS runs, in memory, for those who deploy it or write code around it.

use std::path::Path;

use hardtack_adapters::{lambda_edge, zip};
use hardtack_cloudfront_function::{Function, Secret, Wrapped};
use hardtack_policy::resolved;

use super::bake::{bake, check_possible};
use super::cloudfront_function::{check_built, unbuilt};
use super::files::sha256;
use super::secret;
use crate::error::Error;
use crate::output::Output;
use crate::policy_file::PolicyFile;

/// An artifact for AWS.
#[derive(Debug)]
pub(crate) struct ForAws {
    /// The zip, or the function's text.
    pub(crate) bytes: Vec<u8>,
    /// Their SHA-256 in hex; of a function, with its secret left out.
    pub(crate) sha256: String,
    /// The policy's checksum, 16 hex digits.
    pub(crate) hash: String,
    /// The domains of the cookie; none for a host-only one.
    pub(crate) domains: Vec<String>,
}

/// The zip for Lambda@Edge, for a site served under `hosts`.
///
/// # Errors
///
/// A policy that can't run there.
pub(crate) fn lambda_edge(file: &PolicyFile, hosts: &[String]) -> Result<ForAws, Error> {
    check_possible(&lambda_edge::PLATFORM, &file.settings)?;
    let baked = bake(hosts, &file.settings)?;
    let bytes = zip(lambda_edge::files(&baked))
        .map_err(|cause| Error::io("cannot pack the zip", &cause.into()))?;
    Ok(ForAws {
        sha256: sha256(&bytes),
        bytes,
        hash: baked.hash,
        domains: baked.domains,
    })
}

/// The CloudFront Function for a site served under `hosts`, around another where one is given, with a secret that is
/// nowhere else.
///
/// # Errors
///
/// A policy that can't run there.
#[cfg(feature = "aws")]
pub(crate) fn fresh_function(
    file: &PolicyFile,
    hosts: &[String],
    wrap: Option<&Wrapped>,
) -> Result<ForAws, Error> {
    function(file, hosts, &Secret::new(rand::random()), wrap)
}

/// The same with the secret of a file, which is made where there is none: for code that is built again and again.
///
/// # Errors
///
/// The same, and a file that can't be read or written.
pub(crate) fn kept_function(
    file: &PolicyFile,
    hosts: &[String],
    secret_file: Option<&Path>,
    output: &Output,
) -> Result<ForAws, Error> {
    function(file, hosts, &secret::secret(secret_file, output)?, None)
}

fn function(
    file: &PolicyFile,
    hosts: &[String],
    secret: &Secret,
    wrap: Option<&Wrapped>,
) -> Result<ForAws, Error> {
    check_possible(&hardtack_cloudfront_function::PLATFORM, &file.settings)?;
    let baked = bake(hosts, &file.settings)?;
    let settings = resolved(&file.settings, hosts);
    let of = |secret: &Secret| {
        Function::fitting(&settings, secret, wrap).map_err(|error| unbuilt(&error))
    };
    let function = of(secret)?;
    check_built(&function)?;
    let without_secret = of(&Secret::new([0; 32]))?;
    Ok(ForAws {
        sha256: sha256(without_secret.text.as_bytes()),
        bytes: function.text.into_bytes(),
        hash: function.policy_hash,
        domains: baked.domains,
    })
}
