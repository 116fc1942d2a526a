//! The metrics as text, for a scrape: names, units and help, each in one place.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use hardtack::{Outcome, Reason};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{
    DescriptorEncoder, EncodeLabelSet, EncodeMetric, NoLabelSet, prometheus_text, text,
};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::{Registry, Unit};

use super::Metrics;
use super::counters::{Class, Counters, UPSTREAM_ERRORS, read};
use super::histogram::{Counted, Histogram};
use crate::proxy_protocol::Fault;

/// A text form of the metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Prometheus's own, version 0.0.4.
    Prometheus,
    /// OpenMetrics 1.0.
    OpenMetrics,
}

impl Format {
    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::Prometheus => prometheus_text::CONTENT_TYPE,
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// The metrics as text.
///
/// # Errors
///
/// If a metric cannot be formatted, which none of ours does.
pub(crate) fn expose(metrics: &Arc<Metrics>, format: Format) -> Result<String, fmt::Error> {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Arc::clone(metrics)));
    let mut exposed = String::new();
    match format {
        Format::Prometheus => prometheus_text::encode(&mut exposed, &registry)?,
        Format::OpenMetrics => text::encode(&mut exposed, &registry)?,
    }
    Ok(exposed)
}

impl Collector for Metrics {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut writer = Writer(encoder);
        self.write_traffic(&mut writer)?;
        self.write_durations(&mut writer)?;
        self.write_connections(&mut writer)?;
        self.write_files(&mut writer)?;
        self.write_process(&mut writer)
    }
}

impl Metrics {
    fn write_traffic(&self, writer: &mut Writer<'_>) -> fmt::Result {
        writer.counters(
            "hardtack_decisions",
            "Decisions of the policy. A pair of labels is there from its first decision on; with --edge there is none.",
            self.decisions().into_iter(),
        )?;
        writer.counters(
            "hardtack_requests",
            "Requests that have ended, by the class of the response's status; `none` where there was no response.",
            Class::ALL.into_iter().map(|class| {
                let count = self.sum(|worker| worker.requests(class));
                ([("class", class.as_str())], count)
            }),
        )?;
        writer.counters(
            "hardtack_upstream_errors",
            "Requests that the upstream did not answer, or not in time; `overload`: no connection to it was free.",
            (0..).zip(UPSTREAM_ERRORS).map(|(index, (_, kind))| {
                let count = self.sum(|worker| worker.upstream_errors(index));
                ([("kind", kind)], count)
            }),
        )?;
        writer.counter(
            "hardtack_refused_requests",
            "Requests that were refused: malformed, too large, too many of one client, or cut.",
            None,
            self.read(|worker| &worker.refused),
        )?;
        writer.counter(
            "hardtack_response",
            "Bytes of response bodies that connections have taken.",
            Some(&Unit::Bytes),
            self.read(|worker| &worker.response_bytes),
        )
    }

    fn write_durations(&self, writer: &mut Writer<'_>) -> fmt::Result {
        writer.durations(
            "hardtack_request_duration",
            "Time from a request's headers to the end of its response.",
            self.observed(|worker| &worker.request_duration),
        )?;
        writer.durations(
            "hardtack_decision_duration",
            "Time that deciding and editing headers takes, without the origin's. One request in 64 is timed.",
            self.observed(|worker| &worker.decision_duration),
        )
    }

    fn write_connections(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let (open, accepted) = self.open.counts();
        writer.gauge(
            "hardtack_connections",
            "Client connections that are open.",
            None,
            open as u64,
        )?;
        writer.counter(
            "hardtack_connections_accepted",
            "Client connections that were accepted and served.",
            None,
            accepted,
        )?;
        writer.counters(
            "hardtack_proxy_protocol_errors",
            "Connections that were closed because they did not begin with a header of the PROXY protocol.",
            Fault::ALL.into_iter().map(|fault| {
                let count = self.sum(|worker| worker.unidentified(fault));
                ([("kind", fault.as_str())], count)
            }),
        )
    }

