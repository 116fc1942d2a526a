//! `hardtack explain`: the decision on one exchange, rule by rule.

mod curl;
mod curl_options;
mod exchange;
mod har;
mod report;
pub(crate) mod shell_words;

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use hardtack::Country;
use hardtack_tower::{Source as _, System};

use crate::error::Error;
use crate::output::{Output, visible};
use crate::policy_file::PolicyFile;
use crate::user_file;
use crate::values;

use exchange::Recorded;
use report::{Report, Table};

/// Explain the decision on one exchange, rule by rule
///
/// The exchange comes from flags, from a curl command as browsers' developer tools copy it, or from a HAR file. Where
/// flags are missing, the request is assumed to be that of a browser that opens a page, and the response a page with
/// status 200.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("exchange").required(true).args(["url", "curl", "har"]))]
pub(crate) struct Args {
    /// Explain a request for this URL
    #[arg(long, value_name = "URL")]
    url: Option<String>,

    /// Explain the request of a curl command; `-` reads the command from stdin
    #[arg(long, value_name = "COMMAND", allow_hyphen_values = true)]
    curl: Option<String>,

    /// Explain an exchange of a HAR file: the first page, or the one that --entry names
    #[arg(long, value_name = "FILE")]
    har: Option<PathBuf>,

    /// Explain this entry of the HAR file, counted from 1
    #[arg(long, value_name = "N", requires = "har")]
    entry: Option<usize>,

    /// Explain all entries of the HAR file, one line each
    #[arg(long, requires = "har", conflicts_with = "entry")]
    all: bool,

    /// Assume this request method [default: GET]
    #[arg(long, value_name = "METHOD", requires = "url", value_parser = exchange::method)]
    method: Option<String>,

    /// Assume this request header (can be repeated)
    #[arg(long, value_name = "NAME: VALUE", requires = "url", value_parser = exchange::header)]
    header: Vec<(String, String)>,

    /// Assume this response status [default: 200]
    #[arg(long, value_name = "STATUS", conflicts_with = "har", value_parser = clap::value_parser!(u16).range(100..=599))]
    status: Option<u16>,

    /// Assume this response header (can be repeated)
    #[arg(long, value_name = "NAME: VALUE", conflicts_with = "har", value_parser = exchange::header)]
    response_header: Vec<(String, String)>,

    /// Assume that the platform knows the visitor to be in this country: two letters, such as DE
    #[arg(long, value_name = "COUNTRY", value_parser = values::country)]
    country: Option<Country>,

    /// Make a new id from these 16 bytes, written as 32 hex digits [default: random]
    #[arg(long, value_name = "HEX", value_parser = entropy)]
    entropy: Option<[u8; 16]>,

    /// Assume this time, in seconds since 1970 [default: now]
    #[arg(long, value_name = "SECONDS")]
    now: Option<u64>,
}

/// Runs the command.
pub(crate) fn run(args: &Args, policy: Option<&Path>, output: &Output) -> Result<(), Error> {
    let file = PolicyFile::find(policy)?;
    output.detail(format_args!("policy: {}", file.source()));
    let now = args.now.unwrap_or_else(|| System.now());
    let report = |recorded: &Recorded| {
        let entropy = args.entropy.unwrap_or_else(rand::random);
        Report::new(&file.policy, recorded, now, entropy)
    };
    if let (true, Some(path)) = (args.all, &args.har) {
        let mut entries = har::read(path)?;
        for recorded in entries.iter_mut().flat_map(|entry| &mut entry.recorded) {
            recorded.country = args.country;
        }
        let rows = entries
            .iter()
            .map(|entry| (entry, entry.recorded.as_ref().map(report)));
        return Table::new(rows.collect()).print(output);
    }
    let mut recorded = recorded(args)?;
    recorded.country = args.country;
    for note in &recorded.notes {
        output.remark(visible(note));
    }
    report(&recorded).print(&recorded, output)
}

/// The exchange that the arguments describe.
fn recorded(args: &Args) -> Result<Recorded, Error> {
    if let Some(path) = &args.har {
        return har::pick(har::read(path)?, args.entry);
    }
    let mut recorded = match (&args.curl, &args.url) {
        (Some(command), _) => curl::parse(&command_text(command)?)?,
        (None, Some(url)) => {
            let method = args.method.as_deref().unwrap_or("GET");
            Recorded::from_flags(url, method, &args.header)?
        }
        (None, None) => return Err(Error::usage("no exchange to explain")),
    };
    recorded.answer(args.status, &args.response_header);
    Ok(recorded)
}

fn command_text(command: &str) -> Result<String, Error> {
    if command != "-" {
        return Ok(command.to_string());
    }
    let mut text = String::new();
    io::stdin()
        .take(user_file::TEXT_BYTES)
        .read_to_string(&mut text)
        .map_err(|cause| Error::io("cannot read the curl command from stdin", &cause))?;
    Ok(text)
}

fn entropy(hex: &str) -> Result<[u8; 16], String> {
    let is_hex = hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_hexdigit());
    let number = is_hex.then(|| u128::from_str_radix(hex, 16).ok()).flatten();
    number
        .map(u128::to_be_bytes)
        .ok_or_else(|| "write 32 hex digits".to_string())
}
