//! What a file expects beside what was found, key by key.
//!
//! In: two JSON values and the path of the first. Out: held, a mismatch, or not covered.
//! Found may have more keys; numbers with a fraction are compared to the digits the file prints.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::replay::Replayed;

#[derive(Default)]
pub(super) struct Compared {
    held: usize,
    pub(super) mismatches: Vec<String>,
    pub(super) not_covered: Vec<String>,
    looked_at: BTreeSet<String>,
}

impl Compared {
    /// Compares every key of an expected object. A key that is not computed is not covered.
    pub(super) fn keys(&mut self, path: &str, expected: &Json, found: &Json) {
        self.looked_at.insert(path.to_owned());
        let Some(keys) = expected.as_object() else {
            self.value(path, expected, found);
            return;
        };
        for (key, expected) in keys {
            match found.get(key) {
                Some(found) => self.value(&format!("{path}.{key}"), expected, found),
                None => self.not_covered.push(format!("{path}.{key}")),
            }
        }
    }

    /// Compares one value.
    pub(super) fn value(&mut self, path: &str, expected: &Json, found: &Json) {
        self.looked_at.insert(path.to_owned());
        if agrees(expected, found) {
            self.held += 1;
        } else {
            self.mismatches.push(format!("{path}: expected {expected}, found {found}"));
        }
    }

    /// Adds every expectation of the file nobody looked at.
    pub(super) fn finish(mut self, file: &Json) -> Replayed {
        let empty = Vec::new();
        let cases = file.get("cases").and_then(Json::as_array).unwrap_or(&empty);
        for case in cases {
            let id = case.get("id").and_then(Json::as_str).unwrap_or_default();
            self.walk(&format!("{id} "), case);
        }
        self.not_covered.sort();
        self.not_covered.dedup();
        Replayed { held: self.held, mismatches: self.mismatches, not_covered: self.not_covered }
    }

    fn walk(&mut self, path: &str, json: &Json) {
        let join =
            |key: &str| if path.ends_with(' ') { format!("{path}{key}") } else { format!("{path}.{key}") };
        match json {
            Json::Object(fields) => {
                for (key, value) in fields {
                    let inner = join(key);
                    if !key.starts_with("expect") {
                        self.walk(&inner, value);
                    } else if !self.looked_at.contains(&inner) && key != "expected_first_contact_by" {
                        self.not_covered.push(inner);
                    }
                }
            }
            Json::Array(values) => {
                for (place, value) in values.iter().enumerate() {
                    self.walk(&format!("{path}[{place}]"), value);
                }
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
        }
    }
}

fn agrees(expected: &Json, found: &Json) -> bool {
    match (expected, found) {
        (Json::Number(expected), Json::Number(found)) => {
            let digits = expected.to_string();
            match (digits.split_once('.'), found.as_f64()) {
                (Some((_, fraction)), Some(found)) => format!("{found:.*}", fraction.len()) == digits,
                (None, Some(found)) => expected.as_f64() == Some(found),
                (_, None) => false,
            }
        }
        (Json::Array(expected), Json::Array(found)) => {
            expected.len() == found.len() && expected.iter().zip(found).all(|(a, b)| agrees(a, b))
        }
        (Json::Object(expected), Json::Object(found)) => {
            expected.iter().all(|(key, expected)| found.get(key).is_some_and(|found| agrees(expected, found)))
        }
        _ => expected == found,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fractions_are_compared_to_the_printed_digits_and_whole_numbers_exactly() {
        assert!(agrees(&json!(33.4), &json!(33.4321)));
        assert!(!agrees(&json!(33.4), &json!(33.46)));
        assert!(agrees(&json!(12), &json!(12.0)));
        assert!(!agrees(&json!(12), &json!(12.2)));
        assert!(!agrees(&json!(null), &json!(0)));
    }

    #[test]
    fn more_keys_may_be_found_and_fewer_may_not() {
        assert!(agrees(&json!({"a": 1}), &json!({"a": 1, "b": 2})));
        assert!(!agrees(&json!({"a": 1, "b": 2}), &json!({"a": 1})));
        assert!(!agrees(&json!(["x"]), &json!(["x", "y"])));
    }

    #[test]
    fn an_expectation_nobody_looked_at_is_not_covered_and_does_not_count_as_held() {
        let file = json!({"cases": [{"id": "case-1", "visits": [{"scores": [{"expect": {"total": 5}}]}]}]});
        let replayed = Compared::default().finish(&file);
        assert_eq!(replayed.not_covered, ["case-1 visits[0].scores[0].expect"]);
        assert_eq!(replayed.held, 0);
    }
}
