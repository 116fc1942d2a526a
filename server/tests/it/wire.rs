//! A client that sends bytes and reads the response.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// Far longer than any step takes: a test that waits this long has found a hang.
pub(crate) const HANG_TIMEOUT: Duration = Duration::from_secs(20);

/// One end of a connection.
pub(crate) struct Wire<S = TcpStream> {
    pub(crate) stream: S,
    unread: Vec<u8>,
}

impl Wire {
    #[track_caller]
    pub(crate) fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect_timeout(&address, HANG_TIMEOUT);
        Self::over(stream.expect("the server accepts connections"))
    }

    pub(crate) fn over(stream: TcpStream) -> Self {
        stream.set_read_timeout(Some(HANG_TIMEOUT)).unwrap();
        stream.set_write_timeout(Some(HANG_TIMEOUT)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self::new(stream)
    }

    /// Whether there is data to read, or the end.
    pub(crate) fn has_data(&self) -> bool {
        self.stream.set_nonblocking(true).unwrap();
        let news = self.stream.peek(&mut [0]).is_ok();
        self.stream.set_nonblocking(false).unwrap();
        news
    }

    /// Closes the sending direction. What the other end sends, or has sent before, can still be read.
    pub(crate) fn shut_down_write(&self) {
        let _ = self.stream.shutdown(Shutdown::Write);
    }
}

impl<S: Read + Write> Wire<S> {
    pub(crate) const fn new(stream: S) -> Self {
        Self {
            stream,
            unread: Vec::new(),
        }
    }

    #[track_caller]
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream
            .write_all(bytes.as_ref())
            .expect("the other end accepts what is sent");
    }

    /// Sends as much as the other end accepts; returns whether that was all.
    pub(crate) fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).is_ok()
    }

    /// Sends a request and reads its response, which can arrive before all is sent.
    #[track_caller]
    pub(crate) fn ask(&mut self, request: &str) -> Answer {
        self.try_send(request);
        match request.starts_with("HEAD ") {
            true => self.head(),
            false => self.answer(),
        }
    }

    /// Sends a request and reads the head of the response. Its body may be endless.
    #[track_caller]
    pub(crate) fn ask_head(&mut self, request: &str) -> Answer {
        self.send(request);
        self.head()
    }

    /// Reads a response.
    #[track_caller]
    pub(crate) fn answer(&mut self) -> Answer {
        let mut answer = self.head();
        answer.body = if answer.says("transfer-encoding", "chunked") {
            self.chunks()
        } else if let Some(length) = answer.field("content-length") {
            let length = length.parse().expect("a length");
            self.exactly(length)
        } else if matches!(answer.status, 101 | 204 | 304) {
            Vec::new()
        } else {
            self.rest()
        };
        answer
    }

    /// Reads a response's head.
    #[track_caller]
    pub(crate) fn head(&mut self) -> Answer {
        let text = self.until("\r\n\r\n");
        Answer::parse(&text).unwrap_or_else(|| panic!("no response: {text:?}"))
    }

    #[track_caller]
    fn chunks(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let line = self.until("\r\n");
            let length = usize::from_str_radix(line.trim_end(), 16).expect("a chunk's length");
            body.extend(self.exactly(length));
            assert_eq!(self.until("\r\n"), "\r\n");
            if length == 0 {
                return body;
            }
        }
    }

    /// Reads up to and including `end`.
    #[track_caller]
    pub(crate) fn until(&mut self, end: &str) -> String {
        let read = self.try_until(end);
        read.unwrap_or_else(|| panic!("the end, but no {end:?} in {:?}", self.text()))
    }

    /// The same; `None` if the connection ends before.
    #[track_caller]
    pub(crate) fn try_until(&mut self, end: &str) -> Option<String> {
        let (start, mut searched) = (Instant::now(), 0);
        loop {
            assert!(
                start.elapsed() < HANG_TIMEOUT,
                "no {end:?} in {:?}",
                self.text()
            );
            let mut windows = self.unread[searched..].windows(end.len());
            if let Some(at) = windows.position(|window| window == end.as_bytes()) {
                let read: Vec<u8> = self.unread.drain(..searched + at + end.len()).collect();
                return Some(String::from_utf8_lossy(&read).into_owned());
            }
            searched = self.unread.len().saturating_sub(end.len());
            if self.read() == 0 {
                return None;
            }
        }
    }

    #[track_caller]
    pub(crate) fn exactly(&mut self, length: usize) -> Vec<u8> {
        while self.unread.len() < length {
            let missing = length - self.unread.len();
            assert_ne!(self.read(), 0, "the end, and {missing} bytes are missing");
        }
        self.unread.drain(..length).collect()
    }

    /// Reads to the end of the connection, whether it is closed or reset.
    #[track_caller]
    pub(crate) fn rest(&mut self) -> Vec<u8> {
        while self.read() > 0 {}
        std::mem::take(&mut self.unread)
    }

    /// Asserts that the other end has closed, and sent nothing more.
    #[track_caller]
    pub(crate) fn is_closed(&mut self) {
        let rest = self.rest();
        assert!(rest.is_empty(), "{:?}", String::from_utf8_lossy(&rest));
    }

    /// The number of bytes that arrived; 0 at the end.
    #[track_caller]
    fn read(&mut self) -> usize {
        let mut bytes = [0; 16 * 1024];
        match self.stream.read(&mut bytes) {
            Ok(came) => {
                self.unread.extend_from_slice(&bytes[..came]);
                came
            }
            Err(error) if is_silence(error.kind()) => {
                panic!("nothing comes, and no end, after {:?}", self.text())
            }
            // Reset by the other end.
            Err(_) => 0,
        }
    }

    fn text(&self) -> String {
        let shown = self.unread.len().min(2000);
        String::from_utf8_lossy(&self.unread[..shown]).into_owned()
    }
}

fn is_silence(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// A response.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Reads a head.
    pub(crate) fn parse(head: &str) -> Option<Self> {
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next()?.strip_prefix("HTTP/1.")?.get(2..5)?;
        let fields = lines.map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_string()))
        });
        Some(Self {
            status: status.parse().ok()?,
            fields: fields.collect::<Option<_>>()?,
            body: Vec::new(),
        })
    }

    /// The first value of a field.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        fields.find_map(|(key, value)| (key == name).then_some(value.as_str()))
    }

    /// Every value of a field, in order.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let fields = self.fields.iter().filter(|(key, _)| key == name);
        fields.map(|(_, value)| value.as_str()).collect()
    }

    pub(crate) fn says(&self, name: &str, value: &str) -> bool {
        let values = self.all(name);
        values.iter().any(|said| said.eq_ignore_ascii_case(value))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Every `Set-Cookie`, in order.
    pub(crate) fn cookies(&self) -> Vec<&str> {
        self.all("set-cookie")
    }

    /// The id in the one `FPD` cookie that is set.
    #[track_caller]
    pub(crate) fn id(&self) -> &str {
        let ours = |cookie: &&str| cookie.starts_with("FPD=");
        let [cookie] = self.cookies().into_iter().filter(ours).collect::<Vec<_>>()[..] else {
            panic!("not one FPD in {self:?}")
        };
        &cookie["FPD=".len()..cookie.find(';').unwrap_or(cookie.len())]
    }
}
