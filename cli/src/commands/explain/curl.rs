//! Reads the request from a curl command, as browsers' developer tools copy it.

use std::collections::VecDeque;

use crate::error::Error;

use super::curl_options::{self, Meaning};
use super::exchange::{Headers, Recorded, header, names_scheme, parse_url};
use super::shell_words::{self, Split};

/// Parses a curl command.
///
/// # Errors
///
/// If the text is not a curl command, names no URL, or has an unclosed quote.
pub(crate) fn parse(command: &str) -> Result<Recorded, Error> {
    let Split { words, cut_at } = split(command)?;
    let Some(curl) = words.iter().position(|word| is_curl(word)) else {
        let message = format!("`{}` is not a curl command", shortened(command));
        return Err(
            Error::usage(message).hint("paste the command that your browser copies as cURL")
        );
    };
    let mut request = Requested::default();
    request.read(words.into_iter().skip(curl + 1).collect());
    request.notes.extend(cut_at.map(|operator| {
        format!("ignored what follows the first `{operator}`, where a shell ends the command: put quotes around it")
    }));
    request.recorded()
}

/// The request that the options describe.
#[derive(Default)]
struct Requested {
    addresses: Vec<String>,
    method: Option<String>,
    headers: Headers,
    body: bool,
    head: bool,
    get: bool,
    upload: bool,
    notes: Vec<String>,
}

impl Requested {
    fn read(&mut self, mut words: VecDeque<String>) {
        while let Some(word) = words.pop_front() {
            match word.strip_prefix("--") {
                // Another request begins there.
                Some("next") => return,
                Some(name) => self.long(name, &mut words),
                None if word.len() > 1 && word.starts_with('-') => {
                    self.short(&word[1..], &mut words)
                }
                None => self.addresses.push(word),
            }
        }
    }

    fn long(&mut self, name: &str, words: &mut VecDeque<String>) {
        match curl_options::long(name) {
            Some(meaning) if meaning.takes_value() => {
                self.take(meaning, &words.pop_front().unwrap_or_default());
            }
            Some(meaning) => self.take(meaning, ""),
            None => self.skip(&format!("--{name}")),
        }
    }

    /// Several options may share a hyphen, and the value of the last one may follow directly: `-sSXPOST`.
    fn short(&mut self, letters: &str, words: &mut VecDeque<String>) {
        for (at, letter) in letters.char_indices() {
            match curl_options::short(letter) {
                Some(meaning) if meaning.takes_value() => {
                    let rest = &letters[at + letter.len_utf8()..];
                    match rest.is_empty() {
                        true => self.take(meaning, &words.pop_front().unwrap_or_default()),
                        false => self.take(meaning, rest),
                    }
                    return;
                }
                Some(meaning) => self.take(meaning, ""),
                None => self.skip(&format!("-{letter}")),
            }
        }
    }

    fn take(&mut self, meaning: Meaning, value: &str) {
        match meaning {
            Meaning::Url => self.addresses.push(value.to_string()),
            Meaning::Method => self.method = Some(value.to_string()),
            Meaning::Header => self.header(value),
            Meaning::Cookie if value.contains('=') => self.add("Cookie", value),
            Meaning::Cookie => self
                .notes
                .push(format!("ignored the cookies in the file `{value}`")),
            Meaning::UserAgent => self.add("User-Agent", value),
            Meaning::Referer => self.add("Referer", value),
            Meaning::Body => self.body = true,
            Meaning::JsonBody => {
                self.body = true;
                self.add("Accept", "application/json");
            }
            Meaning::Head => self.head = true,
            Meaning::Get => self.get = true,
            Meaning::Upload => self.upload = true,
            Meaning::Nothing | Meaning::NothingWithValue => {}
        }
    }

    /// With curl, `Name;` sends an empty field.
    fn header(&mut self, text: &str) {
        match (header(text), text.strip_suffix(';')) {
            (Ok((name, value)), _) => self.add(&name, &value),
            (Err(_), Some(name)) => self.add(name, ""),
            (Err(_), None) => self
                .notes
                .push(format!("ignored `{text}`, which is not a valid header")),
        }
    }

