//! Stands between the command and the emulator: writes down each call, and has a chosen one go wrong.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

/// What goes wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// AWS answers 503 and has done nothing.
    Unavailable,
    /// AWS answers with a status, 429 or 503, so often, and then does it.
    Burst(u16, u32),
    /// AWS does it, and the answer is lost.
    Cut,
    /// The connection breaks before AWS hears of it.
    Unheard,
    /// AWS does it, answers late, and all is well.
    Slow,
    /// The credentials have expired.
    Expired,
    /// AWS does it, and there is nobody left to answer to: the test ends the command as soon as [`Proxy::has_struck`].
    Killed,
}

/// A call that passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Passed {
    pub(crate) line: String,
    /// `x-amz-target` or the form's `Action`, where the path tells little.
    pub(crate) action: String,
    /// Whose keys signed it.
    pub(crate) key: String,
    pub(crate) body: Vec<u8>,
}

/// An answer to requests whose line begins so, or whose head holds it.
#[derive(Clone)]
struct Canned {
    line: String,
    status: &'static str,
    error: String,
    body: String,
    times: usize,
}

#[derive(Default)]
struct State {
    passed: Vec<Passed>,
    /// The call that goes wrong, counted from 0, and how.
    fault: Option<(usize, Fault)>,
    refused: u32,
    has_struck: bool,
    /// The host that is asked for upstream, whatever the request says.
    host: Option<String>,
    /// Answers that take the place of the emulator's.
    canned: Vec<Canned>,
    /// What requests begin with whose connection is cut before AWS hears of them.
    unheard: Option<String>,
    /// What is done before a call is passed on.
    before: Option<(String, Box<dyn FnOnce() + Send>)>,
}

#[derive(Clone)]
pub(crate) struct Proxy {
    address: String,
    state: Arc<Mutex<State>>,
}

