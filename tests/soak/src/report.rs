//! What the soak has found, for readers and for programs.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value, json};

use crate::tally::{Fault, Tally};
use crate::usage::{Usage, bound, is_flat};

/// The result of one run.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) minutes: f64,
    pub(crate) requests: u64,
    /// Each must be 0.
    pub(crate) faults: Vec<(&'static str, u64)>,
    pub(crate) examples: Vec<String>,
    pub(crate) counts: BTreeMap<&'static str, u64>,
    pub(crate) injected: BTreeMap<&'static str, u64>,
    /// By server: what it used first and last.
    pub(crate) usage: Vec<(&'static str, Usage, Usage)>,
}

impl Report {
    pub(crate) fn new(
        minutes: f64,
        tally: &Tally,
        injected: BTreeMap<&'static str, u64>,
        usage: Vec<(&'static str, Usage, Usage)>,
    ) -> Self {
        let faults = Fault::ALL
            .iter()
            .map(|fault| (fault.name(), tally.faults(*fault)));
        Self {
            minutes,
            requests: tally.requests(),
            faults: faults.collect(),
            examples: tally.examples(),
            counts: tally.counts(),
            injected,
            usage,
        }
    }

    /// Whether every bound holds. A run without requests has shown nothing.
    pub(crate) fn is_good(&self) -> bool {
        self.requests > 0
            && self.faults.iter().all(|(_, count)| *count == 0)
            && self
                .usage
                .iter()
                .all(|(_, first, last)| is_flat(*first, *last))
    }

    pub(crate) fn json(&self) -> Value {
        let usage = self.usage.iter().map(|(server, first, last)| {
            json!({ "server": server, "first": of(*first), "last": of(*last), "bound": of(bound(*first)) })
        });
        json!({
            "ok": self.is_good(),
            "minutes": self.minutes,
            "requests": self.requests,
            "faults": self.faults.iter().copied().collect::<BTreeMap<_, _>>(),
            "examples": self.examples,
            "counts": self.counts,
            "injected": self.injected,
            "usage": usage.collect::<Vec<_>>(),
        })
    }
}

fn of(usage: Usage) -> Value {
    json!({ "memory_kib": usage.memory, "descriptors": usage.descriptors, "threads": usage.threads })
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:34} {:>10} {:>10}", "", "seen", "at most")?;
        writeln!(f, "{:34} {:>10}", "requests", self.requests)?;
        for (name, count) in &self.faults {
            writeln!(f, "{name:34} {count:>10} {:>10}{}", 0, mark(*count > 0))?;
        }
        writeln!(
            f,
            "\n{:34} {:>10} {:>10} {:>10}",
            "", "first", "last", "at most"
        )?;
        for (server, first, last) in &self.usage {
            let most = bound(*first);
            row(
                f,
                server,
                "memory, KiB",
                first.memory,
                last.memory,
                most.memory,
            )?;
            row(
                f,
                server,
                "descriptors",
                first.descriptors,
                last.descriptors,
                most.descriptors,
            )?;
            row(
                f,
                server,
                "threads",
                first.threads,
                last.threads,
                most.threads,
            )?;
        }
        section(f, "injected", &self.injected)?;
        section(f, "allowed", &self.counts)?;
        self.examples
            .iter()
            .try_for_each(|example| writeln!(f, "\n{example}"))
    }
}

fn row(
    f: &mut fmt::Formatter<'_>,
    server: &str,
    what: &str,
    first: u64,
    last: u64,
    most: u64,
) -> fmt::Result {
    let name = format!("{server}: {what}");
    writeln!(
        f,
        "{name:34} {first:>10} {last:>10} {most:>10}{}",
        mark(last > most)
    )
}

fn section(
    f: &mut fmt::Formatter<'_>,
    title: &str,
    counts: &BTreeMap<&'static str, u64>,
) -> fmt::Result {
    writeln!(f, "\n{title}")?;
    let mut rows = counts.iter();
    rows.try_for_each(|(name, count)| writeln!(f, "{name:34} {count:>10}"))
}

const fn mark(is_broken: bool) -> &'static str {
    match is_broken {
        true => "  BROKEN",
        false => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(tally: &Tally, last: Usage) -> Report {
        let usage = vec![("plain", Usage::default(), last)];
        Report::new(1.0, tally, BTreeMap::new(), usage)
    }

    #[track_caller]
    fn check(fault: Option<Fault>, requests: u64, last: Usage, good: bool) {
        let tally = Tally::default();
        (0..requests).for_each(|_| tally.request());
        if let Some(fault) = fault {
            tally.fault(fault, "seen");
        }
        let report = report(&tally, last);
        assert_eq!(report.is_good(), good, "{report}");
        assert_eq!(report.json()["ok"], good);
        let shows = fault.is_some() || bound(Usage::default()).threads < last.threads;
        assert_eq!(report.to_string().contains("BROKEN"), shows, "{report}");
    }

    #[test]
    fn any_fault_breaks_the_run() {
        let flat = Usage::default();
        check(None, 1, flat, true);
        check(None, 0, flat, false);
        for fault in Fault::ALL {
            check(Some(fault), 1, flat, false);
        }
        check(
            None,
            1,
            Usage {
                threads: 99,
                ..flat
            },
            false,
        );
    }
}
