//! What is served: a folder, without the files that are not for visitors, or an upstream.

use std::path::{Path, PathBuf};
use std::time::Duration;

use hardtack_server::Site;
use hardtack_server::files::Files;
use hardtack_server::proxy::Upstream;

use super::Args;
use crate::commands::build::SECRET_FILE;
use crate::error::{Error, Kind};
use crate::policy_file::{self, PolicyFile};
use crate::seal_keys;

/// The site to serve, and its name.
pub(super) fn of(args: &Args, policy: &PolicyFile) -> Result<(Site, String), Error> {
    match (&args.upstream, &args.dir) {
        (Some(url), _) => Ok((upstream(args, url)?, url.clone())),
        (None, Some(dir)) => Ok((files(args, policy, dir)?, dir.display().to_string())),
        (None, None) => Err(Error::usage("neither a folder nor an upstream to serve")),
    }
}

fn upstream(args: &Args, url: &str) -> Result<Site, Error> {
    let upstream =
        Upstream::parse(url).map_err(|error| Error::usage(error.to_string()).hint(error.hint()))?;
    if upstream.is_at(args.listen) {
        let message = format!("the upstream `{url}` is this server itself");
        return Err(Error::usage(message).hint("use another port for one of them"));
    }
    let upstream = upstream.underscores_in_headers(args.underscores_in_headers);
    Ok(Site::Upstream(upstream, args.limits.timeouts()))
}

fn files(args: &Args, policy: &PolicyFile, dir: &Path) -> Result<Site, Error> {
    let files = Files::open_without(dir, &secrets(args, policy), &OWN_FILES).map_err(|error| {
        Error::new(Kind::Io, error.to_string())
            .hint("name a folder that holds the built site, such as `out` or `public`")
    })?;
    let files = files
        .trailing_slash(args.trailing_slash.into())
        .checked_every(CHECK_INTERVAL);
    Ok(Site::Files(files))
}

/// Shorter than an edit and a reload take, and long enough to check a file for many requests at once under load.
const CHECK_INTERVAL: Duration = Duration::from_millis(5);

/// Files of this program, by their usual names: whoever builds into the served folder leaves them there.
const OWN_FILES: [&str; 3] = [policy_file::DEFAULT, SECRET_FILE, seal_keys::EXAMPLE_FILE];

/// Files that may lie in the folder and are not for visitors.
fn secrets(args: &Args, policy: &PolicyFile) -> Vec<PathBuf> {
    let named = [&policy.path, &args.key, &seal_keys::file()];
    let named = named.into_iter().flatten().cloned();
    named.chain(args.log.file()).collect()
}
