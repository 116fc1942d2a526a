//! Requests one page of the live site, and compares it with the policy.

use hardtack::{Country, Policy, Reason};
use hardtack_aws::{Client, Distribution, Page};
use hardtack_tower::{Source as _, System};
use hardtack_verify::{Exchange, Expected, ObservedCookie, Probe};
use url::Url;

use crate::output::{GOOD, Output};

/// Where the site is: at its first name without a wildcard, else at CloudFront's own.
pub(super) fn url(distribution: &Distribution) -> String {
    let aliases = distribution.config.aliases();
    let named = aliases.into_iter().find(|name| !name.contains('*'));
    format!(
        "https://{}/",
        named.unwrap_or_else(|| distribution.domain.clone())
    )
}

/// Requests a page as a browser would, and reports whether the response sets the cookie, and whether the policy wants
/// it to. The deployment is done either way: nothing here is an error.
pub(super) async fn check_page(
    client: &Client,
    url: &str,
    policy: &Policy,
    output: &Output,
) -> bool {
    let page = match client.fetch_page(url).await {
        Ok(page) => page,
        Err(why) => {
            output.warning(format_args!("{url} could not be requested: {why}"));
            output.hint("the deployment is done; `hardtack verify URL` checks again");
            return false;
        }
    };
    let (cookie, status) = (policy.cookie_name(), page.status);
    let finding = finding(policy, url, &page);
    match finding {
        Finding::Sets => output.note(format_args!("{GOOD}ok{GOOD:#} {url} sets {cookie}")),
        Finding::RightlyWithout(reason) => {
            let why = reason.sentence();
            output.note(format_args!(
                "{GOOD}ok{GOOD:#} {url} does not set {cookie}, as the policy says: {why}"
            ));
            output.hint(next(reason, url));
        }
        Finding::WronglySets(reason) => {
            let why = reason.sentence();
            output.warning(format_args!(
                "{url} sets {cookie}, and the policy says otherwise: {why}"
            ));
            output.hint(format_args!("`hardtack verify {url}` says more"));
        }
        Finding::Without => {
            output.warning(format_args!(
                "{url} answered {status} without the cookie {cookie}"
            ));
            output.hint(reason(url, &page));
        }
    }
    matches!(finding, Finding::Sets | Finding::WronglySets(_))
}

/// What the response does, beside what the policy decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Finding {
    Sets,
    /// No cookie is set, because of what the policy says of such a visitor or page.
    RightlyWithout(Reason),
    WronglySets(Reason),
    Without,
}

fn finding(policy: &Policy, url: &str, page: &Page) -> Finding {
    let Ok(url) = Url::parse(url) else {
        return Finding::Without;
    };
    let exchange = Exchange {
        probe: Probe::New,
        url,
        method: "GET",
        request_headers: page.request_headers.clone(),
        status: page.status,
        response_headers: page.headers.clone(),
        shows_id: None,
        peer: None,
        at: System.now(),
    };
    let is_set = ObservedCookie::of(&exchange, policy.cookie_name())
        .set()
        .is_some();
    // CloudFront knows which country this machine is in, and we do not: what one of these may get is right.
    let countries = [None, Country::parse(b"US"), Country::parse(b"FR")];
    let expected = countries.map(|country| Expected::of(policy, &exchange, country));
    let is_wanted = expected.iter().any(Expected::sets);
    let without = expected.iter().find(|it| !it.sets()).map(|it| it.reason);
    match (is_set, without) {
        (true, Some(reason)) if !is_wanted => Finding::WronglySets(reason),
        (true, _) => Finding::Sets,
        (false, Some(reason)) if is_said_by_the_policy(reason) => Finding::RightlyWithout(reason),
        (false, _) => Finding::Without,
    }
}

/// Whether a page without the cookie is what the policy wants, and not a page that was badly chosen.
const fn is_said_by_the_policy(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::ConsentPending
            | Reason::ConsentDenied
            | Reason::ExcludedPath
            | Reason::OutsideCookiePath
    )
}

/// How to see the cookie.
fn next(reason: Reason, url: &str) -> String {
    match reason {
        Reason::ConsentPending | Reason::ConsentDenied => {
            format!(
                "`hardtack verify {url} --granted COOKIES` examines it as a visitor who consented"
            )
        }
        _ => "`--check-url` names a page on which the policy sets the cookie".to_string(),
    }
}

/// Why a page may have come without the cookie, and what to do.
fn reason(url: &str, page: &Page) -> String {
    match (page.status, page.header("location")) {
        (300..400, Some(location)) => {
            format!("it redirects to {location}: `--check-url` names the page to request")
        }
        (400.., _) => {
            "CloudFront runs no function for errors: `--check-url` names a page that exists"
                .to_string()
        }
        _ => format!("`hardtack verify {url}` says why"),
    }
}

#[cfg(test)]
mod tests {
    use hardtack_policy::from_toml;

    use super::*;

    const SET: (&str, &str) = (
        "set-cookie",
        "FPD=6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8; Path=/",
    );

    #[track_caller]
    fn check(policy: &str, status: u16, header: Option<(&str, &str)>, expected: Finding) {
        let owned = |(name, value): (&str, &str)| (name.to_string(), value.to_string());
        let page = Page {
            status,
            request_headers: vec![owned(("sec-fetch-dest", "document"))],
            headers: header.into_iter().map(owned).collect(),
        };
        let loaded = from_toml(policy).unwrap();
        let found = finding(&loaded.policy, "https://www.example.com/", &page);
        assert_eq!(found, expected, "{policy}");
    }

    const EVERYWHERE: &str = "[consent]\nfrom = [\"onetrust\"]\nrequired = \"everywhere\"";
    const IN_EUROPE: &str = "[consent]\nfrom = [\"onetrust\"]\nrequired = [\"EEA\"]";

    #[test]
    fn a_page_is_compared_with_the_policy() {
        let pending = Reason::ConsentPending;
        check("", 200, Some(SET), Finding::Sets);
        check("", 200, None, Finding::Without);
        check("", 404, None, Finding::Without);
        check(EVERYWHERE, 200, None, Finding::RightlyWithout(pending));
        check(EVERYWHERE, 200, Some(SET), Finding::WronglySets(pending));
        check(IN_EUROPE, 200, None, Finding::RightlyWithout(pending));
        check(IN_EUROPE, 200, Some(SET), Finding::Sets);
        let excluded = Finding::RightlyWithout(Reason::ExcludedPath);
        check("scope.exclude = [\"/*\"]", 200, None, excluded);
    }
}
