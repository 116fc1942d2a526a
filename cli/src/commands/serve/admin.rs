//! The address for whoever runs the server: `/metrics`, `/healthz` and `/readyz`.

use hardtack_server::Admin;

use super::Args;
use super::port::cannot_listen;
use crate::error::Error;
use crate::log::LostLines;

/// Refuses an address that visitors would share.
pub(super) fn check(args: &Args) -> Result<(), Error> {
    match args.admin {
        Some(address) if address == args.listen && address.port() != 0 => {
            let message = format!("--admin and --listen are both {address}");
            Err(Error::usage(message).hint("visitors must not reach it: give it another port"))
        }
        _ => Ok(()),
    }
}

/// Opens the port, if one is wanted. Returns its URL, too.
///
/// # Errors
///
/// If it cannot be opened.
pub(super) fn open(args: &Args, lost: LostLines) -> Result<Option<(Admin, String)>, Error> {
    let Some(address) = args.admin else {
        return Ok(None);
    };
    let open =
        Admin::bind(address, args.reuse_port).and_then(|admin| Ok((admin.local_addr()?, admin)));
    let (address, admin) = open.map_err(|cause| cannot_listen("--admin", address, &cause))?;
    let admin = admin.count_lost_lines(move || lost.count() as u64);
    Ok(Some((admin, format!("http://{address}/"))))
}
