//! CloudWatch Logs, in any region.

use serde_json::{Value, json};

use crate::names::{OWNER, OWNER_TAG};
use crate::wire::{Call, CallError, Client, Service, json_string};

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogEvent {
    /// Milliseconds since 1970.
    pub time: i64,
    /// Where it was written.
    pub region: String,
    /// Its group.
    pub group: String,
    /// The id that distinguishes equal lines.
    pub id: String,
    /// The line, without its line break.
    pub message: String,
}

/// The calls about log groups.
///
/// # Errors
///
/// Each call fails where AWS refuses it, or there is no response.
pub trait Logs: Send + Sync + 'static {
    /// How many days a group keeps its lines, where it exists; `None` inside means for ever.
    fn log_group(
        &self,
        region: &str,
        group: &str,
    ) -> impl Future<Output = Result<Option<Option<u64>>, CallError>> + Send;

    /// The names of the groups that begin with a prefix.
    fn log_groups_named(
        &self,
        region: &str,
        prefix: &str,
    ) -> impl Future<Output = Result<Vec<String>, CallError>> + Send;

    /// Creates a group where it does not exist, and sets how many days it keeps its lines.
    fn keep_logs(
        &self,
        region: &str,
        group: &str,
        days: u64,
    ) -> impl Future<Output = Result<(), CallError>> + Send;

    /// Deletes a group, where it is there.
    fn delete_logs(
        &self,
        region: &str,
        group: &str,
    ) -> impl Future<Output = Result<(), CallError>> + Send;

    /// The lines of a group since a moment; none where there is no such group.
    fn log_events(
        &self,
        region: &str,
        group: &str,
        since: i64,
    ) -> impl Future<Output = Result<Vec<LogEvent>, CallError>> + Send;
}

impl Logs for Client {
    async fn log_group(&self, region: &str, group: &str) -> Result<Option<Option<u64>>, CallError> {
        let body = json!({ "logGroupNamePrefix": group });
        let response = self.logs(region, "logs:DescribeLogGroups", &body).await?;
        let mut groups = response["logGroups"].as_array().into_iter().flatten();
        let found = groups.find(|found| found["logGroupName"] == group);
        Ok(found.map(|found| found["retentionInDays"].as_u64()))
    }

    async fn log_groups_named(&self, region: &str, prefix: &str) -> Result<Vec<String>, CallError> {
        let mut names = Vec::new();
        let mut body = json!({ "logGroupNamePrefix": prefix });
        loop {
            let response = self.logs(region, "logs:DescribeLogGroups", &body).await?;
            let groups = response["logGroups"].as_array().into_iter().flatten();
            names.extend(groups.map(|group| json_string(group, "logGroupName")));
            match response["nextToken"].as_str() {
                Some(token) => body["nextToken"] = token.into(),
                None => return Ok(names),
            }
        }
    }

    async fn keep_logs(&self, region: &str, group: &str, days: u64) -> Result<(), CallError> {
        let create = json!({ "logGroupName": group, "tags": { OWNER_TAG: OWNER } });
        match self.logs(region, "logs:CreateLogGroup", &create).await {
            Err(error) if error.already_exists() => {}
            result => drop(result?),
        }
        let retention = json!({ "logGroupName": group, "retentionInDays": days });
        let result = self.logs(region, "logs:PutRetentionPolicy", &retention);
        result.await.map(drop)
    }

    async fn delete_logs(&self, region: &str, group: &str) -> Result<(), CallError> {
        let body = json!({ "logGroupName": group });
        match self.logs(region, "logs:DeleteLogGroup", &body).await {
            Err(error) if error.is_not_found() => Ok(()),
            result => result.map(drop),
        }
    }

    async fn log_events(
        &self,
        region: &str,
        group: &str,
        since: i64,
    ) -> Result<Vec<LogEvent>, CallError> {
        let mut events = Vec::new();
        let mut body = json!({ "logGroupName": group, "startTime": since });
        loop {
            let response = match self.logs(region, "logs:FilterLogEvents", &body).await {
                Err(error) if error.is_not_found() => return Ok(events),
                result => result?,
            };
            let listed = response["events"].as_array().into_iter().flatten();
            events.extend(listed.map(|event| LogEvent {
                time: event["timestamp"].as_i64().unwrap_or_default(),
                region: region.to_string(),
                group: group.to_string(),
                id: json_string(event, "eventId"),
                message: json_string(event, "message").trim_end().to_string(),
            }));
            match response["nextToken"].as_str() {
                Some(token) => body["nextToken"] = token.into(),
                None => return Ok(events),
            }
        }
    }
}

impl Client {
    async fn logs(
        &self,
        region: &str,
        action: &'static str,
        body: &Value,
    ) -> Result<Value, CallError> {
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
