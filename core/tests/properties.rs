//! What holds for every policy and every exchange, tried on random ones.

use cookie::Cookie;
use hardtack::{Edit, Outcome, Scheme, decide};
use hardtack_conformance::{FieldList, OwnedExchange};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

mod arbitrary;
mod results;

use arbitrary::{
    OTHER_ID, cookie_pairs, entropy, exchange, host, page, policy, policy_for_one_site, soup,
};
use results::{results, results_in_halves, set_cookie};

proptest! {
    /// Whatever comes from the network, there is an answer, and its parts agree with each other.
    #[test]
    fn every_exchange_has_an_answer((_, policy) in policy(), exchange in exchange(), now: u64, entropy in entropy()) {
        let exchange = exchange.borrow();
        let decision = decide(&policy, &exchange, now, entropy);
        prop_assert_eq!(decision.set_cookie().is_some(), decision.outcome().sets_cookie());
        prop_assert_eq!(decision.id().is_some(), decision.outcome().has_id());
        let lines = decision.edits().filter(|edit| matches!(edit, Edit::AppendSetCookie(_))).count();
        prop_assert_eq!(lines > 0, decision.outcome().sets_cookie() || decision.outcome().expires_cookie());
    }

    /// What is left of an exchange once the response is there is enough.
    #[test]
    fn two_halves_come_to_the_same((_, policy) in policy(), exchange in exchange(), now: u64, entropy in entropy()) {
        prop_assert_eq!(
            results_in_halves(&policy, &exchange, now, entropy),
            results(&policy, &exchange, now, entropy)
        );
    }

    /// No byte from the network can end the header or the attribute that it stands in.
    #[test]
    fn set_cookie_is_printable_ascii((_, policy) in policy(), exchange in page(), entropy in entropy()) {
        if let Some(line) = set_cookie(&policy, &exchange, entropy) {
            prop_assert!(line.bytes().all(|b| (b' '..=b'~').contains(&b)), "{line}");
        }
    }

    /// The two ways to write a cookie are one.
    #[test]
    fn what_is_rendered_is_what_is_displayed((_, policy) in policy(), exchange in page(), entropy in entropy()) {
        let exchange = exchange.borrow();
        let decision = decide(&policy, &exchange, 0, entropy);
        if let Some(line) = decision.set_cookie() {
            let mut buffer = vec![0; line.len() + 7];
            let displayed = line.to_string();
            prop_assert_eq!(line.render(&mut buffer), Some(displayed.as_bytes()));
            prop_assert_eq!(line.render(&mut buffer[..line.len() - 1]), None);
        }
    }

    /// A parser that is not ours reads the policy's attributes out of what we write.
    #[test]
    fn another_parser_reads_the_same((settings, policy) in policy(), exchange in page(), entropy in entropy()) {
        let Some(line) = set_cookie(&policy, &exchange, entropy) else { return Ok(()) };
        let (read, asked) = (Cookie::parse(line.as_str()), settings.cookie);
        let read = read.map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(read.name(), asked.name);
        prop_assert_eq!(read.max_age().map(|age| age.whole_seconds()), i64::try_from(asked.max_age).ok());
        prop_assert_eq!(read.path(), Some(asked.path.as_str()));
        prop_assert_eq!(read.http_only().unwrap_or(false), asked.http_only);
        prop_assert_eq!(read.same_site().map(|value| value.to_string()), asked.same_site.as_str().map(str::to_string));
        prop_assert_eq!(read.partitioned().unwrap_or(false), asked.partitioned);
        if exchange.scheme == Scheme::Https {
            prop_assert_eq!(read.secure().unwrap_or(false), asked.secure);
        }
        let attributes = line.matches("; ").count();
        let parts = 2 + usize::from(read.domain().is_some()) + usize::from(read.secure() == Some(true))
            + usize::from(asked.http_only) + usize::from(asked.same_site.as_str().is_some()) + usize::from(asked.partitioned);
        prop_assert_eq!(attributes, parts, "{}", line);
    }

    /// A browser refuses a cookie for a domain that its host is not below.
    #[test]
    fn the_domain_is_the_hosts_own((_, policy) in policy(), exchange in page(), entropy in entropy()) {
        let Some(line) = set_cookie(&policy, &exchange, entropy) else { return Ok(()) };
        if let Some(domain) = Cookie::parse(line.as_str()).ok().and_then(|read| read.domain().map(str::to_string)) {
            let host = String::from_utf8_lossy(exchange.host.trim_ascii()).to_ascii_lowercase();
            let host = host.split(':').next().unwrap_or_default();
            let below = host == domain || host.ends_with(&format!(".{domain}"));
            prop_assert!(below, "{host} is not below {domain}");
        }
    }

    #[test]
    fn the_id_is_a_lower_case_uuid_of_an_accepted_version((settings, policy) in policy(), exchange in page(), entropy in entropy()) {
        let Some(line) = set_cookie(&policy, &exchange, entropy) else { return Ok(()) };
        let value = Cookie::parse(line.as_str()).map(|read| read.value().to_string());
        let value = value.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let uuid = uuid::Uuid::try_parse(&value).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&value, &uuid.hyphenated().to_string());
        prop_assert_eq!(uuid.get_variant(), uuid::Variant::RFC4122);
        let accepted = match settings.id.accept {
            hardtack::Accept::V4 => 4..=4,
            hardtack::Accept::Any => 1..=8,
        };
        prop_assert!(accepted.contains(&uuid.get_version_num()), "{value}");
    }

    /// A browser that sends the cookie back, wherever it puts it, is the same visitor, and gets the same line again.
    #[test]
    fn a_cookie_that_comes_back_is_renewed(
        policy in policy_for_one_site(),
        entropy in entropy(),
        later in entropy(),
        before in cookie_pairs(),
        after in cookie_pairs(),
        headers in vec(cookie_pairs(), 0..3),
    ) {
        let first = set_cookie(&policy, &visit(vec![]), entropy).unwrap_or_default();
        let pair = first.split(';').next().unwrap_or_default().to_string();
        let ours = before.into_iter().chain([pair]).chain(after).collect();
        let headers: Vec<Vec<String>> = headers.into_iter().chain([ours]).collect();
        let again = visit(headers.iter().map(|pairs| pairs.join("; ")).collect());
        prop_assert_eq!(decide(&policy, &again.borrow(), 0, later).outcome(), Outcome::Renewed);
        prop_assert_eq!(set_cookie(&policy, &again, later), Some(first));
    }

    /// The first valid value wins, whatever is context it.
    #[test]
    fn the_first_valid_value_wins(policy in policy_for_one_site(), values in vec(value(), 1..6), entropy in entropy()) {
        let first = values.iter().find(|value| value.len() == 36).map(|value| value.to_lowercase());
        let pairs: Vec<String> = values.iter().map(|value| format!("{}={value}", policy.cookie_name())).collect();
        for (joined, separator) in [(1, "; "), (1, ","), (values.len(), "")] {
            let headers = if joined == 1 { vec![pairs.join(separator)] } else { pairs.clone() };
            let exchange = visit(headers);
            let decision_id = decide(&policy, &exchange.borrow(), 0, entropy).id().map(|id| id.to_string());
            match &first {
                Some(first) => prop_assert_eq!(decision_id.as_ref(), Some(first)),
                None => prop_assert_ne!(decision_id, None),
            }
        }
    }

    /// DNS knows no case.
    #[test]
    fn the_case_of_the_host_does_not_matter((_, policy) in policy(), exchange in exchange(), host in host(), entropy in entropy()) {
        let with_host = |host: Vec<u8>| OwnedExchange { host, ..exchange.clone() };
        let (upper, lower) = (host.to_ascii_uppercase(), host.to_ascii_lowercase());
        let expected = results(&policy, &with_host(host), 0, entropy).without_log();
        prop_assert_eq!(&results(&policy, &with_host(upper), 0, entropy).without_log(), &expected);
        prop_assert_eq!(&results(&policy, &with_host(lower), 0, entropy).without_log(), &expected);
    }

    /// A log is read line by line.
    #[test]
    fn a_log_line_is_one_line_of_json((_, policy) in policy(), exchange in exchange(), now: u64, entropy in entropy()) {
        let line = results(&policy, &exchange, now, entropy).log;
        prop_assert!(!line.chars().any(char::is_control), "{line:?}");
        let value: serde_json::Value = serde_json::from_str(&line).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&value["time"], &serde_json::json!(now));
        prop_assert_eq!(value["method"].as_str(), Some(&*String::from_utf8_lossy(&exchange.method)));
    }

    /// A header nobody reads changes nothing.
    #[test]
    fn headers_that_no_rule_reads_do_not_matter((_, policy) in policy(), exchange in exchange(), value in soup(), entropy in entropy()) {
        let mut noisy = exchange.clone();
        noisy.request.insert(0, (b"x-noise".to_vec(), value.clone()));
        noisy.response.push((b"x-noise".to_vec(), value));
        prop_assert_eq!(results(&policy, &noisy, 0, entropy), results(&policy, &exchange, 0, entropy));
    }
}

