//! Any text as a policy file: it is refused with a place and a reason, or it reads back from what it is written as.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| match hardtack_policy::from_toml(text) {
    Ok(loaded) => {
        let written = hardtack_policy::to_toml(&loaded.settings);
        let again = hardtack_policy::from_toml(&written).expect("what was written reads back");
        assert_eq!(again.settings, loaded.settings);
    }
    Err(problem) => {
        assert!(!problem.faults().is_empty());
        let lines = text.lines().count().max(1);
        for place in problem.faults().iter().filter_map(|fault| fault.place.as_ref()) {
            assert!((1..=lines + 1).contains(&place.line), "line {} of {lines}", place.line);
            assert!(place.column >= 1);
        }
    }
});
