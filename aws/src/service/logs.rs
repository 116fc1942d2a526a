//! CloudWatch Logs, in any region.

use serde_json::{Value, json};

use crate::names::{OWNER, OWNER_TAG};
use crate::wire::{Call, Client, Failure, Service, json_string};

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogEvent {
    /// Milliseconds since 1970.
    pub time: i64,
    /// Where it was written.
    pub region: String,
    /// The group that it stands in.
    pub group: String,
    /// What tells two equal lines apart.
    pub id: String,
    /// The line, without its line break.
    pub message: String,
}

impl Client {
    /// How many days a group keeps its lines, where it exists; none is for ever.
    pub(crate) async fn log_group(
        &self,
        region: &str,
        group: &str,
    ) -> Result<Option<Option<u64>>, Failure> {
        let body = json!({ "logGroupNamePrefix": group });
        let answer = self.logs(region, "logs:DescribeLogGroups", &body).await?;
        let mut groups = answer["logGroups"].as_array().into_iter().flatten();
        let found = groups.find(|found| found["logGroupName"] == group);
        Ok(found.map(|found| found["retentionInDays"].as_u64()))
    }

    /// The names of the groups that begin so.
    pub(crate) async fn log_groups_named(
        &self,
        region: &str,
        prefix: &str,
    ) -> Result<Vec<String>, Failure> {
        let mut names = Vec::new();
        let mut body = json!({ "logGroupNamePrefix": prefix });
        loop {
            let answer = self.logs(region, "logs:DescribeLogGroups", &body).await?;
            let groups = answer["logGroups"].as_array().into_iter().flatten();
            names.extend(groups.map(|group| json_string(group, "logGroupName")));
            match answer["nextToken"].as_str() {
                Some(token) => body["nextToken"] = token.into(),
                None => return Ok(names),
            }
        }
    }

    /// Makes sure that a group is there, and keeps its lines so long.
    pub(crate) async fn keep_logs(
        &self,
        region: &str,
        group: &str,
        days: u64,
    ) -> Result<(), Failure> {
        let create = json!({ "logGroupName": group, "tags": { OWNER_TAG: OWNER } });
        match self.logs(region, "logs:CreateLogGroup", &create).await {
            Err(failure) if failure.is_there_already() => {}
            answer => drop(answer?),
        }
        let retention = json!({ "logGroupName": group, "retentionInDays": days });
        let answer = self
            .logs(region, "logs:PutRetentionPolicy", &retention)
            .await;
        answer.map(drop)
    }

    pub(crate) async fn delete_logs(&self, region: &str, group: &str) -> Result<(), Failure> {
        let body = json!({ "logGroupName": group });
        match self.logs(region, "logs:DeleteLogGroup", &body).await {
            Err(failure) if failure.is_missing() => Ok(()),
            answer => answer.map(drop),
        }
    }

    /// The lines of a group since a moment; none where there is no such group.
    pub(crate) async fn log_events(
        &self,
        region: &str,
        group: &str,
        since: i64,
    ) -> Result<Vec<LogEvent>, Failure> {
        let mut events = Vec::new();
        let mut body = json!({ "logGroupName": group, "startTime": since });
        loop {
            let answer = match self.logs(region, "logs:FilterLogEvents", &body).await {
                Err(failure) if failure.is_missing() => return Ok(events),
                answer => answer?,
            };
            let listed = answer["events"].as_array().into_iter().flatten();
            events.extend(listed.map(|event| LogEvent {
                time: event["timestamp"].as_i64().unwrap_or_default(),
                region: region.to_string(),
                group: group.to_string(),
                id: json_string(event, "eventId"),
                message: json_string(event, "message").trim_end().to_string(),
            }));
            match answer["nextToken"].as_str() {
                Some(token) => body["nextToken"] = token.into(),
                None => return Ok(events),
            }
        }
    }

    async fn logs(
        &self,
        region: &str,
        action: &'static str,
        body: &Value,
    ) -> Result<Value, Failure> {
        let name = action.split(':').next_back().unwrap_or(action);
        let call = Call {
            service: Service::Logs,
            region,
            action,
            method: "POST",
            path: "/".to_string(),
            headers: vec![
                ("content-type", "application/x-amz-json-1.1".to_string()),
                ("x-amz-target", format!("Logs_20140328.{name}")),
            ],
            body: body.to_string().into_bytes(),
        };
        self.send(&call).await?.json()
    }
}
