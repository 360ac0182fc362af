//! A demo's results as people read them: a line, or a small table. JSON has them whole.

use serde_json::{Number, Value};

/// The longest value of a line, and of a cell, in characters.
const LONGEST: [usize; 2] = [300, 24];
/// The most rows of a table.
const MOST_ROWS: usize = 12;

/// Returns the results as text: on one line, or in rows of a name and a value.
pub(super) fn to_text(results: &Value) -> String {
    let mut rows = Vec::new();
    gather(String::new(), results, &mut rows);
    if let [(name, text)] = &rows[..]
        && name.is_empty()
        && !text.contains('\n')
    {
        return format!("result: {text}");
    }

    let widths = rows.iter().map(|(name, _)| name.chars().count());
    let longest = widths.max().unwrap_or(0);
    let mut lines = vec!["result:".to_owned()];
    for (name, text) in rows {
        let mut parts = text.split('\n');
        let first = parts.next().unwrap_or_default();
        lines.push(format!("  {name:<longest$}  {first}").trim_end().to_owned());
        lines.extend(parts.map(|part| format!("  {:longest$}  {part}", "")));
    }
    lines.join("\n")
}

/// Collects a row for each value. What lies in an object has the object's name in front of its own.
fn gather(name: String, value: &Value, rows: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (member, value) in members {
                let member = readable(member);
                let path = if name.is_empty() {
                    member
                } else {
                    format!("{name}, {member}")
                };
                gather(path, value, rows);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            rows.push((name, table(items)));
        }
        other => rows.push((name, cut(&in_words(other), LONGEST[0]))),
    }
}

/// Returns a key with spaces, and its unit in brackets: `wall_s` is `wall (s)`.
fn readable(key: &str) -> String {
    let unit = ["s", "ms", "us", "mib"]
        .into_iter()
        .find(|unit| key.ends_with(&format!("_{unit}")));
    match unit {
        Some(unit) => {
            let name = &key[..key.len() - unit.len() - 1];
            format!("{} ({unit})", name.replace('_', " "))
        }
        None => key.replace('_', " "),
    }
}

/// Returns a list of objects with a column for each key of the first.
fn table(items: &[Value]) -> String {
    let keys: Vec<&String> = items
        .iter()
        .filter_map(Value::as_object)
        .take(1)
        .flat_map(|object| object.keys())
        .collect();
    let cells = |item: &Value| {
        let cell = |key: &&String| cut(&item.get(key).map_or(String::new(), in_words), LONGEST[1]);
        keys.iter().map(cell).collect::<Vec<String>>()
    };
    let head = keys.iter().map(|key| readable(key)).collect();
    let rows: Vec<Vec<String>> = std::iter::once(head)
        .chain(items.iter().take(MOST_ROWS).map(cells))
        .collect();

    let width = |column: usize| {
        rows.iter()
            .map(move |row| row[column].chars().count())
            .max()
    };
    let widths: Vec<usize> = (0..keys.len()).filter_map(width).collect();
    let line = |row: &Vec<String>| {
        let padded = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        let padded: Vec<String> = padded.collect();
        padded.join("  ").trim_end().to_owned()
    };
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    if items.len() > MOST_ROWS {
        lines.push(format!("... ({} in all, with --json)", items.len()));
    }
    lines.join("\n")
}

/// Returns a value without the marks of JSON: `[1, null]` is `1, none`.
#[must_use]
pub fn in_words(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => figure(number),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => {
            let between = if items.iter().any(Value::is_array) {
                "; "
            } else {
                ", "
            };
            let items: Vec<String> = items.iter().map(in_words).collect();
            items.join(between)
        }
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| format!("{} {}", readable(name), in_words(value)));
            let members: Vec<String> = members.collect();
            members.join(", ")
        }
    }
}

/// Returns a whole number as it is, and another one with three digits that count.
fn figure(number: &Number) -> String {
    match number.as_f64() {
        Some(value) if number.is_f64() && value != 0.0 => {
            let digits = (0..9).find(|digits| value.abs() * 10_f64.powi(*digits) >= 99.95);
            let digits = usize::try_from(digits.unwrap_or(9)).unwrap_or(9);
            format!("{value:.digits$}")
        }
        _ => number.to_string(),
    }
}

fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let kept = text.chars().take(longest - 3);
    kept.chain("...".chars()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn results_read_as_a_line_or_as_rows() {
        for (results, text) in [
            (json!(["hot water", "sauce"]), "result: hot water, sauce"),
            (json!("done"), "result: done"),
            (
                json!({ "polls": [null, 42], "ok": true }),
                "result:\n  ok     yes\n  polls  none, 42",
            ),
            (
                json!({ "tasks": { "count": 3, "wall_s": 0.107_074 } }),
                "result:\n  tasks, count     3\n  tasks, wall (s)  0.107",
            ),
            (
                json!({ "chunks": [{ "id": 1, "sum": 55 }, { "id": 2, "sum": 330 }], "total": 385 }),
                "result:\n  chunks  id  sum\n          1   55\n          2   330\n  total   385",
            ),
            (
                json!([{ "file": "a", "ok": false }]),
                "result:\n    file  ok\n    a     no",
            ),
            (json!({}), "result: "),
        ] {
            assert_eq!(to_text(&results).trim_end(), text.trim_end(), "{results}");
        }
    }

    #[test]
    fn long_lists_and_long_texts_are_cut() {
        let many: Vec<Value> = (0..20).map(|n| json!({ "n": n })).collect();
        assert!(to_text(&many.into()).ends_with("... (20 in all, with --json)"));
        assert!(to_text(&json!("x".repeat(1000))).len() < 400);
    }

    #[test]
    fn figures_have_three_digits_that_count() {
        for (value, text) in [
            (0.000_019_318, "0.0000193"),
            (1.165_8, "1.17"),
            (1234.5, "1234"),
            (0.0, "0.0"),
        ] {
            assert_eq!(in_words(&json!(value)), text);
        }
        assert_eq!(in_words(&json!(1_234_567)), "1234567");
    }
}
