//! A plan, for people: what is created, changed and deleted.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use hardtack_aws::plan::{AssociationChange, Plan, Release, Step};
use hardtack_aws::{FunctionSpec, Tags};

use crate::output::{FAINT, LITERAL};

/// The plan as a list of changes.
pub(super) fn plan(plan: &Plan) -> String {
    let names = match &plan.aliases[..] {
        [] => plan.domain.clone(),
        aliases => aliases.join(", "),
    };
    let mut text = format!(
        "distribution {LITERAL}{}{LITERAL:#} ({names}), account {}\n",
        plan.distribution, plan.account
    );
    for line in plan.steps.iter().flat_map(lines) {
        let _ = writeln!(text, "  {line}");
    }
    if plan.steps.is_empty() {
        text.push_str("  nothing to do\n");
    }
    text
}

/// A step in a few words, while it is done.
pub(super) fn title(step: &Step) -> String {
    match step {
        Step::CreateRole { role, .. } => format!("role {role} created"),
        Step::WriteTrust { role, .. } => format!("trust of role {role} written"),
        Step::WriteRolePolicy { role, .. } => format!("rights of role {role} written"),
        Step::KeepLogs { days, regions, .. } => {
            format!("logs kept for {days} days in {}", counted(regions))
        }
        Step::CreateFunction { spec } => format!("function {} created", spec.function),
        Step::ConfigureFunction { spec, .. } => format!("function {} configured", spec.function),
        Step::UploadCode { function, .. } => format!("code of {function} uploaded"),
        Step::PublishVersion { function, .. } => format!("version of {function} published"),
        Step::CreateEdgeFunction { name, .. } => format!("function {name} created"),
        Step::PublishEdgeFunction { name } => format!("function {name} published"),
        Step::RecordPrevious { .. } => "replaced functions recorded".to_string(),
        Step::Associate { distribution, .. } => format!("distribution {distribution} changed"),
        Step::AwaitDetached { .. } => "detached at every edge".to_string(),
        Step::DeleteEdgeFunction { name } => format!("function {name} deleted"),
        Step::DeleteFunction { function } => format!("function {function} deleted"),
        Step::DeleteRole { role } => format!("role {role} deleted"),
        Step::DeleteLogs { regions, .. } => format!("logs deleted in {}", counted(regions)),
    }
}

fn lines(step: &Step) -> Vec<String> {
    let line = |sign: char, what: &str, name: &str, more: String| {
        vec![format!("{sign} {what:<9} {name}  {FAINT}{more}{FAINT:#}")]
    };
    match step {
        Step::CreateRole { role, .. } => line(
            '+',
            "role",
            role,
            "for Lambda and Lambda@Edge to assume".to_string(),
        ),
        Step::WriteTrust { role, .. } => line(
            '~',
            "role",
            role,
            "Lambda and Lambda@Edge may assume it".to_string(),
        ),
        Step::WriteRolePolicy { role, .. } => line(
            '~',
            "rights",
            role,
            "may write its own log, in every region".to_string(),
        ),
        Step::KeepLogs {
            group,
            days,
            regions,
        } => {
            let more = format!("kept for {days} days, in {}", counted(regions));
            line('+', "logs", group, more)
        }
        Step::CreateFunction { spec } => line('+', "function", &spec.function, details(spec)),
        Step::ConfigureFunction { spec, differs } => {
            line('~', "function", &spec.function, differs.join(", "))
        }
        Step::UploadCode { function, sha256 } => {
            line('~', "code", function, format!("sha256 {sha256}"))
        }
        Step::PublishVersion {
            function,
            description,
            ..
        } => line('+', "version", function, description.clone()),
        Step::CreateEdgeFunction {
            name,
            comment,
            bytes,
            wraps,
            ..
        } => {
            let wraps = wraps.as_deref().map(short);
            let wraps = wraps.map(|name| format!(", wraps {name}"));
            let more = format!("{comment}, {bytes} bytes{}", wraps.unwrap_or_default());
            line('+', "function", name, more)
        }
        Step::PublishEdgeFunction { name } => line('~', "function", name, "goes live".to_string()),
        Step::RecordPrevious { arn, tags, .. } => line('~', "tags", short(arn), recorded(tags)),
        Step::Associate { changes, .. } => changes.iter().map(change).collect(),
        Step::AwaitDetached { .. } => line(
            ' ',
            "wait",
            "until it is detached at every edge",
            String::new(),
        ),
        Step::DeleteEdgeFunction { name } => line('-', "function", name, String::new()),
        Step::DeleteFunction { function } => {
            line('-', "function", function, "with all versions".to_string())
        }
        Step::DeleteRole { role } => line('-', "role", role, "with its rights".to_string()),
        Step::DeleteLogs { group, regions } => {
            line('-', "logs", group, format!("in {}", counted(regions)))
        }
    }
    .into_iter()
    .map(|line| line.trim_end().replace(&format!("  {FAINT}{FAINT:#}"), ""))
    .collect()
}

fn details(spec: &FunctionSpec) -> String {
    format!(
        "{}, {} MB, {} s, {} bytes",
        spec.runtime, spec.memory, spec.timeout, spec.bytes
    )
}

fn recorded(tags: &Tags) -> String {
    let names: BTreeSet<_> = tags.values().map(|arn| short(arn)).collect();
    let names: Vec<_> = names.into_iter().collect();
    format!("records {}", names.join(", "))
}

fn change(change: &AssociationChange) -> String {
    let sign = match (&change.from, &change.to) {
        (None, _) => '+',
        (_, None) => '-',
        _ => '~',
    };
    let from = change.from.as_deref().map_or("nothing", short);
    let to = match &change.to {
        None => "nothing",
        Some(Release::Arn(arn)) => short(arn),
        Some(Release::Published) => "the new version",
    };
    format!(
        "{sign} behavior  {}  {}: {from} -> {to}",
        change.behavior, change.event
    )
}

/// The part of an ARN that tells one function from another.
pub(super) fn short(arn: &str) -> &str {
    let names = [":function:", ":function/"];
    names
        .iter()
        .find_map(|name| arn.split_once(name))
        .map_or(arn, |(_, name)| name)
}

fn counted(regions: &[String]) -> String {
    match regions {
        [one] => one.clone(),
        many => format!("{} regions", many.len()),
    }
}
