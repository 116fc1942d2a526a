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
    /// What curl sends of its own, or by an option of the header's, unless `-H` names the header.
    defaults: Defaults,
    body: bool,
    head: bool,
    get: bool,
    upload: bool,
    notes: Vec<String>,
}

struct Defaults {
    user_agent: String,
    accept: &'static str,
    referer: String,
    cookies: Vec<String>,
    /// The names that `-H` gives a value, or takes away.
    named: Vec<String>,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            user_agent: "curl/8".to_string(),
            accept: "*/*",
            referer: String::new(),
            cookies: Vec::new(),
            named: Vec::new(),
        }
    }
}

impl Defaults {
    fn headers(&self) -> impl Iterator<Item = (&'static str, String)> {
        let headers = [
            ("User-Agent", self.user_agent.clone()),
            ("Accept", self.accept.to_string()),
            ("Referer", self.referer.clone()),
            ("Cookie", self.cookies.join(";")),
        ];
        let is_named = |name: &str| self.named.iter().any(|it| it.eq_ignore_ascii_case(name));
        let sent = move |(name, value): &(&str, String)| !value.is_empty() && !is_named(name);
        headers.into_iter().filter(sent)
    }
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
            Meaning::Cookie if value.contains('=') => self.defaults.cookies.push(value.to_string()),
            Meaning::Cookie => self
                .notes
                .push(format!("ignored the cookies in the file `{value}`")),
            Meaning::UserAgent => self.defaults.user_agent = value.to_string(),
            Meaning::Referer => self.defaults.referer = value.to_string(),
            Meaning::Body => self.body = true,
            Meaning::JsonBody => {
                self.body = true;
                self.defaults.accept = "application/json";
            }
            Meaning::Head => self.head = true,
            Meaning::Get => self.get = true,
            Meaning::Upload => self.upload = true,
            Meaning::Nothing | Meaning::NothingWithValue => {}
        }
    }

    /// With curl, `Name:` takes away what it would send by itself, and `Name;` sends an empty field.
    fn header(&mut self, text: &str) {
        match (header(text), text.strip_suffix(';')) {
            (Ok((name, value)), _) if value.is_empty() => self.defaults.named.push(name),
            (Ok((name, value)), _) => self.add(&name, &value),
            (Err(_), Some(name)) => self.add(name, ""),
            (Err(_), None) => self
                .notes
                .push(format!("ignored `{text}`, which is not a valid header")),
        }
    }

    fn add(&mut self, name: &str, value: &str) {
        self.defaults.named.push(name.to_string());
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
        let mut headers = std::mem::take(&mut self.headers);
        let defaults = self.defaults.headers();
        headers.extend(defaults.map(|(name, value)| (name.to_string(), value)));
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
mod tests;
