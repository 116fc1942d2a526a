//! The three questions: each reads an exchange, asks core, and lays out the answer.

use hardtack::{Field, LogLine, Outcome, Policy};

use crate::NO_REASON;
use crate::answer::{Answer, reason_index};
use crate::parts::Parts;
use crate::question::Question;

/// Decides the exchange in `input`; returns the length of what was written to `output`, or `None` where the input
/// cannot be read or the output is shorter than [`OUTPUT_LEN`](crate::OUTPUT_LEN) and too short.
pub fn decide(policy: &Policy, input: &[u8], output: &mut [u8]) -> Option<usize> {
    let mut parts = Parts::default();
    let question = Question::read(input, &mut parts)?;
    let exchange = question.exchange();
    let decision = hardtack::decide(policy, &exchange, question.now, question.entropy);
    let (outcome, reason) = (decision.outcome(), reason_index(decision.reason()));
    let line = policy
        .logs()
        .then(|| LogLine::new(question.now, decision, &exchange));
    let mut answer = Answer::new(output, outcome, reason, decision.id())?;
    answer.on_response(&decision, line)?;
    Some(answer.len())
}

/// What the request alone tells; `None` as for [`decide`].
pub fn on_request(policy: &Policy, input: &[u8], output: &mut [u8]) -> Option<usize> {
    let mut parts = Parts::default();
    let question = Question::read(input, &mut parts)?;
    let visit = hardtack::on_request(policy, &question.request(), question.now, question.entropy);
    let reason = reason_index(visit.reason());
    let mut answer = Answer::new(output, visit.outcome(), reason, visit.id())?;
    let mut edits = visit.request_edits(policy);
    edits.try_for_each(|edit| answer.edit(edit))?;
    Some(answer.len())
}

/// Which fields the policy reads: bit `i` for the field at `i` in [`Field::ALL`], and the last one where it reads the
/// time.
pub fn fields(policy: &Policy) -> u32 {
    let bits = Field::ALL.into_iter().enumerate();
    let time = u32::from(policy.reads_time()) << (u32::BITS - 1);
    bits.fold(time, |mask, (at, field)| {
        mask | u32::from(policy.reads(field)) << at
    })
}

/// The id that the request's cookie holds, if any, whatever the request is for; `None` as for [`decide`].
pub fn read(policy: &Policy, input: &[u8], output: &mut [u8]) -> Option<usize> {
    let mut parts = Parts::default();
    let question = Question::read(input, &mut parts)?;
    let id = hardtack::read(policy, question.request().fields, question.now);
    Answer::new(output, Outcome::Skipped, NO_REASON, id).map(|answer| answer.len())
}
