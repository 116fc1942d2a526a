//! What systemd is told (`sd_notify(3)`), and the port that it may have opened already (`sd_listen_fds(3)`).

use std::io;
use std::net::TcpListener;
use std::time::Duration;

use listenfd::ListenFd;

/// The first socket that was passed on, if one was.
///
/// # Errors
///
/// If it does not listen for TCP.
pub(super) fn listener() -> io::Result<Option<TcpListener>> {
    let mut passed = ListenFd::from_env();
    match passed.len() {
        0 => Ok(None),
        _ => passed.take_tcp_listener(0),
    }
}

/// How often systemd wants to hear that the server answers: half the time after which it would restart it.
#[cfg(unix)]
pub(super) fn heartbeat() -> Option<Duration> {
    sd_notify::watchdog_enabled().map(|limit| limit / 2)
}

#[cfg(not(unix))]
pub(super) fn heartbeat() -> Option<Duration> {
    None
}

/// What systemd can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Connections are accepted.
    Ready,
    /// The configuration is read again; [`Ready`](Self::Ready) follows.
    Reloading,
    /// The server answers.
    Alive,
    /// No more connections are accepted.
    Stopping,
}

/// Tells systemd, if it has started the process and wants to know.
#[cfg(unix)]
pub(super) fn tell(state: State) {
    use sd_notify::NotifyState;

    let words = match state {
        State::Ready => vec![NotifyState::Ready],
        State::Reloading => std::iter::once(NotifyState::Reloading)
            .chain(NotifyState::monotonic_usec_now())
            .collect(),
        State::Alive => vec![NotifyState::Watchdog],
        State::Stopping => vec![NotifyState::Stopping],
    };
    if let Err(error) = sd_notify::notify(&words) {
        tracing::debug!(%error, "systemd was not told: {state:?}");
    }
}

#[cfg(not(unix))]
pub(super) fn tell(_: State) {}
