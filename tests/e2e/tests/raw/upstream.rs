//! An upstream that answers every request with 200 and records it. It reads as strictly as RFC 9112 allows, and records
//! as ambiguous what it cannot read so.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Fields that differ by design: how a body is framed is the proxy's own choice, and hardtack reports the client.
const OWN: [&str; 5] = [
    "content-length",
    "transfer-encoding",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
];

/// Texts that are longer are shown by their beginning.
const LONGEST: usize = 100;

/// Runs until the process ends.
pub(crate) struct Upstream {
    pub(crate) port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Upstream {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, record) = (stream.unwrap(), Arc::clone(&record));
                thread::spawn(move || answer_all(stream, &record));
            }
        });
        Self { port, requests }
    }

    /// The requests that have come whole since the last time.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }
}

fn answer_all(stream: TcpStream, record: &Mutex<Vec<String>>) {
    let own = stream.local_addr().unwrap().to_string();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    loop {
        match Request::read(&mut reader) {
            Ok(request) => {
                // Its port is another one each time.
                let shown = request.shown().replace(&own, "upstream");
                record.lock().unwrap().push(shown);
                if answer(&stream, &request).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                record.lock().unwrap().push(format!("ambiguous: {error}"));
                return;
            }
            // The connection ended, within a request or between two.
            Err(_) => return,
        }
    }
}

fn answer(mut stream: &TcpStream, request: &Request) -> io::Result<()> {
    let body = if request.line.starts_with("HEAD ") {
        ""
    } else {
        "ok"
    };
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n";
    stream.write_all(format!("{head}{body}").as_bytes())
}

/// Names, in lower case, with values.
type Fields = Vec<(String, String)>;

/// A request that has come whole.
struct Request {
    /// Without its version.
    line: String,
    fields: Fields,
    body: Vec<u8>,
    trailers: Fields,
}

impl Request {
    fn read(reader: &mut BufReader<TcpStream>) -> io::Result<Self> {
        let first = line(reader)?;
        let Some(words) = first
            .strip_suffix(" HTTP/1.1")
            .filter(|words| words.split(' ').count() == 2)
        else {
            return Err(ambiguous(&first));
        };
        let fields = fields(reader)?;
        let codings = values(&fields, "transfer-encoding");
        let lengths = values(&fields, "content-length");
        let (body, trailers) = match (&codings[..], &lengths[..]) {
            ([], []) => (Vec::new(), Vec::new()),
            ([], [length]) => (exactly(reader, parsed(length, 10)?)?, Vec::new()),
            (["chunked"], []) => chunks(reader)?,
            _ => return Err(ambiguous(&format!("{fields:?}"))),
        };
        Ok(Self {
            line: words.to_string(),
            fields,
            body,
            trailers,
        })
    }

    /// On one line: `POST / [host: a; x: 1] "body" + [x-sum: 1]`.
    fn shown(&self) -> String {
        let fields = shown_fields(&self.fields);
        let body = match &self.body[..] {
            [] => String::new(),
            body => format!(" {:?}", shortened(&body.escape_ascii().to_string())),
        };
        let trailers = match &self.trailers[..] {
            [] => String::new(),
            trailers => format!(" + {}", shown_fields(trailers)),
        };
        let shown = format!("{} {fields}{body}{trailers}", shortened(&self.line));
        match &shown[..] {
            "GET /probe [host: probe]" => "probe".to_string(),
            _ => shown,
        }
    }
}

fn line(reader: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut bytes = Vec::new();
    reader.read_until(b'\n', &mut bytes)?;
    if !bytes.ends_with(b"\n") {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let text = bytes.strip_suffix(b"\r\n").unwrap_or(&bytes);
    let is_control = |byte: &u8| *byte < b' ' && *byte != b'\t' || *byte == 0x7f;
    let shown = text.escape_ascii().to_string();
    match text.iter().any(is_control) {
        true => Err(ambiguous(&shown)),
        false => Ok(shown),
    }
}

fn fields(reader: &mut BufReader<TcpStream>) -> io::Result<Fields> {
    let mut fields = Vec::new();
    loop {
        let line = line(reader)?;
        if line.is_empty() {
            return Ok(fields);
        }
        let field = line.split_once(':');
        let (name, value) = field.ok_or_else(|| ambiguous(&line))?;
        if name.is_empty() || name.contains([' ', '\t']) {
            return Err(ambiguous(&line));
        }
        fields.push((name.to_ascii_lowercase(), value.trim().to_string()));
    }
}

fn values<'a>(fields: &'a [(String, String)], wanted: &str) -> Vec<&'a str> {
    let wanted = fields.iter().filter(|(name, _)| name == wanted);
    wanted.map(|(_, value)| value.as_str()).collect()
}

fn chunks(reader: &mut BufReader<TcpStream>) -> io::Result<(Vec<u8>, Fields)> {
    let mut body = Vec::new();
    loop {
        let size = parsed(&line(reader)?, 16)?;
        if size == 0 {
            return Ok((body, fields(reader)?));
        }
        body.extend(exactly(reader, size)?);
        let end = line(reader)?;
        if !end.is_empty() {
            return Err(ambiguous(&end));
        }
    }
}

fn parsed(number: &str, radix: u32) -> io::Result<usize> {
    let is_number = number.chars().all(|digit| digit.is_digit(radix));
    let number = usize::from_str_radix(number, radix)
        .ok()
        .filter(|_| is_number)
        .ok_or(number);
    number.map_err(ambiguous)
}

fn exactly(reader: &mut BufReader<TcpStream>, bytes: usize) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    reader.take(bytes as u64).read_to_end(&mut body)?;
    match body.len() == bytes {
        true => Ok(body),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

fn ambiguous(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, shortened(what))
}

fn shown_fields(fields: &[(String, String)]) -> String {
    let mut shown: Vec<(&str, String)> = Vec::new();
    for (name, value) in fields {
        if !OWN.contains(&name.as_str()) {
            shown.push((name, format!("{}: {}", shortened(name), shortened(value))));
        }
    }
    // The order of fields of different names has no meaning (RFC 9110 §5.3).
    shown.sort_by_key(|(name, _)| *name);
    let shown: Vec<String> = shown.into_iter().map(|(_, shown)| shown).collect();
    format!("[{}]", shortened(&shown.join("; ")))
}

fn shortened(text: &str) -> String {
    match text.len() > LONGEST {
        true => format!("{}… ({} bytes)", &text[..LONGEST / 2], text.len()),
        false => text.to_string(),
    }
}
