//! How good a table is: which bots it recognises, and which browsers it mistakes for bots.

use crate::agents::Agent;

/// Counts of one list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Distinct texts.
    pub all: usize,
    /// How many of them were taken for bots.
    pub bots: usize,
}

impl Figures {
    /// Counts the texts that a matcher takes for bots.
    pub fn of(is_bot: impl Fn(&[u8]) -> bool, agents: &[Agent]) -> Self {
        let bots = agents.iter().filter(|agent| is_bot(agent.text.as_bytes()));
        Self {
            all: agents.len(),
            bots: bots.count(),
        }
    }

    /// The share of the texts that were taken for bots, 0 to 1.
    pub fn share(&self) -> f64 {
        self.bots as f64 / self.all as f64
    }
}
