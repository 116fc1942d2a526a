//! Records how one decision is made, for those who want to know: the layer's observer, and `tracing`.

use std::fmt;

use hardtack::{Policy, Rule, Trace};

use crate::events::RuleEvents;
use crate::observer::Observer;

/// What records a decision. Where nobody wants to know, the rules run without it.
#[derive(Debug)]
pub(crate) struct Recording<T> {
    observer: Option<T>,
    events: Option<RuleEvents>,
}

impl<T: Trace> Recording<T> {
    pub(crate) fn of<O: Observer<Trace = T>>(observer: &O, policy: &Policy) -> Self {
        Self {
            observer: observer.is_enabled().then(|| observer.trace()),
            events: RuleEvents::wanted(policy),
        }
    }

    /// Whether the observer wants to be notified.
    pub(crate) const fn notifies(&self) -> bool {
        self.observer.is_some()
    }

    /// The observer's trace, once the decision is made.
    pub(crate) fn take(&mut self) -> Option<T> {
        self.observer.take()
    }

    /// Whether the rules have to say what they find.
    pub(crate) const fn is_on(&self) -> bool {
        self.observer.is_some() || self.events.is_some()
    }
}

impl<T: Trace> Trace for Recording<T> {
    fn enabled(&self) -> bool {
        self.events.is_some() || self.observer.as_ref().is_some_and(Trace::enabled)
    }

    fn record(&mut self, rule: Rule, what: fmt::Arguments<'_>) {
        if let Some(events) = &self.events {
            events.record(rule, what);
        }
        if let Some(observer) = &mut self.observer {
            observer.record(rule, what);
        }
    }
}
