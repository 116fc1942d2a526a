//! What an HTTP exchange is made of: header fields, cookies, hosts and domains, and the text form of a UUID.
//!
//! This is the ground floor. Nothing here knows a rule or a policy. Where a standard defines how something is read, the
//! module reads it that way and names the section; where browsers differ from the standard, it follows the browsers.

pub(crate) mod cookie;
pub(crate) mod country;
pub(crate) mod domain;
pub(crate) mod encoded;
pub(crate) mod exchange;
pub(crate) mod field;
pub(crate) mod host;
pub(crate) mod id;
pub(crate) mod json;
pub(crate) mod location;
pub(crate) mod prefix;
pub(crate) mod set_cookie;
pub(crate) mod set_cookie_parts;
pub(crate) mod sha256;
pub(crate) mod split;
pub(crate) mod text;
#[cfg(feature = "checks")]
pub(crate) mod token;
mod uuid_text;
