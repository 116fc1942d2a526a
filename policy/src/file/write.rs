//! Writes settings as a policy file.

use std::fmt::Write as _;

use hardtack::Settings;

use super::keys::SECTIONS;

/// The settings as a policy file: what differs from the defaults, and nothing else.
pub fn to_toml(settings: &Settings) -> String {
    let mut text = String::new();
    for section in SECTIONS {
        let changed: Vec<_> = section
            .keys
            .iter()
            .filter_map(|key| Some((key, key.changed_value(settings)?)))
            .collect();
        if !changed.is_empty() {
            let blank = if text.is_empty() { "" } else { "\n" };
            let _ = writeln!(text, "{blank}[{}]", section.name);
        }
        for (key, value) in changed {
            let _ = writeln!(text, "{} = {value}", key.name);
        }
    }
    text
}
