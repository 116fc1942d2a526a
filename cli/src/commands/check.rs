//! `hardtack check`: what a policy means, and warnings about it.

use std::fmt::Write as _;
use std::path::Path;

use hardtack::{DomainSetting, Renew, Required, Settings};
use hardtack_policy::{
    AttributeMeaning, Lifetime, PolicySummary, SiteDomain, Warning, attribute_meanings,
    example_set_cookie, in_words, lifetimes, policy_summary, site_domain, thirteen_months,
    warnings,
};
use serde_json::{Value, json};

use crate::error::{Error, Kind};
use crate::output::{FAINT, GOOD, LITERAL, Output, visible};
use crate::policy_file::PolicyFile;
use crate::values;

/// Check the policy, and explain how browsers will treat its cookie
///
/// Shows the Set-Cookie that a new visitor gets, attribute by attribute, how long each browser keeps it, and warnings.
/// Warnings go to stderr. They make the check fail only with --strict.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Show the cookie for this host
    #[arg(long, value_name = "HOST", value_parser = values::host)]
    host: Option<String>,

    /// Fail if there is a warning
    #[arg(long)]
    strict: bool,
}

/// Runs the command.
pub(crate) fn run(args: &Args, policy: Option<&Path>, output: &Output) -> Result<(), Error> {
    let file = PolicyFile::find(policy)?;
    let findings = Findings::of(&file, args.host.as_deref());
    if output.wants_json() {
        output.json(&findings.in_json())?;
    } else if !output.is_quiet() {
        output.data(findings.in_words().trim_end())?;
        for warning in &findings.warnings {
            output.note("");
            output.warning(format_args!("{}: {}", warning.key, warning.message));
            output.hint(&warning.hint);
            if let Some(source) = warning.source {
                output.source(source);
            }
        }
    }
    match (args.strict, findings.warnings.len()) {
        (false, _) | (true, 0) => Ok(()),
        (true, 1) => Err(Error::new(Kind::Found, "1 warning, and --strict is on")),
        (true, n) => Err(Error::new(
            Kind::Found,
            format!("{n} warnings, and --strict is on"),
        )),
    }
}

/// All findings on a policy.
struct Findings {
    path: Option<String>,
    host: String,
    since: String,
    after_consent: bool,
    set_cookie: String,
    attributes: Vec<AttributeMeaning>,
    domain: SiteDomain,
    summary: Vec<PolicySummary>,
    lifetimes: [Lifetime; 4],
    thirteen_months: &'static str,
    warnings: Vec<Warning>,
}

impl Findings {
    fn of(file: &PolicyFile, host: Option<&str>) -> Self {
        let settings = &file.settings;
        let host = host.unwrap_or_else(|| likely_host(settings));
        let set_cookie = example_set_cookie(settings, host).unwrap_or_default();
        Self {
            path: file.path.as_ref().map(|path| path.display().to_string()),
            host: host.to_string(),
            since: since(settings.renew.when),
            after_consent: settings.consent.required != Required::Nowhere,
            attributes: attribute_meanings(settings, &set_cookie),
            set_cookie,
            domain: site_domain(settings, host),
            summary: policy_summary(settings),
            lifetimes: lifetimes(settings),
            thirteen_months: thirteen_months(settings),
            warnings: warnings(settings),
        }
    }

    fn in_json(&self) -> Value {
        json!({
            "policy": self.path,
            "host": self.host,
            "set_cookie": self.set_cookie,
            "attributes": self.attributes.iter().map(|part| json!({
                "name": part.name, "value": part.value, "meaning": part.meaning,
            })).collect::<Vec<_>>(),
            "domain": { "value": self.domain.domain, "why": self.domain.why },
            "summary": self.summary.iter().map(|part| json!({
                "section": part.section, "text": part.text,
            })).collect::<Vec<_>>(),
            "lifetimes": self.lifetimes.iter().map(|life| json!({
                "browser": life.browser, "seconds": life.seconds, "days": life.days(), "why": life.why,
            })).collect::<Vec<_>>(),
            "thirteen_months": self.thirteen_months,
            "warnings": self.warnings.iter().map(|warning| json!({
                "key": warning.key, "message": warning.message, "hint": warning.hint, "source": warning.source,
            })).collect::<Vec<_>>(),
        })
    }

