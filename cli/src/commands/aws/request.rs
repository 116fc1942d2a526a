//! The function on viewer-request that `hardtack deploy` brings along.

use hardtack_aws::plan::{Artifact, RequestFunction};
use hardtack_aws::{Observed, Product};
use hardtack_cloudfront::runtimes;
use hardtack_cloudfront_function::Addresses;
use sha2::{Digest as _, Sha256};

use super::args::OnRequest;
use crate::error::{Error, Kind};

/// The function that is asked for; none where a deployed one is to be detached.
pub(super) fn asked(asked: OnRequest) -> Option<RequestFunction> {
    match asked {
        OnRequest::Pages(pages) => Some(function(pages.addresses(), true)),
        OnRequest::None => None,
    }
}

/// The function that runs already, as this version builds it. A Lambda function has none beside it.
pub(super) fn kept(
    product: Product,
    observed: &Observed,
) -> Result<Option<RequestFunction>, Error> {
    let name = observed.addresses();
    let Some(name) = name.filter(|_| product == Product::CloudfrontFunction) else {
        return Ok(None);
    };
    let known = Addresses::ALL.into_iter().find(|it| it.name() == name);
    let unknown = || {
        let message = format!("a function on viewer-request gives pages the addresses `{name}`");
        Error::new(Kind::Found, message).hint(
            "this version of hardtack does not know them: deploy with `--viewer-request` to choose others",
        )
    };
    known
        .map(|it| Some(function(it, false)))
        .ok_or_else(unknown)
}

fn function(addresses: Addresses, is_asked_for: bool) -> RequestFunction {
    let text = addresses.function();
    let digest = Sha256::digest(text.as_bytes());
    let name = addresses.name();
    RequestFunction {
        addresses: name.to_string(),
        is_asked_for,
        artifact: Artifact {
            identity: digest[..4]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
            description: format!("hardtack {}, addresses {name}", env!("CARGO_PKG_VERSION")),
            bytes: text.into_bytes(),
            stores: Vec::new(),
            runtime: runtimes::FUNCTION.to_string(),
        },
    }
}
