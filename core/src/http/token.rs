//! Tokens: what the names of cookies and header fields are made of.
//!
//! Only the checks of a policy ask; a request's names are compared, never judged.

/// Whether a text is a token of RFC 9110 §5.6.2: one or more letters, digits and marks that separate nothing.
pub(crate) fn is_token(text: &str) -> bool {
    let is_tchar = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !text.is_empty() && text.bytes().all(is_tchar)
}
