//! Answers from an upstream.