    fn add(&mut self, name: &str, value: &str) {
        self.headers.push((name.to_string(), value.to_string()));
    }

    fn skip(&mut self, option: &str) {
        self.notes
            .push(format!("ignored curl's `{option}`, which is unknown"));
    }

    fn recorded(mut self) -> Result<Recorded, Error> {
        let whole = self.addresses.iter().position(|word| names_scheme(word));
        let Some(address) = self.addresses.get(whole.unwrap_or(0)) else {
            let message = "the curl command names no URL";
            return Err(Error::usage(message).hint("write it after the options"));
        };
        let url = parse_url(address, "http")?;
        let is_accept = |(name, _): &(String, String)| name.eq_ignore_ascii_case("accept");
        if !self.headers.iter().any(is_accept) {
            self.add("Accept", "*/*");
        }
        let headers = std::mem::take(&mut self.headers);
        let mut recorded = Recorded::new(&url, self.method(), headers)?;
        recorded.notes = self.notes;
        Ok(recorded)
    }

    fn method(&self) -> &str {
        match &self.method {
            Some(method) => method,
            None if self.head => "HEAD",
            None if self.upload => "PUT",
            None if self.body && !self.get => "POST",
            None => "GET",
        }
    }
}

fn split(command: &str) -> Result<Split, Error> {
    let windows = command.contains("^\"") || command.contains("^\n") || command.contains("^\r");
    let plain = if windows {
        shell_words::without_carets(command)
    } else {
        command.to_string()
    };
    shell_words::split(&plain).ok_or_else(|| {
        let message = format!("a quote in `{}` is not closed", shortened(command));
        Error::usage(message)
            .hint("the shell may have removed the quotes: pipe the command into `--curl -` instead")
    })
}

fn is_curl(word: &str) -> bool {
    let name = word.rsplit(['/', '\\']).next().unwrap_or_default();
    matches!(name, "curl" | "curl.exe")
}

fn shortened(command: &str) -> String {
    let first: String = command.trim().chars().take(40).collect();
    match first.len() < command.trim().len() {
        true => format!("{first}…"),
        false => first,
    }
}

#[cfg(test)]
mod tests {
    use hardtack::Scheme;

    use super::parse;

    #[track_caller]
    fn check(command: &str, request: &str, headers: &[(&str, &str)]) {
        let recorded = parse(command).unwrap();
        let (method, host, path) = (&recorded.method, &recorded.host, &recorded.path);
        let scheme = recorded.scheme.as_str();
        assert_eq!(format!("{method} {scheme}://{host}{path}"), request);
        let headers: Vec<_> = headers
            .iter()
            .map(|(n, v)| (n.to_string(), v.to_string()))
            .collect();
        assert_eq!(recorded.request, headers);
    }

    #[track_caller]
    fn refused(command: &str, message: &str) {
        let error = parse(command).unwrap_err();
        assert_eq!(error.reports()[0].message, message);
    }

    #[test]
    fn what_chrome_copies_is_read() {
        check(
            "curl 'https://www.example.com/a?b=c' \\\n  -H 'accept: text/html,*/*;q=0.8' \\\n  \
             -b $'FPD=x; n=it\\'s' \\\n  -H 'sec-fetch-dest: document' \\\n  --compressed",
            "GET https://www.example.com/a",
            &[
                ("accept", "text/html,*/*;q=0.8"),
                ("Cookie", "FPD=x; n=it's"),
                ("sec-fetch-dest", "document"),
            ],
        );
    }

    #[test]
    fn what_chrome_copies_for_windows_is_read() {
        check(
            "curl ^\"https://www.example.com/^\" ^\n  -H ^\"accept: text/html^\" ^\n  --data-raw ^\"a=1^&b=2^\"",
            "POST https://www.example.com/",
            &[("accept", "text/html")],
        );
    }

