//! Answers from a folder.
