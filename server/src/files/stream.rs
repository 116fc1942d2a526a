//! The body of a large file: read from disk in chunks, each when the client is ready for it.
//!
//! A client of HTTP/2 can ask for a hundred files and open no window: until it does, no body is polled, and nothing is
//! read. One that opens its windows by a byte holds one chunk of each file; the chunks of all clients share the
//! memory of [`Reading`].

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::SemaphorePermit;
use tokio::task::spawn_blocking;

use super::reading::Reading;
use super::stamp::Stamp;

/// A number of bytes from a position of a file.
///
/// Ends in an error if the file is shorter, or has been replaced while it was not kept open, so that the client can
/// tell that the response is incomplete.
pub(super) struct FileBody {
    /// Bytes not yet yielded.
    remaining: u64,
    state: State,
}

enum State {
    /// Nothing is read until the body is polled.
    Ready(Source),
    Reading(Next),
    /// At the end, or after an error.
    Done,
}

/// The next chunk, which is being read.
type Next = Pin<Box<dyn Future<Output = io::Result<(Source, Bytes)>> + Send>>;

/// Where the next chunk is.
pub(super) struct Source {
    path: PathBuf,
    stamp: Stamp,
    position: u64,
    /// The file, if it may be kept open. Otherwise it is opened again for each chunk.
    file: Option<(File, SemaphorePermit<'static>)>,
    reading: &'static Reading,
}

impl Source {
    /// Opens a file at a position; `None` if it is gone, or has changed since it was stamped.
    pub(super) fn open(
        path: PathBuf,
        stamp: Stamp,
        position: u64,
        reading: &'static Reading,
    ) -> io::Result<Option<Self>> {
        let file = open(&path, &stamp, position)?;
        Ok(file.map(|file| Self {
            path,
            stamp,
            position,
            file: reading.open_file().map(|permit| (file, permit)),
            reading,
        }))
    }

    /// Reads the next chunk of a body that has `remaining` bytes.
    async fn next_chunk(mut self, remaining: u64) -> io::Result<(Self, Bytes)> {
        let (len, memory) = self.reading.memory(remaining);
        let reading = spawn_blocking(move || {
            let chunk = Chunk {
                bytes: self.read(len)?,
                _memory: memory,
            };
            Ok((self, Bytes::from_owner(chunk)))
        });
        reading.await.map_err(io::Error::other).flatten()
    }

    fn read(&mut self, len: usize) -> io::Result<Vec<u8>> {
        let chunk = match &self.file {
            Some((file, _)) => read_chunk(file, len)?,
            None => {
                let file = open(&self.path, &self.stamp, self.position)?;
                let file =
                    file.ok_or_else(|| io::Error::other("file changed while it was sent"))?;
                read_chunk(&file, len)?
            }
        };
        self.position += chunk.len() as u64;
        Ok(chunk)
    }
}

fn open(path: &Path, stamp: &Stamp, position: u64) -> io::Result<Option<File>> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    if !Stamp::new(&file.metadata()?).is_some_and(|now| stamp.is_start_of(&now)) {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(position))?;
    Ok(Some(file))
}

impl FileBody {
    /// The next `len` bytes. Needs a Tokio runtime once it is polled.
    pub(super) const fn new(source: Source, len: u64) -> Self {
        Self {
            remaining: len,
            state: State::Ready(source),
        }
    }
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let mut chunk = match std::mem::replace(&mut self.state, State::Done) {
            State::Ready(source) if self.remaining > 0 => {
                Box::pin(source.next_chunk(self.remaining))
            }
            State::Reading(chunk) => chunk,
            State::Ready(_) | State::Done => return Poll::Ready(None),
        };
        let Poll::Ready(read) = chunk.as_mut().poll(cx) else {
            self.state = State::Reading(chunk);
            return Poll::Pending;
        };
        let (source, chunk) = read?;
        self.remaining -= chunk.len() as u64;
        self.state = State::Ready(source);
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.remaining == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.remaining)
    }
}

/// A chunk in memory, until the client has taken it.
struct Chunk {
    bytes: Vec<u8>,
    _memory: Option<SemaphorePermit<'static>>,
}

