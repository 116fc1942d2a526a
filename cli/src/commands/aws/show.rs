//! A plan, for people: what comes, changes and goes.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use hardtack_aws::plan::{Move, Plan, Shape, Step, Tags, Target};

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
        Step::CreateRole { role, .. } => format!("role {role} made"),
        Step::WriteTrust { role, .. } => format!("trust of role {role} written"),
        Step::WriteRolePolicy { role, .. } => format!("rights of role {role} written"),
        Step::KeepLogs { days, regions, .. } => {
            format!("logs kept for {days} days in {}", counted(regions))
        }
        Step::CreateFunction { shape } => format!("function {} made", shape.function),
        Step::ConfigureFunction { shape, .. } => format!("function {} configured", shape.function),
        Step::UploadCode { function, .. } => format!("code of {function} uploaded"),
        Step::PublishVersion { function, .. } => format!("version of {function} published"),
        Step::CreateEdgeFunction { name, .. } => format!("function {name} made"),
        Step::PublishEdgeFunction { name } => format!("function {name} published"),
        Step::Remember { .. } => "what stood there remembered".to_string(),
        Step::Associate { distribution, .. } => format!("distribution {distribution} changed"),
        Step::AwaitDetached { .. } => "let go of by the edges".to_string(),
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
        Step::CreateFunction { shape } => line('+', "function", &shape.function, details(shape)),
        Step::ConfigureFunction { shape, differs } => {
            line('~', "function", &shape.function, differs.join(", "))
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
            runs_first,
            ..
        } => {
            let first = runs_first.as_deref().map(short);
            let first = first.map(|name| format!(", runs {name} first"));
            let more = format!("{comment}, {bytes} bytes{}", first.unwrap_or_default());
            line('+', "function", name, more)
        }
        Step::PublishEdgeFunction { name } => line('~', "function", name, "goes live".to_string()),
        Step::Remember { arn, tags, .. } => line('~', "tags", short(arn), remembered(tags)),
        Step::Associate { moves, .. } => moves.iter().map(one_move).collect(),
        Step::AwaitDetached { .. } => line(
            ' ',
            "wait",
            "until the edges have let go of it",
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

fn details(shape: &Shape) -> String {
    format!(
        "{}, {} MB, {} s, {} bytes",
        shape.runtime, shape.memory, shape.timeout, shape.bytes
    )
}

fn remembered(tags: &Tags) -> String {
    let names: BTreeSet<_> = tags.values().map(|arn| short(arn)).collect();
    let names: Vec<_> = names.into_iter().collect();
    format!("what stood there: {}", names.join(", "))
}

fn one_move(one: &Move) -> String {
    let sign = match (&one.from, &one.to) {
        (None, _) => '+',
        (_, None) => '-',
        _ => '~',
    };
    let from = one.from.as_deref().map_or("nothing", short);
    let to = match &one.to {
        None => "nothing",
        Some(Target::Arn(arn)) => short(arn),
        Some(Target::Published) => "the new version",
    };
    format!(
        "{sign} behavior  {}  viewer-response: {from} -> {to}",
        one.behavior
    )
}

/// An ARN without what is the same for all.
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
