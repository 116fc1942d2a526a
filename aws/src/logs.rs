//! Searches the logs of a function that runs everywhere: all regions at once, merged by time.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use tokio::task::JoinSet;

use crate::api::{LogEvent, Logs as _};
use crate::names::Names;
use crate::wire::{CallError, Client, HOME_REGION};

/// The result of a search.
#[derive(Clone, Debug, Default)]
pub struct LogSearch {
    /// Lines, oldest first.
    pub events: Vec<LogEvent>,
    /// Regions that could not be asked.
    pub errors: Vec<CallError>,
}

impl LogEvent {
    /// The time as RFC 3339 writes it, to the millisecond.
    #[must_use]
    pub fn timestamp(&self) -> String {
        let time = DateTime::from_millis(self.time);
        let text = time.fmt(Format::DateTime).unwrap_or_default();
        // Columns need one width, and whole seconds are formatted without a fraction.
        match text.strip_suffix('Z').map(|text| text.split_once('.')) {
            Some(Some((seconds, part))) => format!("{seconds}.{part:0<3}Z"),
            Some(None) => text.replace('Z', ".000Z"),
            None => text,
        }
    }
}

impl Client {
    /// Searches for lines since a moment, in milliseconds since 1970, and reports each region that has answered.
    pub async fn search_logs(
        &self,
        distribution: &str,
        regions: &[String],
        since: i64,
        mut on_answer: impl FnMut(&str),
    ) -> LogSearch {
        let mut calls = JoinSet::new();
        for region in regions {
            let (client, region) = (self.clone(), region.clone());
            let distribution = distribution.to_string();
            calls.spawn(async move {
                let found = client.search_region(&distribution, &region, since).await;
                (region, found)
            });
        }
        let mut all = LogSearch::default();
        while let Some(answer) = calls.join_next().await {
            match answer {
                Ok((region, Ok(events))) => {
                    on_answer(&region);
                    all.events.extend(events);
                }
                Ok((region, Err(error))) => {
                    on_answer(&region);
                    all.errors.push(error);
                }
                Err(_) => {}
            }
        }
        all.events.sort();
        all.errors.sort_by(|a, b| a.region.cmp(&b.region));
        all
    }

    async fn search_region(
        &self,
        distribution: &str,
        region: &str,
        since: i64,
    ) -> Result<Vec<LogEvent>, CallError> {
        let names = Names::new(distribution);
        let mut groups = vec![
            names.log_group(),
            // The name in the developer guide; in practice it has the home region instead.
            format!("/aws/lambda/{region}.{}", names.function()),
            format!("/aws/cloudfront/LambdaEdge/{distribution}"),
        ];
        if region == HOME_REGION {
            let prefix = names.edge_log_prefix();
            groups.extend(self.log_groups_named(region, &prefix).await?);
            // Test runs from the console write here.
            groups.push(format!("/aws/lambda/{}", names.function()));
        }
        groups.sort();
        groups.dedup();
        let mut events = Vec::new();
        for group in groups {
            events.extend(self.log_events(region, &group, since).await?);
        }
        Ok(events)
    }
}

#[cfg(test)]
mod tests {
    use crate::api::LogEvent;

    #[track_caller]
    fn check(time: i64, expected: &str) {
        let event = LogEvent {
            time,
            region: String::new(),
            group: String::new(),
            id: String::new(),
            message: String::new(),
        };
        assert_eq!(event.timestamp(), expected);
    }

    #[test]
    fn times_have_milliseconds() {
        check(0, "1970-01-01T00:00:00.000Z");
        check(1_790_000_000_120, "2026-09-21T14:13:20.120Z");
        check(1_790_000_000_001, "2026-09-21T14:13:20.001Z");
    }
}
