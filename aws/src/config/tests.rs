//! What an edit changes of a configuration, and that it changes nothing else.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::{BehaviorName, Config, Edit, Slot};
use crate::product::Product;

const EVERYTHING: &str = include_str!("../../tests/everything.xml");
const OURS: &str = "arn:aws:lambda:us-east-1:000000000000:function:hardtack-E1:1";

fn config(text: &str) -> Config {
    Config::parse(text.to_string()).unwrap()
}

/// A configuration whose default behaviour has these lists, and an unknown element.
fn with_lists(lists: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<DistributionConfig xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\">\
         <Comment>a &amp; b</Comment> <DefaultCacheBehavior>{lists}<New a=\"1\"/></DefaultCacheBehavior></DistributionConfig>"
    )
}

fn edited(text: &str, edit: Edit) -> String {
    config(text).edited(&[(BehaviorName::Default, edit)])
}

fn attach() -> Edit {
    Edit::Attach(Slot::response(Product::LambdaEdge), OURS.to_string())
}

fn detach() -> Edit {
    Edit::Detach(Slot::response(Product::LambdaEdge), OURS.to_string())
}

/// What an edit makes of some lists.
#[track_caller]
fn check(lists: &str, edit: Edit, expected: &str) {
    assert_eq!(edited(&with_lists(lists), edit), with_lists(expected));
}

const NONE: &str =
    "<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>";
const ONE: &str = "<LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation>\
    <LambdaFunctionARN>arn:aws:lambda:us-east-1:000000000000:function:hardtack-E1:1</LambdaFunctionARN>\
    <EventType>viewer-response</EventType><IncludeBody>false</IncludeBody></LambdaFunctionAssociation></Items>\
    </LambdaFunctionAssociations>";

#[test]
fn a_function_is_attached_where_none_is() {
    check(NONE, attach(), ONE);
    assert!(edited(&with_lists(""), attach()).ends_with(&format!(
        "{ONE}</DefaultCacheBehavior></DistributionConfig>"
    )));
    check("<LambdaFunctionAssociations/>", attach(), ONE);
    check(
        "<LambdaFunctionAssociations><Quantity>0</Quantity><Items/></LambdaFunctionAssociations>",
        attach(),
        ONE,
    );
}

#[test]
fn a_function_is_detached() {
    check(ONE, detach(), NONE);
    check(NONE, detach(), NONE);
    check("", detach(), "");
}

#[test]
fn a_version_takes_the_place_of_another() {
    let newer = OURS.replace(":1", ":2");
    let replace = Edit::Replace(Slot::response(Product::LambdaEdge), OURS.to_string(), newer);
    check(ONE, replace, &ONE.replace("E1:1", "E1:2"));
}

#[test]
fn others_keep_their_bytes_and_their_white_space() {
    let other = "\n  <LambdaFunctionAssociation> <EventType>origin-request</EventType><New/>\
        <LambdaFunctionARN>arn:x</LambdaFunctionARN></LambdaFunctionAssociation>\n";
    let list = |quantity: usize, items: &str| {
        format!(
            "<LambdaFunctionAssociations><Quantity>{quantity}</Quantity><Items>{items}</Items></LambdaFunctionAssociations>"
        )
    };
    let before = with_lists(&list(1, other));
    let after = edited(&before, attach());
    assert!(after.contains(other.trim_end()), "{after}");
    assert!(after.contains("<Quantity>2</Quantity>"), "{after}");
    assert_eq!(edited(&after, detach()), before);
}

#[test]
fn what_runs_on_other_events_under_the_same_name_stays() {
    let elsewhere = ONE.replace("viewer-response", "origin-response");
    check(&elsewhere, detach(), &elsewhere);
}

