//! Which parts of the source a function needs for its features.

use hardtack::ConsentSource;

use crate::consent::parts_of;
use crate::feature::Feature;

/// Parts that several features share, and those that need them. Who needs something stands after what needs it.
const SHARED: [(&str, &[&str]); 23] = [
    ("tell", &["header", "timing", "log"]),
    ("speculation", &["header", "log"]),
    ("headers", &["gpc", "dnt"]),
    ("tcf", &["gpp", "fundingchoices"]),
    ("bits", &["tcf"]),
    ("us-privacy", &["usp-cookie"]),
    ("string", &["fundingchoices", "usp-cookie"]),
    ("in-json", &["json-word", "json-list"]),
    ("lowered", &["in-json", "text-word"]),
    ("json", &["in-json", "string"]),
    ("text", &["text-word", "text-list"]),
    ("shaped", &["in-json", "text"]),
    ("needs", &["shaped"]),
    ("base64", &["base64-json", "adopt"]),
    ("quotes", &["json", "adopt"]),
    ("levels", &["text", "quotes"]),
    ("percent", &["text", "quotes", "base64"]),
    ("sources", &["text", "json", "tcf", "us-privacy"]),
    ("consent", &["sources", "headers", "required"]),
    ("clock", &["when-due", "sealed", "tcf"]),
    ("add", &["when-due", "timing", "script", "consent"]),
    ("derived", &["derive"]),
    ("browsers", &["bots"]),
];

/// The names of all parts that features need, where these are the sources that some of them read.
pub(crate) fn parts(features: &[Feature], sources: &[ConsentSource]) -> Vec<&'static str> {
    let mut names: Vec<_> = features.iter().map(|feature| feature.name()).collect();
    for source in sources {
        if features.contains(&Feature::Reader(source.cmp)) {
            names.extend(parts_of(source));
        }
    }
    let has = |names: &[&str], name| names.contains(&name);
    for (part, users) in SHARED {
        if !has(&names, part) && users.iter().any(|user| has(&names, user)) {
            names.push(part);
        }
    }
    if has(&names, "adopt") && has(&names, "sealed") && !has(&names, "derived") {
        names.push("derived");
    }
    if has(&names, "bots") && has(&names, "tell") {
        names.push("previews");
    }
    if has(&names, "gpp") && has(&names, "us") && !has(&names, "us-privacy") {
        names.push("us-privacy");
    }
    // What a policy takes for a bot may stand in a browser's name.
    names.retain(|name| *name != "browsers" || !features.contains(&Feature::Agents));
    names
}

/// Every name that a part can have.
#[cfg(test)]
pub(crate) fn part_names() -> Vec<&'static str> {
    let shared = SHARED.iter().map(|(part, _)| *part);
    let users = SHARED.iter().flat_map(|(_, users)| *users).copied();
    let others = ["previews", "prefixed", "beside"];
    let all = Feature::all().map(Feature::name).chain(shared);
    all.chain(users).chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::parts;
    use crate::feature::Feature;
    use hardtack::{Bots, Settings};

    #[track_caller]
    fn check(change: impl FnOnce(&mut Settings), expected: &[&str]) {
        let mut settings = Settings::default();
        settings.cookie.domain = hardtack::DomainSetting::HostOnly;
        change(&mut settings);
        let mut found = parts(&Feature::of(&settings), &settings.consent.from);
        found.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_policy_asks_for_what_it_uses() {
        check(|_| {}, &["bots", "browsers", "caches", "documents"]);
        check(
            |settings| settings.scope.documents_only = false,
            &["bots", "browsers", "caches"],
        );
        check(
            |settings| settings.bots.policy = Bots::TreatAsPeople,
            &["caches", "documents"],
        );
        check(
            |settings| settings.bots.also = vec!["firefox".to_string()],
            &["agents", "bots", "caches", "documents"],
        );
        check(
            |settings| {
                settings.bots.policy = Bots::TreatAsPeople;
                settings.signals.log = true;
            },
            &["caches", "documents", "log", "speculation", "tell"],
        );
        check(
            |settings| {
                settings.bots.policy = Bots::TreatAsPeople;
                settings.consent.gpc = true;
            },
            &["add", "caches", "consent", "documents", "gpc", "headers"],
        );
    }
}
