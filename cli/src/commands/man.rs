//! `hardtack man`: manual pages.

use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use clap_mangen::Man;

use crate::args::Cli;
use crate::error::Error;
use crate::output::Output;

/// Print the manual page, or write one for each command
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Write the pages of all commands to this folder
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(args: &Args, output: &Output) -> Result<(), Error> {
    match &args.output {
        None => output.data(main_page()?.trim_end()),
        Some(folder) => {
            write_all(folder).map_err(|cause| {
                Error::io(format!("cannot write to `{}`", folder.display()), &cause)
            })?;
            output.note(format_args!(
                "wrote the manual pages to {}",
                folder.display()
            ));
            Ok(())
        }
    }
}

fn main_page() -> Result<String, Error> {
    let mut page = Vec::new();
    Man::new(Cli::command())
        .render(&mut page)
        .map_err(|cause| Error::io("cannot make the manual page", &cause))?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

fn write_all(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    clap_mangen::generate_to(Cli::command(), folder)
}
