//! Raises the limit on open files: each connection needs one, and a second one with an upstream.

use hardtack_server::raise_open_files;

use crate::output::Output;

/// What is assumed where the system does not say: the usual limit of old systems.
const UNKNOWN: u64 = 1024;

/// Raises the limit, and returns it.
pub(crate) fn raise(output: &Output) -> u64 {
    match raise_open_files() {
        Ok(limit) => {
            output.detail(format_args!(
                "open files: up to {}, raised from {}",
                limit.now, limit.before
            ));
            limit.now
        }
        Err(cause) => {
            output.warning(format_args!(
                "cannot raise the limit on open files: {cause}"
            ));
            UNKNOWN
        }
    }
}

/// Warns if the limit is too low for the allowed connections.
pub(crate) fn check(open_files: u64, connections: usize, output: &Output) {
    if open_files <= connections as u64 {
        output.warning(format_args!(
            "{connections} connections are allowed, and the system lets this process open {open_files} files"
        ));
        output.hint("raise the limit with `ulimit -Hn` or LimitNOFILE=, or allow fewer with --max-connections");
    }
}
