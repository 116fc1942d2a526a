//! How a file's defaults and a case become one: the rule that every implementation repeats.

use serde_json::Value;

/// Lays `over` on `under`: objects merge key by key, and anything else replaces what was there.
pub fn merged(under: &Value, over: &Value) -> Value {
    let (Value::Object(under), Value::Object(over)) = (under, over) else {
        return over.clone();
    };
    let mut result = under.clone();
    for (key, value) in over {
        let value = match under.get(key) {
            Some(below) => merged(below, value),
            None => value.clone(),
        };
        result.insert(key.clone(), value);
    }
    Value::Object(result)
}

#[cfg(test)]
mod tests {
    use super::merged;
    use serde_json::{Value, json};

    #[track_caller]
    fn check(under: Value, over: Value, expected: Value) {
        assert_eq!(merged(&under, &over), expected);
    }

    #[test]
    fn objects_merge_key_by_key_at_every_depth() {
        check(json!({"a": 1}), json!({"b": 2}), json!({"a": 1, "b": 2}));
        check(
            json!({"a": {"x": 1, "y": 2}}),
            json!({"a": {"y": 3}}),
            json!({"a": {"x": 1, "y": 3}}),
        );
        check(
            json!({"a": {"b": {"c": 1}}}),
            json!({"a": {"b": {"d": 2}}}),
            json!({"a": {"b": {"c": 1, "d": 2}}}),
        );
    }

    #[test]
    fn anything_else_replaces() {
        check(json!({"a": 1}), json!({"a": 2}), json!({"a": 2}));
        check(json!({"a": [1, 2]}), json!({"a": [3]}), json!({"a": [3]}));
        check(json!({"a": [1, 2]}), json!({"a": []}), json!({"a": []}));
        check(
            json!({"a": {"b": 1}}),
            json!({"a": null}),
            json!({"a": null}),
        );
        check(json!({"a": {"b": 1}}), json!({"a": "b"}), json!({"a": "b"}));
        check(
            json!({"a": "b"}),
            json!({"a": {"b": 1}}),
            json!({"a": {"b": 1}}),
        );
    }

    #[test]
    fn nothing_over_something_changes_nothing() {
        check(json!({"a": {"b": 1}}), json!({}), json!({"a": {"b": 1}}));
        check(
            json!({"a": {"b": 1}}),
            json!({"a": {}}),
            json!({"a": {"b": 1}}),
        );
    }
}
