//! What a policy reads: the fields and the time that a setting needs, and nothing for a setting that is off.
//!
//! That nothing is missing from it is shown by the cases, which hold with these fields alone.

use alloc::string::ToString as _;
use alloc::vec::Vec;

use super::{Policy, Settings};
use crate::http::field::Field;
use crate::rules::bots::Bots;
use crate::rules::consent::{Cmp, ConsentSource, Required};
use crate::rules::renew::Renew;
use crate::rules::write::DomainSetting;

const SPECULATION: [Field; 3] = [Field::SecPurpose, Field::Purpose, Field::XMoz];

#[test]
fn a_setting_brings_its_fields_and_the_time() {
    check("nothing", |_| {}, &[], false);
    check(
        "bots",
        |all| all.bots.policy = Bots::Skip,
        &[Field::UserAgent],
        false,
    );
    check("gpc", |all| all.consent.gpc = true, &[Field::SecGpc], true);
    check("dnt", |all| all.consent.dnt = true, &[Field::Dnt], true);
    check(
        "everywhere",
        |all| all.consent.required = Required::Everywhere,
        &[],
        true,
    );
    let listed = Required::In(Vec::from(["FR".to_string()]));
    check(
        "listed",
        |all| all.consent.required = listed,
        &[Field::SecPurpose],
        true,
    );
    let tcf = || Vec::from([ConsentSource::new(Cmp::UsPrivacy)]);
    check("a platform", |all| all.consent.from = tcf(), &[], true);
    let header = || Some("x-visitor".to_string());
    check(
        "response header",
        |all| all.signals.response_header = header(),
        &SPECULATION,
        false,
    );
    check(
        "request header",
        |all| all.signals.request_header = header(),
        &SPECULATION,
        false,
    );
    check("log", |all| all.signals.log = true, &SPECULATION, true);
    check(
        "script cookie",
        |all| all.signals.script_cookie = header(),
        &[],
        false,
    );
    check(
        "marker",
        |all| all.renew.when = Renew::WhenDue(86_400),
        &[],
        true,
    );
    check(
        "caches",
        |all| all.caches.protect = true,
        &protected(),
        false,
    );
}

fn protected() -> Vec<Field> {
    let mut fields = Vec::from([Field::CacheControl]);
    fields.extend(Field::TARGETED);
    fields
}

/// A policy that reads what every policy does, and what the change to it adds.
#[track_caller]
fn check(what: &str, change: impl FnOnce(&mut Settings), fields: &[Field], time: bool) {
    let mut settings = Settings::default();
    settings.cookie.domain = DomainSetting::HostOnly;
    settings.bots.policy = Bots::TreatAsPeople;
    settings.caches.protect = false;
    let least = read(&Policy::new(&settings, None).ok());
    assert_eq!(least, ALWAYS, "{what}");
    change(&mut settings);
    let policy = Policy::new(&settings, None).ok();
    let is_new = |field: &&str| !least.contains(field);
    let added: Vec<_> = read(&policy).into_iter().filter(is_new).collect();
    let mut expected: Vec<_> = fields.iter().map(|field| field.name()).collect();
    expected.sort_by_key(|name| Field::ALL.iter().position(|field| field.name() == *name));
    assert_eq!(added, expected, "{what}");
    assert_eq!(
        policy.is_some_and(|policy| policy.reads_time()),
        time,
        "{what}"
    );
}

const ALWAYS: [&str; 9] = [
    "accept",
    "cookie",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "x-requested-with",
    "upgrade-insecure-requests",
    "content-type",
    "location",
    "set-cookie",
];

fn read(policy: &Option<Policy>) -> Vec<&'static str> {
    let fields = Field::ALL
        .into_iter()
        .filter(|field| policy.as_ref().is_some_and(|policy| policy.reads(*field)));
    fields.map(Field::name).collect()
}
