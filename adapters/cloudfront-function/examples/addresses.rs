//! Prints the viewer-request functions, by the name of their addresses, as JSON.
#![expect(clippy::print_stdout, reason = "a source of functions for tests")]

use hardtack_cloudfront_function::Addresses;
use serde_json::{Map, Value};

fn main() {
    let functions = Addresses::ALL.map(|it| (it.name().to_string(), Value::String(it.function())));
    println!("{}", Value::Object(Map::from_iter(functions)));
}