impl Proxy {
    /// In front of `upstream`, `127.0.0.1:PORT`.
    pub(crate) fn start(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let state = Arc::new(Mutex::new(State::default()));
        let (shared, upstream) = (Arc::clone(&state), upstream.to_string());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, upstream) = (Arc::clone(&shared), upstream.clone());
                thread::spawn(move || {
                    let _ = serve(stream, &state, &upstream);
                });
            }
        });
        Self { address, state }
    }

    /// In front of one site of many that `upstream` serves: as DNS would lead there.
    pub(crate) fn site(upstream: &str, host: &str) -> Self {
        let proxy = Self::start(upstream);
        lock(&proxy.state).host = Some(host.to_string());
        proxy
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// From now on the call number `at` goes wrong, counted from 0.
    pub(crate) fn fail(&self, at: usize, fault: Fault) {
        let mut state = lock(&self.state);
        state.passed.clear();
        state.fault = Some((at, fault));
        state.refused = 0;
        state.has_struck = false;
    }

    /// Whether the command is to be killed now.
    pub(crate) fn has_struck(&self) -> bool {
        lock(&self.state).has_struck
    }

    /// From now on nothing goes wrong.
    pub(crate) fn heal(&self) {
        let mut state = lock(&self.state);
        state.passed.clear();
        state.fault = None;
        state.canned.retain(|canned| canned.error.is_empty());
    }

    /// Answers requests that begin so with a body of XML.
    pub(crate) fn answer(&self, line: &str, body: &str) {
        self.can(line, "200 OK", "", body, usize::MAX);
    }

    /// The same, so often only.
    pub(crate) fn answer_times(&self, line: &str, body: &str, times: usize) {
        self.can(line, "200 OK", "", body, times);
    }

    /// Refuses requests that begin so, the way Lambda does, until healed.
    pub(crate) fn refuse(&self, line: &str, error: &str, body: &str) {
        self.can(line, "400 Bad Request", error, body, usize::MAX);
    }

    /// The same, so often only.
    pub(crate) fn refuse_times(&self, line: &str, error: &str, body: &str, times: usize) {
        self.can(line, "400 Bad Request", error, body, times);
    }

    pub(crate) fn can(
        &self,
        line: &str,
        status: &'static str,
        error: &str,
        body: &str,
        times: usize,
    ) {
        lock(&self.state).canned.push(Canned {
            line: line.to_string(),
            status,
            error: error.to_string(),
            body: body.to_string(),
            times,
        });
    }

    /// Cuts the connection of requests that begin so.
    pub(crate) fn cut_off(&self, line: &str) {
        lock(&self.state).unheard = Some(line.to_string());
    }

    /// Does something once, before the first request that begins so is passed on.
    pub(crate) fn before(&self, line: &str, act: impl FnOnce() + Send + 'static) {
        lock(&self.state).before = Some((line.to_string(), Box::new(act)));
    }

    /// The calls since the last change.
    pub(crate) fn passed(&self) -> Vec<Passed> {
        lock(&self.state).passed.clone()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// One connection, which may carry several requests.
fn serve(stream: TcpStream, state: &Mutex<State>, upstream: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    while let Some((head, body)) = request(&mut reader)? {
        let line = head.lines().next().unwrap_or_default().to_string();
        let (fault, canned, act) = note(state, &head, line.clone(), &body);
        if let Some(act) = act {
            act();
        }
        match fault {
            Some(Fault::Unheard) => return Ok(()),
            Some(Fault::Unavailable) => {
                refuse(&mut writer, 503, "ServiceUnavailable")?;
                continue;
            }
            Some(Fault::Burst(429, _)) => {
                refuse(&mut writer, 429, "TooManyRequestsException")?;
                continue;
            }
            Some(Fault::Burst(status, _)) => {
                refuse(&mut writer, status, "ServiceUnavailable")?;
                continue;
            }
            Some(Fault::Expired) => {
                refuse(&mut writer, 403, "ExpiredTokenException")?;
                continue;
            }
            Some(Fault::Slow) => thread::sleep(Duration::from_millis(100)),
            Some(Fault::Cut | Fault::Killed) | None => {}
        }
        if let Some(canned) = canned {
            answer(&mut writer, canned.status, &canned.error, &canned.body)?;
            continue;
        }
        let head = for_host(&head, lock(state).host.as_deref());
        let answered = forward(&head, &body, upstream)?;
        if fault == Some(Fault::Cut) {
            return Ok(());
        }
        if fault == Some(Fault::Killed) {
            lock(state).has_struck = true;
            // Until the other end is gone.
            let _ = reader.fill_buf();
            return Ok(());
        }
        writer.write_all(&answered)?;
        // The emulator was asked to close, and its answer says so.
        return Ok(());
    }
    Ok(())
}

type Act = Box<dyn FnOnce() + Send>;

/// Writes a request down, and says what becomes of it.
fn note(
    state: &Mutex<State>,
    head: &str,
    line: String,
    body: &[u8],
) -> (Option<Fault>, Option<Canned>, Option<Act>) {
    let mut state = lock(state);
    let at = state.passed.len();
    let begins = |begin: &String| line.starts_with(begin);
    let fault = match state.fault {
        _ if state.unheard.as_ref().is_some_and(begins) => Some(Fault::Unheard),
        Some((chosen, Fault::Burst(status, times))) if chosen == at && state.refused < times => {
            state.refused += 1;
            return (Some(Fault::Burst(status, times)), None, None);
        }
        Some((_, Fault::Burst(..))) => None,
        // From then on: a session that has expired stays so.
        Some((chosen, Fault::Expired)) if at >= chosen => Some(Fault::Expired),
        Some((chosen, fault)) if chosen == at => Some(fault),
        _ => None,
    };
    let mut canned = state.canned.iter_mut();
    let canned =
        canned.find(|it| it.times > 0 && (line.starts_with(&it.line) || head.contains(&it.line)));
    let canned = canned.map(|canned| {
        canned.times -= 1;
        canned.clone()
    });
    let act = match &state.before {
        Some((begin, _)) if line.starts_with(begin) => state.before.take().map(|(_, act)| act),
        _ => None,
    };
    state.passed.push(Passed {
        action: action(head, body),
        key: key(head).unwrap_or_default(),
        line,
        body: body.to_vec(),
    });
    (fault, canned, act)
}

fn key(head: &str) -> Option<String> {
    let (_, rest) = head.split_once("Credential=")?;
    rest.split('/').next().map(str::to_string)
}

fn action(head: &str, body: &[u8]) -> String {
    let target = head
        .lines()
        .find_map(|line| line.strip_prefix("x-amz-target: "));
    let text = String::from_utf8_lossy(body);
    let form = text
        .strip_prefix("Action=")
        .and_then(|rest| rest.split('&').next());
    target.or(form).unwrap_or_default().to_string()
}

fn request(reader: &mut BufReader<TcpStream>) -> std::io::Result<Option<(String, Vec<u8>)>> {
    let mut head = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        if line == "\r\n" {
            break;
        }
        head.push_str(&line);
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    Ok(Some((head, body)))
}

fn for_host(head: &str, host: Option<&str>) -> String {
    let Some(host) = host else {
        return head.to_string();
    };
    let others = head
        .lines()
        .filter(|line| !line.to_lowercase().starts_with("host:"));
    let others: String = others.map(|line| format!("{line}\r\n")).collect();
    format!("{others}host: {host}\r\nx-forwarded-proto: https\r\n")
}

fn forward(head: &str, body: &[u8], upstream: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(upstream)?;
    stream.write_all(format!("{head}connection: close\r\n\r\n").as_bytes())?;
    stream.write_all(body)?;
    let mut answered = Vec::new();
    stream.read_to_end(&mut answered)?;
    Ok(answered)
}

fn refuse(writer: &mut TcpStream, status: u16, code: &str) -> std::io::Result<()> {
    let body = format!(
        "<ErrorResponse><Error><Code>{code}</Code><Message>as the test wants it</Message></Error></ErrorResponse>"
    );
    answer(writer, &format!("{status} Refused"), code, &body)
}

fn answer(writer: &mut TcpStream, status: &str, error: &str, body: &str) -> std::io::Result<()> {
    let length = body.len();
    let error = match body.starts_with('{') {
        true => format!("x-amzn-errortype: {error}\r\n"),
        false => String::new(),
    };
    let head =
        format!("HTTP/1.1 {status}\r\netag: canned\r\n{error}content-length: {length}\r\n\r\n");
    writer.write_all(format!("{head}{body}").as_bytes())
}
