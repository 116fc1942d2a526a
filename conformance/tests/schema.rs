//! Every file of the contract is what its schema says, before and after the defaults are laid under the cases.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its data must fail"
)]

use boon::{Compiler, SchemaIndex, Schemas};
use hardtack_conformance::{case_files, merged, policies_file, schema};
use serde_json::{Value, json};

/// The schema, and the definitions in it that are schemas of their own.
struct Contract {
    schemas: Schemas,
    file: SchemaIndex,
    whole_case: SchemaIndex,
    policies: SchemaIndex,
}

impl Contract {
    fn load() -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler
            .add_resource("schema.json", schema().unwrap())
            .unwrap();
        let mut compile = |at: &str| compiler.compile(at, &mut schemas).unwrap();
        let file = compile("schema.json");
        let whole_case = compile("schema.json#/$defs/whole_case");
        let policies = compile("schema.json#/$defs/policy_file");
        Self {
            schemas,
            file,
            whole_case,
            policies,
        }
    }

    fn problem(&self, value: &Value, index: SchemaIndex) -> Option<String> {
        let result = self.schemas.validate(value, index);
        result.err().map(|error| format!("{error:#}"))
    }
}

fn cases_of(value: &Value) -> impl Iterator<Item = Value> {
    let cases = value["cases"].as_array().unwrap().iter();
    cases.map(|case| merged(&value["defaults"], case))
}

#[test]
fn every_file_is_what_the_schema_says() {
    let contract = Contract::load();
    for (file, value) in case_files().unwrap() {
        assert_eq!(contract.problem(&value, contract.file), None, "{file}.json");
    }
}

#[test]
fn no_case_lacks_anything_once_the_defaults_are_there() {
    let contract = Contract::load();
    for (file, value) in case_files().unwrap() {
        for case in cases_of(&value) {
            let problem = contract.problem(&case, contract.whole_case);
            assert_eq!(problem, None, "{file}.json, {}", case["name"]);
        }
    }
}

#[test]
fn the_policies_are_what_the_schema_says() {
    let contract = Contract::load();
    let policies = policies_file().unwrap();
    assert_eq!(contract.problem(&policies, contract.policies), None);
}

/// The schema is of use only if it refuses what is wrong.
#[test]
fn the_schema_refuses_a_damaged_case() {
    let contract = Contract::load();
    let (_, value) = case_files().unwrap().remove(0);
    let whole = cases_of(&value).next().unwrap();
    for damage in [
        json!({"nmae": "A typing error."}),
        json!({"entropy": "00"}),
        json!({"exchange": {"scheme": "ftp"}}),
        json!({"exchange": {"host": "\u{100}"}}),
        json!({"exchange": {"request": [["accept"]]}}),
        json!({"exchange": {"request": [["accept", "*/*", "more"]]}}),
        json!({"expect": {"outcome": "happy"}}),
        json!({"expect": {"reason": "no reason"}}),
        json!({"expect": {"id": "6F1C8A52-3B0D-4E7A-9C41-5D2E8F7A0B13"}}),
        json!({"expect": {"set_cookie": ["a", 1]}}),
        json!({"expect": {"remove": [""]}}),
        json!({"expect": {"origin": [["x-visitor"]]}}),
        json!({"exchange": {"country": "de"}}),
        json!({"expect": {"set_cookie": ["a\r\nb"]}}),
    ] {
        let damaged = merged(&whole, &damage);
        assert!(
            contract.problem(&damaged, contract.whole_case).is_some(),
            "{damage}"
        );
    }
}