    fn write_files(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let Some(files) = &self.files else {
            return Ok(());
        };
        let (entries, bytes) = files.cached();
        writer.gauge(
            "hardtack_file_cache_entries",
            "Files that are kept in memory. Not with --upstream.",
            None,
            entries,
        )?;
        writer.gauge(
            "hardtack_file_cache",
            "Memory that these files take. Not with --upstream.",
            Some(&Unit::Bytes),
            bytes,
        )
    }

    fn write_process(&self, writer: &mut Writer<'_>) -> fmt::Result {
        writer.counter(
            "hardtack_log_lines_lost",
            "Lines of all logs that were not written: they came too fast, or the destination failed.",
            None,
            (self.lost_lines.0)(),
        )?;
        writer.counters(
            "hardtack_reloads",
            "How often policy and certificates were read again.",
            [("success", true), ("failure", false)]
                .into_iter()
                .map(|(result, succeeded)| ([("result", result)], self.reloads.read(succeeded))),
        )?;
        writer.build(env!("CARGO_PKG_VERSION"))?;
        writer.start_time(self.started)
    }

    fn decisions(&self) -> Vec<([(&'static str, &'static str); 2], u64)> {
        let pairs = Outcome::ALL
            .into_iter()
            .flat_map(|outcome| Reason::ALL.into_iter().map(move |reason| (outcome, reason)));
        let counted = pairs.map(|(outcome, reason)| {
            let labels = [("outcome", outcome.as_str()), ("reason", reason.as_str())];
            (labels, self.sum(|worker| worker.decisions(outcome, reason)))
        });
        counted.filter(|(_, count)| *count > 0).collect()
    }

    fn sum(&self, count: impl Fn(&Counters) -> u64) -> u64 {
        self.workers.iter().map(|worker| count(worker)).sum()
    }

    fn read(&self, counter: impl Fn(&Counters) -> &AtomicU64) -> u64 {
        self.sum(|worker| read(counter(worker)))
    }

    fn observed(&self, histogram: impl Fn(&Counters) -> &Histogram) -> Counted {
        Counted::of(self.workers.iter().map(|worker| histogram(worker)))
    }
}

/// Writes metrics of each type. The suffixes `_total`, `_seconds`, `_bytes` and `_info` are the encoder's to add.
struct Writer<'a>(DescriptorEncoder<'a>);

impl Writer<'_> {
    fn counter(&mut self, name: &str, help: &str, unit: Option<&Unit>, count: u64) -> fmt::Result {
        let metric = self
            .0
            .encode_descriptor(name, help, unit, MetricType::Counter)?;
        ConstCounter::new(count).encode(metric)
    }

    fn counters<L: EncodeLabelSet>(
        &mut self,
        name: &str,
        help: &str,
        mut counts: impl Iterator<Item = (L, u64)>,
    ) -> fmt::Result {
        let mut metric = self
            .0
            .encode_descriptor(name, help, None, MetricType::Counter)?;
        counts.try_for_each(|(labels, count)| {
            ConstCounter::new(count).encode(metric.encode_family(&labels)?)
        })
    }

    fn gauge(&mut self, name: &str, help: &str, unit: Option<&Unit>, value: u64) -> fmt::Result {
        let metric = self
            .0
            .encode_descriptor(name, help, unit, MetricType::Gauge)?;
        ConstGauge::new(value).encode(metric)
    }

    fn durations(&mut self, name: &str, help: &str, counted: Counted) -> fmt::Result {
        let Counted {
            buckets,
            sum,
            count,
        } = counted;
        let seconds = Some(&Unit::Seconds);
        let mut metric = self
            .0
            .encode_descriptor(name, help, seconds, MetricType::Histogram)?;
        metric.encode_histogram::<NoLabelSet>(sum, count, &buckets, None)
    }

    fn build(&mut self, version: &str) -> fmt::Result {
        let help = "The version that runs.";
        let mut metric =
            self.0
                .encode_descriptor("hardtack_build", help, None, MetricType::Info)?;
        metric.encode_info(&[("version", version)])
    }

    fn start_time(&mut self, started: f64) -> fmt::Result {
        let help = "When the server started, in Unix time.";
        let unit = Some(&Unit::Seconds);
        let metric =
            self.0
                .encode_descriptor("process_start_time", help, unit, MetricType::Gauge)?;
        ConstGauge::new(started).encode(metric)
    }
}