/// Properties of cookies say nothing where no cookie is set.
#[test]
fn most_random_pages_set_a_cookie() {
    let mut runner = TestRunner::deterministic();
    let mut lines = Vec::new();
    for _ in 0..400 {
        let tree = (policy(), page(), entropy()).new_tree(&mut runner).unwrap();
        let ((_, policy), exchange, entropy) = tree.current();
        lines.extend(set_cookie(&policy, &exchange, entropy));
    }
    let with_domain = lines
        .iter()
        .filter(|line| line.contains("; Domain="))
        .count();
    let renewed = lines.iter().filter(|line| line.contains(OTHER_ID)).count();
    assert!(lines.len() > 120, "{} lines", lines.len());
    assert!(with_domain > 50, "{with_domain} with a domain");
    assert!(renewed > 0, "none renewed");
}

/// A page of one site, asked for with these `Cookie` headers.
fn visit(cookies: Vec<String>) -> OwnedExchange {
    let mut request: FieldList = vec![(b"sec-fetch-dest".to_vec(), b"document".to_vec())];
    let fields = cookies
        .into_iter()
        .map(|value| (b"cookie".to_vec(), value.into_bytes()));
    request.extend(fields);
    OwnedExchange {
        method: b"GET".to_vec(),
        scheme: Scheme::Https,
        host: b"www.example.com".to_vec(),
        path: b"/".to_vec(),
        country: None,
        request,
        status: 200,
        response: vec![(b"content-type".to_vec(), b"text/html".to_vec())],
    }
}

/// A value of our cookie: valid ones have 36 characters, and the others do not.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        entropy().prop_map(|bytes| uuid::Builder::from_random_bytes(bytes)
            .into_uuid()
            .to_string()),
        Just(OTHER_ID.to_uppercase()),
        "[!#-+--:<-\\[\\]-~]{0,35}",
        "[0-9a-f-]{37,40}",
    ]
}
