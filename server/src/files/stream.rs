//! The body of a large file: read from disk in chunks, one of them ahead.

use std::fs::File;
use std::io::{self, Read as _};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::task::{JoinHandle, spawn_blocking};

/// Bytes in one chunk.
const CHUNK: u64 = 64 * 1024;

/// A number of bytes from the current position of an open file.
///
/// Ends in an error if the file is shorter, so that the client can tell that the response is incomplete.
#[derive(Debug)]
pub(super) struct FileBody {
    /// Bytes not yet yielded.
    remaining: u64,
    /// The next chunk, which is being read; `None` at the end or after an error.
    reading: Option<JoinHandle<io::Result<(File, Bytes)>>>,
}

impl FileBody {
    /// Starts to read `len` bytes from the current position. Needs a Tokio runtime.
    pub(super) fn new(file: File, len: u64) -> Self {
        Self {
            remaining: len,
            reading: read_ahead(file, len),
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
        let Some(reading) = &mut self.reading else {
            return Poll::Ready(None);
        };
        let read = ready!(Pin::new(reading).poll(cx))
            .map_err(io::Error::other)
            .flatten();
        self.reading = None;
        let (file, chunk) = read?;
        self.remaining -= chunk.len() as u64;
        self.reading = read_ahead(file, self.remaining);
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.remaining == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.remaining)
    }
}

fn read_ahead(file: File, remaining: u64) -> Option<JoinHandle<io::Result<(File, Bytes)>>> {
    (remaining > 0).then(|| spawn_blocking(move || read_chunk(file, remaining.min(CHUNK))))
}

fn read_chunk(file: File, len: u64) -> io::Result<(File, Bytes)> {
    let mut chunk = Vec::with_capacity(usize::try_from(len).map_err(io::Error::other)?);
    // `read_to_end` fills the spare capacity as it is; `read_exact` would need it zeroed first.
    let read = (&file).take(len).read_to_end(&mut chunk)? as u64;
    match read == len {
        true => Ok((file, chunk.into())),
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
    use std::io::{Seek as _, SeekFrom, Write as _};

    use http_body_util::BodyExt as _;

    use super::*;

    fn file(len: usize) -> File {
        let mut file = tempfile::tempfile().unwrap();
        let bytes: Vec<u8> = (0..len).map(|index| (index % 251) as u8).collect();
        file.write_all(&bytes).unwrap();
        file.rewind().unwrap();
        file
    }

    #[track_caller]
    fn check(chunks: Vec<usize>, expect: &[u64]) {
        let expect: Vec<_> = expect.iter().map(|len| *len as usize).collect();
        assert_eq!(chunks, expect);
    }

    async fn chunks(mut body: FileBody) -> Vec<usize> {
        let mut chunks = Vec::new();
        while let Some(frame) = body.frame().await {
            chunks.push(frame.unwrap().into_data().unwrap().len());
        }
        assert!(body.is_end_stream());
        chunks
    }

    #[tokio::test]
    async fn a_file_comes_in_chunks() {
        check(chunks(FileBody::new(file(0), 0)).await, &[]);
        check(chunks(FileBody::new(file(1), 1)).await, &[1]);
        check(
            chunks(FileBody::new(file(CHUNK as usize), CHUNK)).await,
            &[CHUNK],
        );
        check(
            chunks(FileBody::new(file(70_000), 70_000)).await,
            &[CHUNK, 70_000 - CHUNK],
        );
        check(
            chunks(FileBody::new(file(70_000), CHUNK + 1)).await,
            &[CHUNK, 1],
        );
    }

    #[tokio::test]
    async fn the_bytes_are_those_from_where_the_file_stands() {
        let mut file = file(200_000);
        file.seek(SeekFrom::Start(1_000)).unwrap();
        let body = FileBody::new(file, 150_000);
        assert_eq!(body.size_hint().exact(), Some(150_000));
        let bytes = body.collect().await.unwrap().to_bytes();
        let expect: Vec<u8> = (1_000..151_000).map(|index| (index % 251) as u8).collect();
        assert_eq!(bytes, expect);
    }

    #[tokio::test]
    async fn a_file_cut_short_ends_in_an_error_and_then_in_nothing() {
        let file = file(200_000);
        let mut body = FileBody::new(file.try_clone().unwrap(), 200_000);
        body.frame().await.unwrap().unwrap();
        file.set_len(70_000).unwrap();
        // The chunk read ahead may still be whole; the one after it cannot be.
        let mut rest = Vec::new();
        while let Some(frame) = body.frame().await {
            rest.push(frame.map_err(|error| error.kind()));
        }
        assert_eq!(
            rest.pop().unwrap().unwrap_err(),
            io::ErrorKind::UnexpectedEof
        );
        assert!(rest.iter().all(Result::is_ok) && rest.len() <= 1);
        assert!(!body.is_end_stream());
    }
}
