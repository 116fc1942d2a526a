//! Raises the limit on open files: each connection needs one, and a second one with an upstream.

use hardtack_server::raise_open_files;

use crate::output::Output;

/// Raises the limit, and warns if it is too low for the allowed connections.
pub(crate) fn raise(connections: usize, output: &Output) {
    match raise_open_files() {
        Ok(limit) => {
            output.detail(format_args!(
                "open files: up to {}, raised from {}",
                limit.now, limit.before
            ));
            if limit.now <= connections as u64 {
                let now = limit.now;
                output.warning(format_args!("{connections} connections are allowed, and the system lets this process open {now} files"));
                output.hint("raise the limit with `ulimit -Hn` or LimitNOFILE=, or allow fewer with --max-connections");
            }
        }
        Err(cause) => output.warning(format_args!(
            "cannot raise the limit on open files: {cause}"
        )),
    }
}
