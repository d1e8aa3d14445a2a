//! The JSON face of a report: the model itself, for other programs. `docs/report-json.md` describes it.

use super::model::Report;
use crate::error::{Error, Result};

/// Writes the report with all digits, two spaces a level. A number that JSON cannot write is null.
///
/// # Errors
/// If the model has a value that JSON has no form for.
pub(crate) fn render(report: &Report) -> Result<String> {
    let mut text = serde_json::to_string_pretty(report)
        .map_err(|error| Error::io("report", std::io::Error::from(error)))?;
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::report::fixture;
    use crate::report::model::VERSION;

    /// The names of all fields within `value`.
    fn add_names(value: &Value, names: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    names.insert(name.clone());
                    add_names(value, names);
                }
            }
            Value::Array(values) => values.iter().for_each(|value| add_names(value, names)),
            _ => {}
        }
    }

    #[test]
    fn the_page_names_every_field() {
        let report: Value = serde_json::from_str(&render(&fixture::full()).unwrap()).unwrap();
        assert_eq!(report["version"], VERSION);
        let mut names = BTreeSet::new();
        add_names(&report, &mut names);
        let page = include_str!("../../docs/report-json.md");
        let missing: Vec<&String> = names
            .iter()
            .filter(|name| !page.contains(&format!("| `{name}` |")))
            .collect();
        assert!(
            missing.is_empty(),
            "docs/report-json.md does not describe {missing:?}"
        );
    }

    #[test]
    fn the_page_names_every_word_of_the_example() {
        let text = render(&fixture::full()).unwrap();
        let page = include_str!("../../docs/report-json.md");
        for (field, words) in [
            (
                "kind",
                [
                    "summary", "kpis", "chart", "charts", "table", "findings", "actions", "text",
                ],
            ),
            (
                "verdict",
                [
                    "better",
                    "worse",
                    "higher",
                    "lower",
                    "hint",
                    "unchanged",
                    "too_few",
                    "not_compared",
                ],
            ),
        ] {
            for word in words {
                assert!(
                    text.contains(&format!("\"{field}\": \"{word}\"")),
                    "no {field} {word}"
                );
                assert!(
                    page.contains(&format!("`{word}`")),
                    "docs/report-json.md does not name {word}"
                );
            }
        }
    }

    #[test]
    fn an_empty_report_has_its_version() {
        let text = render(&fixture::empty()).unwrap();
        assert!(text.starts_with("{\n  \"version\": 1,\n") && text.ends_with("}\n"));
    }
}