    #[test]
    fn methods_follow_from_options() {
        let accept = &[("Accept", "*/*")];
        check(
            "curl -I https://a.example",
            "HEAD https://a.example/",
            accept,
        );
        check(
            "curl -d a=b https://a.example",
            "POST https://a.example/",
            accept,
        );
        check(
            "curl -G -d a=b https://a.example",
            "GET https://a.example/",
            accept,
        );
        check(
            "curl -sSLXPUT -d a https://a.example",
            "PUT https://a.example/",
            accept,
        );
        let json = &[("Accept", "application/json")];
        check(
            "curl --json {} https://a.example",
            "POST https://a.example/",
            json,
        );
    }

    #[test]
    fn an_address_without_a_scheme_is_plain_http() {
        check(
            "curl example.com/x",
            "GET http://example.com/x",
            &[("Accept", "*/*")],
        );
        assert_eq!(parse("curl example.com").unwrap().scheme, Scheme::Http);
    }

    #[test]
    fn hosts_are_those_that_travel() {
        let accept = ("Accept", "*/*");
        check(
            "curl https://Bücher.example:8443/ä",
            "GET https://xn--bcher-kva.example:8443/%C3%A4",
            &[accept],
        );
        let host = ("Host", "other.example");
        check(
            "curl -H 'Host: other.example' https://a.example",
            "GET https://other.example/",
            &[host, accept],
        );
    }

    #[test]
    fn options_without_meaning_for_us_are_passed_over_with_their_values() {
        let command =
            "curl -k -o /dev/null -u me:you -w '%{http_code}' --http2 https://a.example | head";
        check(command, "GET https://a.example/", &[("Accept", "*/*")]);
        assert_eq!(parse(command).unwrap().notes, Vec::<String>::new());
    }

    #[test]
    fn a_value_of_an_option_is_no_url() {
        for option in [
            "--max-redirs 5",
            "--doh-url https://dns.example/",
            "--socks5-hostname localhost:9050",
            "--interface eth0",
            "-U me:you",
            "--no-compressed -sS -o a",
            ">out.html",
            "2>/dev/null",
        ] {
            let recorded = parse(&format!("curl {option} www.example.com")).unwrap();
            assert_eq!(recorded.host, "www.example.com", "{option}");
        }
    }

    #[test]
    fn a_redirection_is_not_part_of_the_url() {
        let accept = &[("Accept", "*/*")];
        check(
            "curl https://a.example/x>out.html",
            "GET https://a.example/x",
            accept,
        );
        let cut = parse("curl https://a.example/?b=c&d=e").unwrap();
        assert_eq!(cut.notes.len(), 1, "{:?}", cut.notes);
    }

    #[test]
    fn an_upload_is_put_and_another_request_is_left_out() {
        check(
            "curl -T file https://a.example/ --next -I https://b.example/",
            "PUT https://a.example/",
            &[("Accept", "*/*")],
        );
    }

    #[test]
    fn unknown_options_are_reported() {
        let recorded =
            parse("curl --frobnicate hard -% https://a.example -b jar.txt -H nonsense").unwrap();
        assert_eq!(recorded.host, "a.example");
        assert_eq!(recorded.notes.len(), 4, "{:?}", recorded.notes);
    }

    proptest::proptest! {
        #[test]
        fn no_command_panics(command in "(curl |-[a-zA-Z]|--[a-z]{1,8} |'|\"|\\$'|\\\\|\\^\"| |https?://|\\PC){0,20}") {
            let _ = parse(&command);
        }
    }

    #[test]
    fn an_invalid_command_is_refused() {
        refused(
            "wget https://a.example",
            "`wget https://a.example` is not a curl command",
        );
        refused("curl -I", "the curl command names no URL");
        refused(
            "curl 'https://a.example",
            "a quote in `curl 'https://a.example` is not closed",
        );
        refused(
            "curl ftp://a.example/",
            "the scheme `ftp` is not http or https",
        );
        refused("curl https://", "`https://` is not a valid URL");
        refused("", "`` is not a curl command");
    }
}
