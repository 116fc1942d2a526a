//! `hardtack man`: manual pages.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Command;
use clap_mangen::Man;
use serde_json::json;

use crate::error::Error;
use crate::output::Output;

/// Print the manual page, or write a page for each command
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Write the pages of all commands to this folder
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// Prints or writes the pages of the command line `cli`.
pub(crate) fn run(args: &Args, cli: Command, output: &Output) -> Result<(), Error> {
    match &args.output {
        None if output.wants_json() => output.json(&json!({ "page": main_page(cli)? })),
        None => output.data(main_page(cli)?.trim_end()),
        Some(folder) => {
            write_all(cli, folder).map_err(|cause| {
                Error::io(format!("cannot write to `{}`", folder.display()), &cause)
            })?;
            if output.wants_json() {
                return output.json(&json!({ "written": folder }));
            }
            output.note(format_args!(
                "wrote the manual pages to {}",
                folder.display()
            ));
            Ok(())
        }
    }
}

fn main_page(cli: Command) -> Result<String, Error> {
    let mut page = Vec::new();
    Man::new(cli)
        .render(&mut page)
        .map_err(|cause| Error::io("cannot make the manual page", &cause))?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

fn write_all(cli: Command, folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    clap_mangen::generate_to(cli, folder)
}
