//! What the host gets back: a decision, laid out in the output buffer.

use core::fmt::{self, Write};

use hardtack::{Decision, Edit, FieldValue, LogLine, Outcome, Reason, SetCookie, VisitorId};

const HAS_ID: u8 = 1;
const HAS_LOG: u8 = 2;
const APPEND_SET_COOKIE: u8 = 1;
const SET_HEADER: u8 = 2;
const APPEND_HEADER: u8 = 3;
const REMOVE_HEADER: u8 = 4;
/// Where the flags and the number of edits stand.
const FLAGS: usize = 2;
const EDITS: usize = 3;

/// A cursor over the output buffer. What does not fit is an error, and leaves bytes behind that nobody reads.
pub(crate) struct Answer<'o> {
    out: &'o mut [u8],
    at: usize,
}

impl<'o> Answer<'o> {
    /// Begins an answer with its head.
    pub(crate) fn new(
        out: &'o mut [u8],
        outcome: Outcome,
        reason: u8,
        id: Option<VisitorId>,
    ) -> Option<Self> {
        let mut answer = Self { out, at: 0 };
        let flags = if id.is_some() { HAS_ID } else { 0 };
        answer.put(&[outcome_index(outcome), reason, flags, 0])?;
        if let Some(id) = id {
            answer.put(id.as_bytes())?;
        }
        Some(answer)
    }

    pub(crate) const fn len(&self) -> usize {
        self.at
    }

    /// Adds the edits and, before them, the log line, cut to what room they leave.
    pub(crate) fn on_response(
        &mut self,
        decision: &Decision<'_>,
        line: Option<LogLine<'_>>,
    ) -> Option<()> {
        if let Some(line) = line {
            self.log(line, edits_len(decision))?;
        }
        decision.edits().try_for_each(|edit| self.edit(edit))
    }

    fn log(&mut self, mut line: LogLine<'_>, edits: usize) -> Option<()> {
        let begin = self.at;
        let limit = self.out.len().checked_sub(edits)?;
        loop {
            self.put(&[0; 4])?;
            let mut room = Answer {
                out: self.out.get_mut(..limit)?,
                at: self.at,
            };
            let written = line.write_to(&mut room).is_ok();
            if written {
                self.at = room.at;
                break;
            }
            self.at = begin;
            if !shorten(&mut line) {
                return Some(());
            }
        }
        let len = u32::try_from(self.at - begin - 4).ok()?;
        self.out
            .get_mut(begin..begin + 4)?
            .copy_from_slice(&len.to_le_bytes());
        *self.out.get_mut(FLAGS)? |= HAS_LOG;
        Some(())
    }

    pub(crate) fn edit(&mut self, edit: Edit<'_>) -> Option<()> {
        match edit {
            Edit::AppendSetCookie(value) => self.append_set_cookie(value),
            Edit::SetHeader(name, value) => self.header(SET_HEADER, name, Some(value)),
            Edit::AppendHeader(name, value) => self.header(APPEND_HEADER, name, Some(value)),
            Edit::RemoveHeader(name) => self.header(REMOVE_HEADER, name, None),
            _ => return None,
        }?;
        *self.out.get_mut(EDITS)? += 1;
        Some(())
    }

    fn append_set_cookie(&mut self, value: SetCookie<'_>) -> Option<()> {
        self.put(&[APPEND_SET_COOKIE])?;
        self.len_u16(value.len())?;
        let rest = self.out.get_mut(self.at..)?;
        self.at += value.render(rest)?.len();
        Some(())
    }

    fn header(&mut self, kind: u8, name: &str, value: Option<FieldValue>) -> Option<()> {
        self.put(&[kind])?;
        self.len_u16(name.len())?;
        self.put(name.as_bytes())?;
        let Some(value) = value else { return Some(()) };
        let begin = self.at;
        self.put(&[0; 2])?;
        value.write_to(self).ok()?;
        let len = u16::try_from(self.at - begin - 2).ok()?;
        self.out
            .get_mut(begin..begin + 2)?
            .copy_from_slice(&len.to_le_bytes());
        Some(())
    }

    fn len_u16(&mut self, len: usize) -> Option<()> {
        self.put(&u16::try_from(len).ok()?.to_le_bytes())
    }

    fn put(&mut self, bytes: &[u8]) -> Option<()> {
        let end = self.at + bytes.len();
        self.out.get_mut(self.at..end)?.copy_from_slice(bytes);
        self.at = end;
        Some(())
    }
}

impl Write for Answer<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.put(text.as_bytes()).ok_or(fmt::Error)
    }
}

fn edits_len(decision: &Decision<'_>) -> usize {
    let len = |edit| match edit {
        Edit::AppendSetCookie(value) => 3 + value.len(),
        Edit::SetHeader(name, _) | Edit::AppendHeader(name, _) => {
            5 + name.len() + FieldValue::MAX_LEN
        }
        Edit::RemoveHeader(name) => 3 + name.len(),
        _ => 0,
    };
    decision.edits().map(len).sum()
}

/// Halves the longest of path, host and method; `false` where nothing is left of them.
fn shorten(line: &mut LogLine<'_>) -> bool {
    let texts = [&mut line.path, &mut line.host, &mut line.method];
    match texts.into_iter().max_by_key(|text| text.len()) {
        Some(longest) if !longest.is_empty() => {
            *longest = &longest[..longest.len() / 2];
            true
        }
        _ => false,
    }
}

/// The index of an outcome in [`Outcome::ALL`], which has them in the order of their declaration.
const fn outcome_index(outcome: Outcome) -> u8 {
    outcome as u8
}

/// The index of a reason in [`Reason::ALL`], likewise.
pub(crate) const fn reason_index(reason: Reason) -> u8 {
    reason as u8
}
