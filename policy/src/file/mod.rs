//! The policy file: the table of its keys, and everything that is derived from it: reader, writer, schema, reference
//! page and commented file.

pub(crate) mod consent;
pub(crate) mod duration;
pub(crate) mod key;
pub(crate) mod keys;
pub(crate) mod node;
pub(crate) mod problem;
pub(crate) mod profile;
pub(crate) mod read;
pub(crate) mod reference;
pub(crate) mod schema;
pub(crate) mod slot;
pub(crate) mod syntax;
pub(crate) mod write;

mod day;
mod nearest;
mod toml_text;
mod value;
