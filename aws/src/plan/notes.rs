//! What the reader of a plan should know: above all, which responses a viewer-response function never sees.

use crate::api::RUNTIME;
use crate::config::{Behavior, Config, ErrorPage, VIEWER_RESPONSE};
use crate::observed::{LogGroup, Observed};

use super::desired::{DesiredState, Existing};
use super::request::{gets_addresses, has_bucket};

pub(super) fn notes(
    desired: &DesiredState,
    observed: &Observed,
    behaviors: &[Behavior],
) -> Vec<String> {
    let config = &observed.target().config;
    let mut notes = Vec::new();
    notes.extend(untouched(config, behaviors));
    notes.extend(error_pages(desired, config));
    notes.extend(bare_buckets(desired, observed, behaviors));
    notes.extend(no_addresses(desired, observed, behaviors));
    notes.extend(unknown_countries(desired, behaviors));
    notes.extend(existing(desired, observed, behaviors));
    notes.extend(newer_runtime(desired));
    notes.extend(unknown_regions(observed));
    notes.extend(in_progress(observed));
    notes
}

fn untouched(config: &Config, behaviors: &[Behavior]) -> Option<String> {
    let all = config.behaviors().into_iter().map(|it| it.name);
    let others: Vec<_> = all
        .filter(|name| !behaviors.iter().any(|it| it.name == *name))
        .map(|name| format!("`{name}`"))
        .collect();
    (!others.is_empty()).then(|| {
        format!(
            "pages under {} set no cookie; `--behavior PATTERN` or `--all` adds them",
            others.join(", ")
        )
    })
}

/// How a visit that begins with an error page has its cookie at once.
const MAP_PATHS: &str = "; to have it at once, map paths to files in a viewer-request or origin-request function, such \
                         as `--viewer-request` brings along";

/// CloudFront runs no viewer-response function where the origin answers with 400 or more, and not for the page that it
/// serves instead either (`edge-function-restrictions-all`).
fn error_pages(desired: &DesiredState, config: &Config) -> Vec<String> {
    let remedy = match desired.artifacts.request {
        Some(_) => "",
        None => MAP_PATHS,
    };
    let pages = config.error_pages().into_iter();
    let has_page = |it: &ErrorPage| !it.page.is_empty();
    pages
        .filter(has_page)
        .map(|it| match it.served_as.as_str() {
            "200" => format!(
                "where the origin answers {}, CloudFront serves {} as 200 and runs no function: a visit that begins \
                 there gets its cookie on the next page only{remedy}",
                it.status, it.page
            ),
            _ => format!(
                "the error page {} for {} sets no cookie: CloudFront runs no function for it",
                it.page, it.status
            ),
        })
        .collect()
}

/// S3 has files and no folders: `/about/` is an error there, unless a function rewrites it to `/about/index.html`.
fn bare_buckets(
    desired: &DesiredState,
    observed: &Observed,
    behaviors: &[Behavior],
) -> Vec<String> {
    behaviors
        .iter()
        .filter(|it| has_bucket(observed, it) && !gets_addresses(desired, it))
        .map(|it| {
            format!(
                "behavior `{}` is served from an S3 bucket, and no function on its requests adds `index.html`: a path \
                 such as /about/ is an error there, and sets no cookie; `--via cloudfront-function --viewer-request \
                 clean-urls` adds one",
                it.name
            )
        })
        .collect()
}

/// Where pages get no addresses, because their origin is not a bucket and may well know `/about/` itself.
fn no_addresses(
    desired: &DesiredState,
    observed: &Observed,
    behaviors: &[Behavior],
) -> Option<String> {
    let request = desired.artifacts.request.as_ref();
    let is_asked_for = request.is_some_and(|it| it.is_asked_for);
    let others = behaviors.iter().filter(|it| !has_bucket(observed, it));
    let others: Vec<_> = others.map(|it| format!("`{}`", it.name)).collect();
    (is_asked_for && !others.is_empty()).then(|| {
        format!(
            "the addresses in {} stay as they are: no S3 bucket is behind them",
            others.join(", ")
        )
    })
}

/// CloudFront adds the country for a behavior whose policies name its header, and a function sees no other.
fn unknown_countries(desired: &DesiredState, behaviors: &[Behavior]) -> Option<String> {
    let silent = behaviors.iter().filter(|it| !it.tells_country);
    let silent: Vec<_> = silent.map(|it| format!("`{}`", it.name)).collect();
    (desired.countries && !silent.is_empty()).then(|| {
        format!(
            "consent is required by country: unless a cache policy or origin request policy of your own names \
             CloudFront-Viewer-Country in {}, the country is unknown there, and consent is required everywhere; AWS's \
             origin request policy AllViewerAndCloudFrontHeaders-2022-06 names it",
            silent.join(", ")
        )
    })
}

/// What happens to the functions that run where hardtack is to run.
fn existing(desired: &DesiredState, observed: &Observed, behaviors: &[Behavior]) -> Vec<String> {
    let names = observed.names();
    let running = behaviors
        .iter()
        .filter_map(|it| it.on_event(VIEWER_RESPONSE));
    let others = running.filter(|it| !names.owns(&it.arn));
    others
        .map(|it| match desired.existing {
            Existing::Wrap => format!(
                "{} is wrapped: a copy of it runs first; when it changes, `hardtack deploy` copies it again; \
                 `hardtack remove` puts it back",
                it.arn
            ),
            _ => format!("{} is replaced; `hardtack remove` puts it back", it.arn),
        })
        .collect()
}

/// hardtack needs the newer runtime, and so the functions that it wraps run on it, too.
fn newer_runtime(desired: &DesiredState) -> Vec<String> {
    let wrapping = desired.artifacts.wrapping.iter();
    let older = wrapping.filter(|(_, it)| it.runtime != RUNTIME);
    older
        .map(|(arn, it)| {
            format!(
                "{arn} was written for {}; its copy runs on {RUNTIME}",
                it.runtime
            )
        })
        .collect()
}

fn unknown_regions(observed: &Observed) -> Option<String> {
    let unknown = observed.logs.iter();
    let unknown: Vec<_> = unknown
        .filter(|(_, it)| matches!(it, LogGroup::Unknown(_)))
        .map(|(region, _)| region.as_str())
        .collect();
    (!unknown.is_empty()).then(|| {
        format!(
            "the log groups in {} could not be read, and stay as they are",
            unknown.join(", ")
        )
    })
}

fn in_progress(observed: &Observed) -> Option<String> {
    (observed.target().status == "InProgress").then(|| {
        "an earlier change of the distribution is still being deployed; this one waits for it"
            .to_string()
    })
}
