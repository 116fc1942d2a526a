//! What the summary of each section says.

use super::{SENTENCES, policy_summary};
use crate::file::keys::keys;
use crate::from_toml;

#[track_caller]
fn check(toml: &str, section: &str, text: &str) {
    let settings = from_toml(toml).unwrap().settings;
    let all = policy_summary(&settings);
    let found = all
        .iter()
        .find(|one| one.section == section)
        .map(|one| one.text.as_str());
    assert_eq!(found, Some(text), "{toml}");
}

#[test]
fn sections_that_change_nothing_are_left_out() {
    let settings = from_toml("caches.protect = false").unwrap().settings;
    let all = policy_summary(&settings);
    let titles: Vec<_> = all.iter().map(|one| one.title).collect();
    assert_eq!(titles, ["Renewal", "Bots", "Pages"]);
}

#[test]
fn a_key_without_a_sentence_is_summarised_from_the_table_of_keys() {
    check(
        "id.accept = \"any\"\nid.accept_unsealed_until = \"2030-12-31\"",
        "id",
        "accept = \"any\": any version from 1 to 8, to keep the ids of another system. \
         accept_unsealed_until = \"2030-12-31\": the day, UTC, before which ids without a seal are accepted too.",
    );
}

#[test]
fn every_sentence_is_about_keys_that_exist() {
    for sentence in SENTENCES {
        for name in sentence.keys {
            let mut known = keys().filter(|key| key.section == sentence.section);
            assert!(known.any(|key| key.name == *name), "{name}");
        }
    }
}

#[test]
fn caches() {
    let carry =
        "Pages that carry the cookie are kept out of shared caches; others stay as they are.";
    check("", "caches", carry);
    check("signals.server_timing = true", "caches", carry);
    let show = "Pages that carry the cookie or may show the id are kept out of shared caches; others stay as they are.";
    check("signals.request_header = \"x-v\"", "caches", show);
    check("signals.response_header = \"x-v\"", "caches", show);
}

#[test]
fn pages() {
    check(
        "",
        "scope",
        "Only pages set the cookie, not images, styles, scripts or their fetches. Error pages do not.",
    );
    check(
        "scope.exclude = [\"/admin/*\", \"/api/*\"]\nscope.error_pages = true",
        "scope",
        "Only pages set the cookie, not images, styles, scripts or their fetches. Error pages set it too. \
         Excluded: /admin/*, /api/*.",
    );
}

#[test]
fn consent() {
    check(
        "[consent]\nrequired = [\"EEA\", \"UK\"]\nfrom = [\"tcf\", \"complianz\"]\ngpc = \"deny\"",
        "consent",
        "Required in EEA, UK, and where the country is unknown: without an answer, a visitor there gets no id. A denial counts everywhere. \
         Read from euconsent-v2 (tcf: 1 and 8), cmplz_statistics (complianz). Sec-GPC: 1 is a denial.",
    );
    check(
        "consent.gpc = \"deny\"\nconsent.dnt = \"deny\"",
        "consent",
        "Required nowhere; a denial counts everywhere. Sec-GPC: 1 and DNT: 1 are denials.",
    );
    check(
        "consent.required = \"everywhere\"\nconsent.from = [\"usprivacy\"]",
        "consent",
        "Required everywhere: without an answer, a visitor gets no id. Read from usprivacy (usprivacy).",
    );
}

#[test]
fn bots() {
    check(
        "bots.policy = \"treat-as-people\"",
        "bots",
        "Crawlers and other declared bots get an id, as people do.",
    );
    check(
        "bots.also = [\"acmeprobe\"]\nbots.people = [\"acmeapp/\"]",
        "bots",
        "Crawlers, link previews and other declared bots get no id. Also treated as bots: acmeprobe. \
         Treated as people: acmeapp/.",
    );
}

#[test]
fn renewal_and_adoption() {
    check(
        "renew.when = \"30d\"",
        "renew",
        "Once in 30 days; a second cookie, FPD_renewed, stores when. Other pages set no cookie.",
    );
    check(
        "renew.when = \"never\"",
        "renew",
        "Never: the cookie ends max_age after the first visit.",
    );
    check(
        "adopt.from = [\"_ga\", \"_sp_id.*\"]\nadopt.derive = true",
        "adopt",
        "A visitor without an id, but with a cookie _ga, _sp_id.*, keeps the UUID in it, or gets an id derived from its value.",
    );
}

#[test]
fn signals() {
    check(
        "[signals]\nrequest_header = \"x-a\"\nresponse_header = \"x-b\"\nscript_cookie = \"c\"\nserver_timing = true\nlog = true",
        "signals",
        "The origin receives it in the request header x-a. Responses carry it in the header x-b. \
         Scripts of the page can read the id in the cookie c. Scripts can read it, without the id, in Server-Timing. \
         Each decision is logged.",
    );
}