impl AsRef<[u8]> for Chunk {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

fn read_chunk(file: &File, len: usize) -> io::Result<Vec<u8>> {
    let mut chunk = Vec::with_capacity(len);
    // `read_to_end` fills the spare capacity as it is; `read_exact` would need it zeroed first.
    let read = file.take(len as u64).read_to_end(&mut chunk)?;
    match read == len {
        true => Ok(chunk),
        false => Err(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            format!(
                "file is shorter than announced: {} bytes are missing",
                len - read
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;

    use http_body_util::BodyExt as _;

    use super::super::reading::{CHUNK, LEAST_CHUNK, SMALL_CHUNK};
    use super::*;

    const MEGABYTE: usize = 1 << 20;

    fn reading(memory: usize, open_files: usize) -> &'static Reading {
        Box::leak(Box::new(Reading::new(memory, open_files)))
    }

    fn file(len: usize) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let bytes: Vec<u8> = (0..len).map(|index| (index % 251) as u8).collect();
        file.write_all(&bytes).unwrap();
        file
    }

    fn body(
        file: &tempfile::NamedTempFile,
        position: u64,
        len: u64,
        reading: &'static Reading,
    ) -> FileBody {
        let stamp = Stamp::at(file.path()).unwrap();
        let source = Source::open(file.path().into(), stamp, position, reading);
        FileBody::new(source.unwrap().unwrap(), len)
    }

    /// The lengths of the chunks, with a file that is kept open, and with one that is not.
    #[track_caller]
    fn check(len: usize, send: u64, expect: &[usize]) {
        let file = file(len);
        let runtime = crate::runtime::current_thread().unwrap();
        for open_files in [1, 0] {
            let body = body(&file, 0, send, reading(MEGABYTE, open_files));
            assert_eq!(runtime.block_on(chunks(body)), expect);
        }
    }

    async fn chunks(mut body: FileBody) -> Vec<usize> {
        let mut chunks = Vec::new();
        while let Some(frame) = body.frame().await {
            chunks.push(frame.unwrap().into_data().unwrap().len());
        }
        assert!(body.is_end_stream());
        chunks
    }

    #[test]
    fn a_file_comes_in_chunks() {
        check(0, 0, &[]);
        check(1, 1, &[1]);
        check(CHUNK, CHUNK as u64, &[CHUNK]);
        check(70_000, 70_000, &[CHUNK, 70_000 - CHUNK]);
        check(70_000, CHUNK as u64 + 1, &[CHUNK, 1]);
    }

    #[tokio::test]
    async fn the_bytes_are_those_from_the_position() {
        let file = file(200_000);
        for open_files in [1, 0] {
            let body = body(&file, 1_000, 150_000, reading(MEGABYTE, open_files));
            assert_eq!(body.size_hint().exact(), Some(150_000));
            let bytes = body.collect().await.unwrap().to_bytes();
            let expect: Vec<u8> = (1_000..151_000).map(|index| (index % 251) as u8).collect();
            assert_eq!(bytes, expect);
        }
    }

    #[tokio::test]
    async fn a_file_cut_short_ends_in_an_error_and_then_in_nothing() {
        let file = file(200_000);
        let mut body = body(&file, 0, 200_000, reading(MEGABYTE, 1));
        body.frame().await.unwrap().unwrap();
        file.as_file().set_len(70_000).unwrap();
        let error = body.frame().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        assert!(body.frame().await.is_none() && !body.is_end_stream());
    }

    #[tokio::test]
    async fn a_file_that_is_replaced_is_sent_to_its_end_or_cut() {
        for (open_files, is_whole) in [(1, true), (0, false)] {
            let file = file(200_000);
            let mut body = body(&file, 0, 200_000, reading(MEGABYTE, open_files));
            body.frame().await.unwrap().unwrap();
            let other = tempfile::NamedTempFile::new().unwrap();
            fs::write(&other, vec![b'n'; 200_000]).unwrap();
            other.persist(file.path()).unwrap();
            assert_eq!(body.collect().await.is_ok(), is_whole);
        }
    }

    #[tokio::test]
    async fn chunks_that_no_client_takes_share_the_memory() {
        let (file, reading) = (file(200_000), reading(4 * CHUNK, 0));
        let mut held = Vec::new();
        for _ in 0..100 {
            let frame = body(&file, 0, 200_000, reading).frame().await;
            held.push(frame.unwrap().unwrap().into_data().unwrap());
        }
        let count = |len| held.iter().filter(|chunk| chunk.len() == len).count();
        let small = 2 * CHUNK / SMALL_CHUNK;
        assert_eq!((count(CHUNK), count(SMALL_CHUNK)), (2, small));
        assert_eq!(count(LEAST_CHUNK), 100 - 2 - small);
        held.clear();
        assert_eq!(reading.memory(200_000).0, CHUNK);
    }

    #[test]
    fn nothing_is_read_before_the_body_is_polled() {
        let (file, reading) = (file(200_000), reading(CHUNK, 1));
        let bodies: Vec<_> = (0..100).map(|_| body(&file, 0, 200_000, reading)).collect();
        // There is memory for one chunk, and it is still free.
        assert!(reading.memory(CHUNK as u64).1.is_some());
        drop(bodies);
    }

    /// Stamps a file that holds `abc`, does something to it, and opens it at its second byte.
    #[track_caller]
    fn check_open(change: impl Fn(&Path), expect: Option<&str>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        fs::write(&path, "abc").unwrap();
        // Kept open, so that a replacement cannot get the same inode.
        let _kept = File::open(&path).unwrap();
        let stamp = Stamp::at(&path).unwrap();
        change(&path);
        let rest = open(&path, &stamp, 1).unwrap().map(|mut file| {
            let mut rest = String::new();
            file.read_to_string(&mut rest).unwrap();
            rest
        });
        assert_eq!(rest.as_deref(), expect);
    }

    #[test]
    fn a_file_is_opened_only_while_it_can_keep_what_its_headers_say() {
        check_open(|_| (), Some("bc"));
        check_open(|path| fs::write(path, "abcd").unwrap(), Some("bcd"));
        check_open(|path| fs::write(path, "ab").unwrap(), None);
        check_open(|path| fs::remove_file(path).unwrap(), None);
        #[cfg(unix)]
        check_open(
            |path| {
                fs::remove_file(path)
                    .and_then(|()| fs::write(path, "abc"))
                    .unwrap()
            },
            None,
        );
    }
}
