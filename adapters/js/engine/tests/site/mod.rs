//! What the build makes of a policy file: a blob whose domains are found for one host.

use hardtack::{Policy, SealKey};
use hardtack_policy::{from_toml_with_keys, resolved};
use serde_json::Value;

/// The blob of a policy in the file's shape, or why there is none. The host is as it stands in an address bar.
pub(crate) fn blob(policy: &Value, keys: &[SealKey], host: &str) -> Result<Vec<u8>, String> {
    let file = toml::to_string(policy).map_err(|error| error.to_string())?;
    let settings = from_toml_with_keys(&file, keys)
        .map_err(|error| error.to_string())?
        .settings;
    let settings = resolved(&settings, &[host]);
    let policy = Policy::new(&settings, None).map_err(|error| error.to_string())?;
    policy.to_blob().map_err(|error| error.to_string())
}
