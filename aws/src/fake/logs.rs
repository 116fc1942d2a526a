//! Log groups. Nothing is written to them here.

use crate::api::{LogEvent, Logs};
use crate::wire::{CallError, CallErrorKind};

use super::FakeAws;

impl Logs for FakeAws {
    async fn log_group(&self, region: &str, group: &str) -> Result<Option<Option<u64>>, CallError> {
        self.open("logs:DescribeLogGroups", region)?;
        let key = (region.to_string(), group.to_string());
        Ok(self.state().log_groups.get(&key).copied())
    }

    async fn log_groups_named(&self, region: &str, prefix: &str) -> Result<Vec<String>, CallError> {
        self.open("logs:DescribeLogGroups", region)?;
        let state = self.state();
        let names = state.log_groups.keys().filter(|(at, _)| at == region);
        let names = names.map(|(_, group)| group.clone());
        Ok(names.filter(|it| it.starts_with(prefix)).collect())
    }

    async fn keep_logs(&self, region: &str, group: &str, days: u64) -> Result<(), CallError> {
        self.open("logs:PutRetentionPolicy", region)?;
        let key = (region.to_string(), group.to_string());
        self.state().log_groups.insert(key, Some(days));
        Ok(())
    }

    async fn delete_logs(&self, region: &str, group: &str) -> Result<(), CallError> {
        self.open("logs:DeleteLogGroup", region)?;
        let key = (region.to_string(), group.to_string());
        self.state().log_groups.remove(&key);
        Ok(())
    }

    async fn log_events(&self, region: &str, _: &str, _: i64) -> Result<Vec<LogEvent>, CallError> {
        self.open("logs:FilterLogEvents", region)?;
        Ok(Vec::new())
    }
}

impl FakeAws {
    /// Fails where a region is closed to the account. Calls about logs are not counted: many regions are asked at
    /// once, in no order.
    fn open(&self, action: &'static str, region: &str) -> Result<(), CallError> {
        if !self.state().closed_regions.contains(region) {
            return Ok(());
        }
        let kind = CallErrorKind::Service {
            status: 400,
            code: "UnrecognizedClientException".to_string(),
            message: "the region is not enabled".to_string(),
        };
        Err(CallError::new(action, region, kind))
    }
}
