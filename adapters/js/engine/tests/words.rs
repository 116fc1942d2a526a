//! The JavaScript side has the core's lists as constants and types, which are generated here and held to the core by
//! each run: `HARDTACK_UPDATE=1 cargo test -p hardtack-engine --test words` writes them anew.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails where a file is not as it should be"
)]

use std::fmt::Write as _;
use std::fs;

use hardtack::{Field, Outcome, Reason};

const BEGIN: &str = "// What follows is generated from the core's lists: `HARDTACK_UPDATE=1 cargo test -p hardtack-engine --test words`.\n";
const END: &str = "// End of what is generated.\n";

#[test]
fn the_hosts_constants_are_the_cores() {
    let mut text = String::new();
    for field in Field::ALL {
        let tag = hardtack_engine::tag(field);
        writeln!(text, "export const {} = {tag};", constant(field)).unwrap();
    }
    text += "\n/**\n * The header fields that a decision may read, in lower case. Those that the engine's policy reads are its\n \
             * `requestFields` and `responseFields`; others need not be handed over.\n */\n";
    for (name, fields) in [
        ("REQUEST_FIELDS", Field::REQUEST),
        ("RESPONSE_FIELDS", Field::RESPONSE),
    ] {
        writeln!(text, "export const {name} = new Map([").unwrap();
        for field in fields {
            writeln!(text, "  ['{}', {}],", field.name(), constant(*field)).unwrap();
        }
        text += "]);\n";
    }
    text += "\n/** The words of the engine's two closed lists, in its order. */\n";
    text += &words();
    check("host.mjs", &text);
}

#[test]
fn the_hosts_types_are_the_cores() {
    let union = |words: &[&str]| {
        let words = words.iter().map(|word| format!("\n  | '{word}'"));
        words.collect::<String>()
    };
    let constant = |field: &Field| {
        let tag = hardtack_engine::tag(*field);
        format!("export const {}: {tag};\n", constant(*field))
    };
    let constants: String = Field::ALL.iter().map(constant).collect();
    let outcomes = union(&Outcome::ALL.map(Outcome::as_str));
    let reasons = union(&Reason::ALL.map(Reason::as_str));
    check(
        "host.d.mts",
        &format!(
            "/** What came of a decision. */\nexport type Outcome ={outcomes};\n\n/** Why. */\nexport type Reason ={reasons};\n\n\
             /** The header fields among the parts of an exchange, for `put`. */\n{constants}"
        ),
    );
}

#[test]
fn the_fields_that_lambda_edge_reads_for_caches_are_the_cores() {
    let fields: Vec<Field> = [Field::CacheControl]
        .into_iter()
        .chain(Field::TARGETED.iter().copied())
        .collect();
    let mut text = String::from("import {\n");
    for field in &fields {
        writeln!(text, "  {},", constant(*field)).unwrap();
    }
    text += "} from '../js/host.mjs';\n\n/** Each by its name, which engines look up faster than one that comes from a list. */\n\
             function putCaches(engine, to) {\n";
    for field in fields {
        let name = field.name();
        writeln!(text, "  put(engine, {}, to['{name}']);", constant(field)).unwrap();
    }
    text += "}\n";
    check("../lambda-edge/lambda-edge.mjs", &text);
}

#[test]
fn the_lists_of_the_engines_own_tests_are_the_cores() {
    let mut text = words();
    for (name, fields) in [
        ("REQUEST_TAGS", Field::REQUEST),
        ("RESPONSE_TAGS", Field::RESPONSE),
    ] {
        writeln!(text, "const {name} = {{").unwrap();
        for field in fields {
            writeln!(
                text,
                "  '{}': {},",
                field.name(),
                hardtack_engine::tag(*field)
            )
            .unwrap();
        }
        text += "};\n";
    }
    check("engine/test/reference.mjs", &text);
}

/// A field's name as a constant's: `SEC_FETCH_DEST`.
fn constant(field: Field) -> String {
    field.name().replace('-', "_").to_uppercase()
}

fn words() -> String {
    let mut text = String::new();
    for (name, words) in [
        ("OUTCOMES", &Outcome::ALL.map(Outcome::as_str)[..]),
        ("REASONS", &Reason::ALL.map(Reason::as_str)[..]),
    ] {
        writeln!(text, "export const {name} = [").unwrap();
        for word in words {
            writeln!(text, "  '{word}',").unwrap();
        }
        text += "];\n";
    }
    text
}

/// Holds the generated part of a file to `expected`, or writes it.
#[track_caller]
fn check(file: &str, expected: &str) {
    let path = format!("{}/../{file}", env!("CARGO_MANIFEST_DIR"));
    let source = fs::read_to_string(&path).unwrap();
    let (before, rest) = source.split_once(BEGIN).unwrap();
    let (generated, after) = rest.split_once(END).unwrap();
    if std::env::var_os("HARDTACK_UPDATE").is_some() {
        fs::write(&path, format!("{before}{BEGIN}{expected}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(
        generated, expected,
        "adapters/js/{file} is stale: run `HARDTACK_UPDATE=1 cargo test -p hardtack-engine --test words`"
    );
}
