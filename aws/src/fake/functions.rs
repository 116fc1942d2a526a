//! CloudFront Functions.

use crate::api::{CloudFrontFunctions, EdgeCode, EdgeFunction, NewEdgeFunction, RUNTIME, Tags};
use crate::names::{OWNER, OWNER_TAG};
use crate::wire::CallError;

use super::site::arn;
use super::{FakeAws, State, not_found, refused};

impl CloudFrontFunctions for FakeAws {
    async fn edge_functions(&self, prefix: &str) -> Result<Vec<EdgeFunction>, CallError> {
        self.call("cloudfront:ListFunctions", |state| {
            let all = state.edge_functions.values();
            Ok(all
                .filter(|it| it.name.starts_with(prefix))
                .cloned()
                .collect())
        })
    }

    async fn edge_code(&self, arn: &str) -> Result<EdgeCode, CallError> {
        self.call("cloudfront:GetFunction", |state| {
            let name = &state.live(arn)?.name;
            let code = state.edge_code.get(name).cloned().unwrap_or_default();
            Ok(EdgeCode {
                text: String::from_utf8(code).unwrap(),
                runtime: RUNTIME.to_string(),
                stores: Vec::new(),
            })
        })
    }

    async fn find_edge_function(&self, arn: &str) -> Result<(), CallError> {
        self.call("cloudfront:DescribeFunction", |state| {
            state.live(arn).map(drop)
        })
    }

    async fn create_edge_function(&self, new: NewEdgeFunction<'_>) -> Result<(), CallError> {
        self.call("cloudfront:CreateFunction", |state| {
            let mut tags = new.tags.clone();
            tags.insert(OWNER_TAG.to_string(), OWNER.to_string());
            let function = EdgeFunction {
                name: new.name.to_string(),
                arn: arn(new.name),
                comment: new.comment.to_string(),
                is_published: false,
                tags,
            };
            let name = new.name.to_string();
            state.edge_code.insert(name.clone(), new.code.to_vec());
            state.edge_functions.entry(name).or_insert(function);
            Ok(())
        })
    }

    async fn publish_edge_function(&self, name: &str) -> Result<(), CallError> {
        let action = "cloudfront:PublishFunction";
        self.call(action, |state| {
            let found = state.edge_functions.get_mut(name);
            found.ok_or_else(|| not_found(action, name))?.is_published = true;
            Ok(())
        })
    }

    async fn tag_edge_function(&self, arn: &str, tags: &Tags) -> Result<(), CallError> {
        let action = "cloudfront:TagResource";
        self.call(action, |state| {
            let mut all = state.edge_functions.values_mut();
            let found = all.find(|it| it.arn == arn);
            let found = found.ok_or_else(|| not_found(action, arn))?;
            found.tags.extend(tags.clone());
            Ok(())
        })
    }

    async fn delete_edge_function(&self, name: &str) -> Result<(), CallError> {
        let action = "cloudfront:DeleteFunction";
        self.call(action, |state| {
            if state.is_attached(&format!("{}<", arn(name))) {
                return Err(refused(action, "FunctionInUse", name));
            }
            state.edge_functions.remove(name);
            Ok(())
        })
    }
}

impl State {
    fn live(&self, arn: &str) -> Result<&EdgeFunction, CallError> {
        let mut all = self.edge_functions.values();
        let found = all.find(|it| it.arn == arn && it.is_published);
        found.ok_or_else(|| not_found("cloudfront:DescribeFunction", arn))
    }
}
