//! Values of JSON objects by the names of a mapping.

use std::collections::HashMap;
use std::rc::Rc;

use super::source_value::SourceValue;
use crate::archive::ingest::mapping::{SourceName, plain_name};
use crate::json::{self, PathStep};

/// A name of the mapping that a key leads to.
#[derive(Debug)]
struct KeyTarget {
    /// Place among the names.
    name: usize,
    /// Steps below the key; none if the key is the whole name.
    steps: Vec<PathStep>,
    is_multiple: bool,
}

/// Finds the values of the names in objects. What a key leads to is told once.
#[derive(Debug)]
pub(super) struct JsonMembers<'p> {
    names: &'p [SourceName],
    known: HashMap<String, Rc<[KeyTarget]>>,
}

impl<'p> JsonMembers<'p> {
    pub(super) fn new(names: &'p [SourceName]) -> Self {
        Self {
            names,
            known: HashMap::new(),
        }
    }

    /// Fills `cells`, one for each name, with the values of an object; false if the text is no object.
    pub(super) fn fill<'a>(&mut self, object: &'a str, cells: &mut [SourceValue<'a>]) -> bool {
        cells.fill(SourceValue::Absent);
        let read = json::for_each_member(object, |key, value| {
            for target in self.targets(&key.0).iter() {
                let Some(cell) = cells.get_mut(target.name) else {
                    continue;
                };
                if target.steps.is_empty() {
                    *cell = SourceValue::from_json(value);
                } else if matches!(cell, SourceValue::Absent) {
                    // A key with the whole name beats a path.
                    *cell = target.value(value);
                }
            }
            Ok(())
        });
        read.is_ok()
    }

    fn targets(&mut self, key: &str) -> Rc<[KeyTarget]> {
        if let Some(known) = self.known.get(key) {
            return Rc::clone(known);
        }
        let plain = plain_name(key);
        let names = self.names.iter().enumerate();
        let targets = names.filter_map(|(place, name)| KeyTarget::new(place, name, key, &plain));
        let targets: Rc<[KeyTarget]> = targets.collect();
        // Objects with ids for keys would fill the memory.
        if self.known.len() < 10_000 {
            self.known.insert(key.to_owned(), Rc::clone(&targets));
        }
        targets
    }
}

impl KeyTarget {
    fn new(place: usize, name: &SourceName, key: &str, plain: &str) -> Option<Self> {
        let whole = |steps: Vec<PathStep>| Self {
            name: place,
            steps,
            is_multiple: false,
        };
        if name.origin.is_some() {
            return None;
        }
        if name.text == key || name.plain == plain {
            return Some(whole(Vec::new()));
        }
        match name.path.steps().split_first() {
            Some((PathStep::Key(first) | PathStep::Token(first), rest))
                if !rest.is_empty() && (first == key || plain_name(first) == plain) =>
            {
                Some(Self {
                    is_multiple: name.path.is_multiple(),
                    ..whole(rest.to_vec())
                })
            }
            Some((PathStep::Key(first), [])) if first == key => Some(whole(Vec::new())),
            _ => None,
        }
    }

    fn value<'a>(&self, text: &'a str) -> SourceValue<'a> {
        let mut found = json::find(text, &self.steps).unwrap_or_default();
        if self.is_multiple {
            return SourceValue::from_json_list(found);
        }
        found
            .pop()
            .map_or(SourceValue::Absent, SourceValue::from_json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::JsonPath;

    fn names(texts: &[&str]) -> Vec<SourceName> {
        let name = |text: &&str| SourceName {
            text: (*text).to_owned(),
            plain: plain_name(text),
            path: if text.starts_with('$') {
                JsonPath::parse(text).unwrap()
            } else {
                JsonPath::from_keys(text.split('.'))
            },
            origin: None,
        };
        texts.iter().map(name).collect()
    }

    #[test]
    fn values_are_found_by_name_and_path() {
        let names = names(&[
            "id",
            "via.channel",
            "$.tags[*].name",
            "a.b",
            "Ticket ID",
            "$.list[0]",
        ]);
        let mut cells = vec![SourceValue::Absent; names.len()];
        let mut members = JsonMembers::new(&names);
        let object = r#"{"id": 7, "via": {"channel": "web"}, "tags": [{"name": "x"}, {"name": "y"}],
                         "a": {"b": 1}, "a.b": 2, "ticket_id": "T1", "list": [3, 4]}"#;
        assert!(members.fill(object, &mut cells));
        let texts: Vec<Option<String>> = cells
            .iter()
            .map(|cell| {
                cell.text(Some("+"))
                    .unwrap()
                    .map(std::borrow::Cow::into_owned)
            })
            .collect();
        let expected = ["7", "web", "x+y", "2", "T1", "3"].map(|text| Some(text.to_owned()));
        assert_eq!(texts, expected);
        assert!(members.fill("{}", &mut cells));
        assert!(cells.iter().all(|cell| matches!(cell, SourceValue::Absent)));
        for broken in ["{\"id\": }", "[1]", "7", "{\"id\": 1} x"] {
            assert!(!members.fill(broken, &mut cells), "{broken}");
        }
    }
}
