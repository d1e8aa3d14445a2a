//! Names of the columns of a delimited file or a sheet, each once.

use std::collections::HashSet;

/// Column names, and what was done to make each of them one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct HeaderNames {
    pub(crate) names: Vec<String>,
    /// In words, for a note; `None` if the header had distinct names.
    pub(crate) change: Option<String>,
}

impl HeaderNames {
    /// Numbers the names that stand there twice (`labels`, `labels_1`, as exports of issue trackers have
    /// them) and names empty ones by their place (`column_3`).
    pub(crate) fn from_header(header: &[String]) -> Self {
        let mut taken: HashSet<String> = header.iter().cloned().collect();
        let mut seen = HashSet::new();
        let (mut names, mut repeated, mut added) = (Vec::new(), Vec::new(), Vec::new());
        for (index, name) in header.iter().enumerate() {
            if name.trim().is_empty() {
                let fresh = free_name("column", index + 1, &mut taken);
                added.push(fresh.clone());
                names.push(fresh);
            } else if seen.insert(name) {
                names.push(name.clone());
            } else {
                let fresh = free_name(name, 1, &mut taken);
                repeated.push(fresh.clone());
                names.push(fresh);
            }
        }
        let change = match (shown(&repeated), shown(&added)) {
            (None, None) => None,
            (Some(repeated), None) => {
                Some(format!("repeated column names are numbered: {repeated}"))
            }
            (None, Some(added)) => Some(format!("columns without a name are called {added}")),
            (Some(repeated), Some(added)) => Some(format!(
                "repeated column names are numbered: {repeated}, and columns without a name are called {added}"
            )),
        };
        Self { names, change }
    }
}

/// The first of `stem_number`, `stem_number+1`, .. that no column has.
fn free_name(stem: &str, from: usize, taken: &mut HashSet<String>) -> String {
    let mut number = from;
    loop {
        let name = format!("{stem}_{number}");
        if taken.insert(name.clone()) {
            return name;
        }
        number += 1;
    }
}

/// The first names of a list that may be long.
fn shown(names: &[String]) -> Option<String> {
    const MOST: usize = 4;
    match names.len() {
        0 => None,
        1..=MOST => Some(names.join(", ")),
        more => Some(format!("{}, .. ({more})", names[..MOST - 1].join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(header: &[&str]) -> HeaderNames {
        let header: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
        HeaderNames::from_header(&header)
    }

    #[test]
    fn repeated_names_are_numbered() {
        let named = named(&["key", "labels", "labels", "labels_1", "labels"]);
        let expected = ["key", "labels", "labels_2", "labels_1", "labels_3"];
        assert_eq!(named.names, expected);
        let change = "repeated column names are numbered: labels_2, labels_3";
        assert_eq!(named.change.as_deref(), Some(change));
    }

    #[test]
    fn empty_names_are_made_of_their_places() {
        let named = named(&["", "id", " ", "column_3", ""]);
        let expected = ["column_1", "id", "column_4", "column_3", "column_5"];
        assert_eq!(named.names, expected);
    }

    #[test]
    fn distinct_names_stay() {
        assert_eq!(named(&["id", "Id", "status"]).change, None);
    }
}
