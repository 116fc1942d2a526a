//! Sites in a bucket behind a distribution, and functions that are not ours.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::deploy::Scene;
use crate::emulator::{Emulator, http};
use crate::faults::SITE;

impl Scene {
    pub(crate) fn shared() -> Arc<Emulator> {
        Emulator::shared()
    }
}

impl Emulator {
    /// Puts an object into a bucket.
    pub(crate) fn put(&self, bucket: &str, key: &str, bytes: &[u8]) {
        let kind = match Path::new(key).extension().and_then(|it| it.to_str()) {
            Some("html") => "text/html; charset=utf-8",
            Some("js") => "text/javascript",
            Some("css") => "text/css",
            Some("txt") => "text/plain",
            Some("json") => "application/json",
            _ => "application/octet-stream",
        };
        self.s3_of_kind("PUT", &format!("/{bucket}/{key}"), bytes, kind);
    }

    fn s3(&self, method: &str, path: &str, bytes: &[u8]) {
        self.s3_of_kind(method, path, bytes, "application/octet-stream");
    }

    fn s3_of_kind(&self, method: &str, path: &str, bytes: &[u8], kind: &str) {
        let scope = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request";
        let authorization = format!("{scope}, SignedHeaders=host, Signature=0");
        let headers = [
            ("authorization", authorization.as_str()),
            ("content-type", kind),
        ];
        let answer = http(&self.address(), method, path, &headers, bytes);
        assert!(answer.starts_with("HTTP/1.1 20"), "{path}: {answer}");
    }
}

/// A new bucket, which CloudFront may read.
pub(crate) fn bucket() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let bucket = format!("site-{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let emulator = Emulator::shared();
    emulator.s3("PUT", &format!("/{bucket}"), b"");
    emulator.s3("DELETE", &format!("/{bucket}?publicAccessBlock"), b"");
    let policy = serde_json::json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": format!("arn:aws:s3:::{bucket}/*"),
    }] });
    emulator.s3(
        "PUT",
        &format!("/{bucket}?policy"),
        policy.to_string().as_bytes(),
    );
    bucket
}

/// A distribution before a bucket, with a function on its requests where one is given.
pub(crate) fn config(bucket: &str, on_request: Option<&str>) -> String {
    let origin = format!(
        "<DomainName>{bucket}.s3.us-east-1.amazonaws.com</DomainName><OriginPath></OriginPath>\
         <S3OriginConfig><OriginAccessIdentity></OriginAccessIdentity></S3OriginConfig></Origin>"
    );
    let (before, rest) = SITE.split_once("<DomainName>").unwrap();
    let (_, after) = rest.split_once("</Origin>").unwrap();
    let config = format!("{before}{origin}{after}").replace("redirect-to-https", "allow-all");
    match on_request {
        None => config,
        Some(arn) => with_function(&config, arn, "viewer-request"),
    }
}

/// A configuration with a CloudFront Function on an event of each behaviour that has none.
pub(crate) fn with_function(config: &str, arn: &str, event: &str) -> String {
    with_functions(config, &[(arn, event)])
}

/// The same with some, each with its event.
pub(crate) fn with_functions(config: &str, functions: &[(&str, &str)]) -> String {
    let none = "<FunctionAssociations><Quantity>0</Quantity></FunctionAssociations>";
    let items = functions.iter().map(|(arn, event)| {
        format!(
            "<FunctionAssociation><FunctionARN>{arn}</FunctionARN><EventType>{event}</EventType></FunctionAssociation>"
        )
    });
    let all = format!(
        "<FunctionAssociations><Quantity>{}</Quantity><Items>{}</Items></FunctionAssociations>",
        functions.len(),
        items.collect::<String>()
    );
    config.replace(none, &all)
}

/// A function that finds the file of a path, as every static site on S3 needs one.
pub(crate) fn rewriting() -> String {
    const CODE: &str = "function handler(event) {
        var request = event.request;
        if (request.uri.endsWith('/')) request.uri += 'index.html';
        else if (!request.uri.split('/').pop().includes('.')) request.uri += '.html';
        return request;
    }";
    function("rewriting", CODE, "")
}

/// A CloudFront Function that is not ours, published; its ARN.
pub(crate) fn function(name: &str, code: &str, more: &str) -> String {
    function_within(&Emulator::shared(), name, code, more)
}

/// The same in an emulator of one's own.
pub(crate) fn function_within(emulator: &Emulator, name: &str, code: &str, more: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("{name}-{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let runtime = match more.contains("<Runtime>") {
        true => "",
        false => "<Runtime>cloudfront-js-2.0</Runtime>",
    };
    let body = format!(
        "<CreateFunctionRequest><Name>{name}</Name><FunctionConfig><Comment>x</Comment>{runtime}\
         {more}</FunctionConfig><FunctionCode>{}</FunctionCode></CreateFunctionRequest>",
        STANDARD.encode(code)
    );
    let made = emulator.call("POST", "/2020-05-31/function", &[], &body);
    let etag = crate::emulator::between(&made.to_lowercase(), "etag: ", "\r\n");
    let path = format!("/2020-05-31/function/{name}/publish");
    let published = emulator.call("POST", &path, &[("if-match", &etag)], "");
    assert!(published.starts_with("HTTP/1.1 200"), "{published}");
    crate::emulator::between(&made, "<FunctionARN>", "</FunctionARN>")
}

impl Scene {
    /// Where the emulator serves the distribution: Chromium takes `localhost` and all below it for this machine.
    pub(crate) fn url(&self) -> String {
        let label = self.domain.split('.').next().unwrap();
        let port = self.emulator.address();
        let port = port.rsplit(':').next().unwrap();
        format!("http://{label}.cloudfront.localhost:{port}")
    }
}