#[test]
fn both_events_are_edited_in_one_list() {
    let of = |slot: Slot, arn: &str| {
        format!(
            "<FunctionAssociation><FunctionARN>{arn}</FunctionARN><EventType>{}</EventType></FunctionAssociation>",
            slot.event
        )
    };
    let (response, request) = (Slot::response(Product::CloudfrontFunction), Slot::request());
    let list = |items: &[String]| {
        let text = format!(
            "<FunctionAssociations><Quantity>{}</Quantity><Items>{}</Items></FunctionAssociations>",
            items.len(),
            items.concat()
        );
        with_lists(&text)
    };
    let edited = |before: &str, edits: &[Edit]| {
        let edits = edits.iter().map(|it| (BehaviorName::Default, it.clone()));
        config(before).edited(&edits.collect::<Vec<_>>())
    };
    let both = edited(
        &with_lists("<FunctionAssociations><Quantity>0</Quantity></FunctionAssociations>"),
        &[
            Edit::Attach(response, "arn:a".to_string()),
            Edit::Attach(request, "arn:b".to_string()),
        ],
    );
    assert_eq!(both, list(&[of(response, "arn:a"), of(request, "arn:b")]));
    let edits = [
        Edit::Replace(response, "arn:a".to_string(), "arn:c".to_string()),
        Edit::Detach(request, "arn:b".to_string()),
    ];
    assert_eq!(edited(&both, &edits), list(&[of(response, "arn:c")]));
    // What one event has is not what the other has.
    let edits = [Edit::Detach(request, "arn:a".to_string())];
    assert_eq!(edited(&both, &edits), both);
}

#[test]
fn only_the_association_of_a_full_configuration_changes() {
    let before = config(EVERYTHING);
    let edits: Vec<_> = before
        .behaviors()
        .into_iter()
        .map(|it| (it.name, attach()))
        .collect();
    let after = before.edited(&edits);
    assert_eq!(after.matches(OURS).count(), 4);
    let back: Vec<_> = before
        .behaviors()
        .into_iter()
        .map(|it| (it.name, detach()))
        .collect();
    assert!(config(&after).edited(&back) == EVERYTHING);
}

#[test]
fn what_matters_is_read() {
    let config = config(EVERYTHING);
    assert_snapshot!(format!("{:?}\n{:#?}", config.aliases(), config.error_pages()), @r#"
    ["www.example.com", "example.com", "*.shop.example.co.uk"]
    [
        ErrorPage {
            status: "403",
            page: "/index.html",
            served_as: "200",
        },
        ErrorPage {
            status: "404",
            page: "/404.html",
            served_as: "404",
        },
    ]
    "#);
    let functions: String = config
        .behaviors()
        .iter()
        .map(|it| {
            let functions = it
                .functions
                .iter()
                .map(|f| format!(" {}={}", f.event, f.arn));
            format!("{}:{}\n", it.name, functions.collect::<String>())
        })
        .collect();
    assert_snapshot!(functions, @"
    default: origin-request=arn:aws:lambda:us-east-1:000000000000:function:rewrite-index:7
    /api/*: viewer-request=arn:aws:cloudfront::000000000000:function/check-token
    /shop/*: viewer-response=arn:aws:lambda:us-east-1:000000000000:function:ab-test:12
    *.jp?g:
    ");
    assert_eq!(
        config.buckets().into_iter().collect::<Vec<_>>(),
        ["site", "site-copy"]
    );
}

#[test]
fn other_documents_are_refused() {
    assert!(Config::parse("<Distribution/>".to_string()).is_err());
    assert!(Config::parse("<DistributionConfig>".to_string()).is_err());
}

proptest! {
    #[test]
    fn what_is_attached_and_detached_leaves_no_trace(
        events in prop::collection::vec("origin-request|origin-response|viewer-request", 0..3),
        space in "[ \n]{0,2}",
    ) {
        let items: String = events.iter().map(|event| format!(
            "{space}<LambdaFunctionAssociation><LambdaFunctionARN>arn:x</LambdaFunctionARN>\
             <EventType>{event}</EventType></LambdaFunctionAssociation>{space}")).collect();
        let items = if events.is_empty() { String::new() } else { format!("<Items>{items}</Items>{space}") };
        let list = format!("<LambdaFunctionAssociations>{space}<Quantity>{}</Quantity>{space}{items}</LambdaFunctionAssociations>", events.len());
        let before = with_lists(&list);
        let after = edited(&before, attach());
        prop_assert!(after.contains(OURS));
        if events.is_empty() {
            // A list without items is written the way CloudFront writes it.
            prop_assert_eq!(edited(&after, detach()), with_lists(NONE));
        } else {
            prop_assert_eq!(edited(&after, detach()), before);
        }
    }
}