    fn in_words(&self) -> String {
        let mut text = String::new();
        let host = visible(&self.host);
        let _ = match &self.path {
            Some(path) => writeln!(text, "{path} {GOOD}is a valid policy{GOOD:#}\n"),
            None => writeln!(text, "There is no hardtack.toml, so the defaults apply\n"),
        };
        let condition = if self.after_consent {
            ", once consent is given where it is required,"
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "A new visitor of {host}{condition} gets\n\n  {LITERAL}{}{LITERAL:#}\n",
            self.set_cookie
        );
        self.write_attributes(&mut text);
        let domain = self.domain.domain.as_deref().unwrap_or("none");
        let _ = writeln!(text, "\nDomain: {domain} ({})", self.domain.why);
        self.write_summary(&mut text);
        self.write_lifetimes(&mut text);
        text
    }

    fn write_summary(&self, text: &mut String) {
        let _ = writeln!(text, "\nWhat it does\n");
        for part in &self.summary {
            let _ = writeln!(text, "  {:8}  {}", part.title, visible(&part.text));
        }
    }

    fn write_attributes(&self, text: &mut String) {
        let value = |part: &AttributeMeaning| shortened(part.value.as_deref().unwrap_or_default());
        let names = self
            .attributes
            .iter()
            .map(|part| part.name.len())
            .max()
            .unwrap_or_default();
        let widths = self
            .attributes
            .iter()
            .map(|part| value(part).chars().count());
        let values = widths.max().unwrap_or_default();
        for part in &self.attributes {
            let (name, value, meaning) = (part.name, value(part), &part.meaning);
            let _ = writeln!(
                text,
                "  {name:names$}  {LITERAL}{value:values$}{LITERAL:#}  {meaning}"
            );
        }
    }

    fn write_lifetimes(&self, text: &mut String) {
        let _ = writeln!(text, "\nHow long browsers keep it after {}\n", self.since);
        let longest = self
            .lifetimes
            .iter()
            .map(|life| life.seconds)
            .max()
            .unwrap_or_default();
        for life in &self.lifetimes {
            let (browser, time, why) = (life.browser, life.in_words(), life.why);
            let (full, empty) = bar(life.seconds, longest);
            let _ = writeln!(
                text,
                "  {browser:8}  {GOOD}{full}{GOOD:#}{FAINT}{empty}{FAINT:#}  {time:>10}  {FAINT}{why}{FAINT:#}"
            );
        }
        let _ = writeln!(
            text,
            "\nCNIL's exemption from consent (13 months at most, never renewed): {}",
            self.thirteen_months
        );
    }
}

/// The start of the lifetimes.
fn since(renewed: Renew) -> String {
    match renewed {
        Renew::Never => "the first visit".to_string(),
        Renew::WhenDue(period) => {
            let period = in_words(period.into());
            format!("its last renewal, which is up to {period} before the last visit")
        }
        _ => "the last visit".to_string(),
    }
}

/// A host that the policy is probably for.
fn likely_host(settings: &Settings) -> &str {
    match &settings.cookie.domain {
        DomainSetting::Listed(domains) => domains.first().map_or("www.example.com", String::as_str),
        _ => "www.example.com",
    }
}

/// The start of a long value, for recognition. The whole value is shown above the table.
fn shortened(value: &str) -> String {
    match value.char_indices().nth(MAX_VALUE) {
        Some((at, _)) => format!("{}…", &value[..at]),
        None => value.to_string(),
    }
}

const MAX_VALUE: usize = 16;
const BAR: u64 = 20;

fn bar(seconds: u64, longest: u64) -> (String, String) {
    let full = (seconds * BAR).div_ceil(longest.max(1)).min(BAR);
    let cells = |cell: &str, number: u64| cell.repeat(usize::try_from(number).unwrap_or_default());
    (cells("█", full), cells("░", BAR - full))
}
