//! Says where an unknown section or key may belong.

use crate::file::key::Key;
use crate::file::keys::{SECTIONS, keys};
use crate::file::nearest::nearest;

/// The nearest section, or all of them.
pub(super) fn known_section(name: &str) -> String {
    let known = SECTIONS.iter().map(|section| section.name);
    match nearest(name, known.clone()) {
        Some(near) => format!("did you mean [{near}]?"),
        None => {
            let known: Vec<String> = known.map(|name| format!("[{name}]")).collect();
            format!("there are {}", known.join(", "))
        }
    }
}

/// Where an unknown key may belong: exactly in another section, near in its own one, or near in another one.
pub(super) fn known_key(section: &str, name: &str) -> Option<String> {
    let (own, other): (Vec<&Key>, Vec<&Key>) = keys().partition(|key| key.section == section);
    let names = |keys: &[&'static Key]| nearest(name, keys.iter().map(|key| key.name));
    let section_of = |name| other.iter().find(|key| key.name == name);
    if let Some(key) = section_of(name) {
        return Some(format!("`{name}` belongs to [{}]", key.section));
    }
    if let Some(near) = names(&own) {
        return Some(format!("did you mean `{near}`?"));
    }
    let near = names(&other)?;
    let section = section_of(near)?.section;
    Some(format!("did you mean `{near}`? it belongs to [{section}]"))
}
