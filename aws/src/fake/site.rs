//! Distributions for tests, written in a line each.
//!
//! Functions are abbreviated: `theirs:7` is version 7 of a Lambda function, `theirs` a CloudFront Function.

use std::fmt::Write as _;

use crate::api::Distribution;
use crate::config::Config;
use crate::product::Product;

pub(crate) const ACCOUNT: &str = "1";

const LAMBDA: &str = "arn:aws:lambda:us-east-1:1:function:";
const EDGE: &str = "arn:aws:cloudfront::1:function/";

/// The ARN of a function that is written short.
pub(crate) fn arn(short: &str) -> String {
    match short.contains(':') {
        true => format!("{LAMBDA}{short}"),
        false => format!("{EDGE}{short}"),
    }
}

/// A text with all ARNs written short.
pub(crate) fn short(text: &str) -> String {
    text.replace(LAMBDA, "").replace(EDGE, "")
}

/// A distribution of these behaviours; see [`config`].
pub(crate) fn distribution(id: &str, behaviors: &str) -> Distribution {
    Distribution {
        id: id.to_string(),
        arn: format!("arn:aws:cloudfront::{ACCOUNT}:distribution/{id}"),
        domain: format!("{}.cloudfront.net", id.to_lowercase()),
        status: "Deployed".to_string(),
        etag: "etag-1".to_string(),
        config: Config::parse(config(behaviors, "")).unwrap(),
    }
}

/// A configuration, such as `default: viewer-response=theirs:7; /files/*@bucket`, and some more XML of it.
pub(crate) fn config(behaviors: &str, more: &str) -> String {
    let mut all = behaviors.split(';').map(str::trim);
    let default = behavior("DefaultCacheBehavior", all.next().unwrap());
    let others: Vec<_> = all.map(|it| behavior("CacheBehavior", it)).collect();
    format!(
        "<DistributionConfig><Aliases><Quantity>1</Quantity><Items><CNAME>example.com</CNAME></Items></Aliases>\
         <Origins><Quantity>2</Quantity><Items>\
         <Origin><Id>site</Id><DomainName>origin.example.com</DomainName></Origin>\
         <Origin><Id>bucket</Id><DomainName>files.s3.eu-west-1.amazonaws.com</DomainName></Origin></Items></Origins>\
         {default}<CacheBehaviors><Quantity>{}</Quantity><Items>{}</Items></CacheBehaviors>{more}</DistributionConfig>",
        others.len(),
        others.concat()
    )
}

fn behavior(element: &str, text: &str) -> String {
    let (name, functions) = text.split_once(':').unwrap_or((text, ""));
    let (name, origin) = name.split_once('@').unwrap_or((name, "site"));
    let functions: Vec<_> = functions
        .split_whitespace()
        .map(|it| it.split_once('=').unwrap())
        .collect();
    let lists = [Product::LambdaEdge, Product::CloudfrontFunction].map(|it| list(it, &functions));
    format!(
        "<{element}><PathPattern>{name}</PathPattern><TargetOriginId>{origin}</TargetOriginId>{}</{element}>",
        lists.concat()
    )
}

fn list(product: Product, functions: &[(&str, &str)]) -> String {
    let (list, item, name) = (product.list(), product.item(), product.arn());
    let mut items = String::new();
    let mut quantity = 0;
    for (event, function) in functions {
        let arn = arn(function);
        if Product::of(&arn) == product {
            quantity += 1;
            let _ = write!(
                items,
                "<{item}><{name}>{arn}</{name}><EventType>{event}</EventType></{item}>"
            );
        }
    }
    match quantity {
        0 => format!("<{list}><Quantity>0</Quantity></{list}>"),
        _ => format!("<{list}><Quantity>{quantity}</Quantity><Items>{items}</Items></{list}>"),
    }
}
