//! The log of a function that runs everywhere: all regions asked at once, and merged by time.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use tokio::task::JoinSet;

use crate::names::Names;
use crate::service::LogEvent;
use crate::wire::{Client, Failure, HOME};

/// What a search found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Lines, oldest first.
    pub events: Vec<LogEvent>,
    /// Regions that could not be asked.
    pub failures: Vec<Failure>,
}

impl LogEvent {
    /// The time as RFC 3339 writes it, to the millisecond.
    #[must_use]
    pub fn timestamp(&self) -> String {
        let time = DateTime::from_millis(self.time);
        let text = time.fmt(Format::DateTime).unwrap_or_default();
        // Columns need the same width, and whole seconds come without a fraction.
        match text.strip_suffix('Z').map(|text| text.split_once('.')) {
            Some(Some((seconds, part))) => format!("{seconds}.{part:0<3}Z"),
            Some(None) => text.replace('Z', ".000Z"),
            None => text,
        }
    }
}

impl Client {
    /// Looks for lines since a moment, in milliseconds since 1970. Tells of each region that has answered.
    pub async fn search_logs(
        &self,
        distribution: &str,
        regions: &[String],
        since: i64,
        mut tell: impl FnMut(&str),
    ) -> Found {
        let mut asked = JoinSet::new();
        for region in regions {
            let (client, region) = (self.clone(), region.clone());
            let distribution = distribution.to_string();
            asked.spawn(async move {
                let found = client.search_region(&distribution, &region, since).await;
                (region, found)
            });
        }
        let mut all = Found::default();
        while let Some(answer) = asked.join_next().await {
            match answer {
                Ok((region, Ok(events))) => {
                    tell(&region);
                    all.events.extend(events);
                }
                Ok((region, Err(failure))) => {
                    tell(&region);
                    all.failures.push(failure);
                }
                Err(_) => {}
            }
        }
        all.events.sort();
        all.failures.sort_by(|a, b| a.region.cmp(&b.region));
        all
    }

    async fn search_region(
        &self,
        distribution: &str,
        region: &str,
        since: i64,
    ) -> Result<Vec<LogEvent>, Failure> {
        let names = Names::new(distribution);
        let mut groups = vec![
            names.log_group(),
            // What the developer guide says, where practice says the home region.
            format!("/aws/lambda/{region}.{}", names.function()),
            format!("/aws/cloudfront/LambdaEdge/{distribution}"),
        ];
        if region == HOME {
            let prefix = names.edge_log_prefix();
            groups.extend(self.log_groups_named(region, &prefix).await?);
            // Where test runs from the console write.
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
    use crate::service::LogEvent;

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
