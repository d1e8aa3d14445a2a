//! All available named queries: the shipped ones, and the user's, which override them.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;

use super::embedded::EMBEDDED;
use super::query::{NamedQuery, QueryOrigin};
use super::search;
use crate::error::{Error, Result};
use crate::text::nearest;

/// Named queries by name, grouped by topic.
#[derive(Debug, Clone, Default)]
pub struct QueryLibrary {
    queries: IndexMap<String, NamedQuery>,
}

impl QueryLibrary {
    /// The shipped queries, and those of `folders` (including subfolders), which override others
    /// with the same name.
    ///
    /// # Errors
    /// When a folder cannot be read, or a file in it has an invalid header or contains anything but
    /// one SELECT.
    pub fn open(folders: &[PathBuf]) -> Result<Self> {
        let mut library = Self::default();
        for (path, text) in EMBEDDED {
            library.add(NamedQuery::read(QueryOrigin::Shipped(path), text)?);
        }
        for folder in folders {
            for path in sql_files(folder)? {
                let text =
                    std::fs::read_to_string(&path).map_err(|source| Error::io(&path, source))?;
                library.add(NamedQuery::read(QueryOrigin::File(path), &text)?);
            }
        }
        Ok(library)
    }

    fn add(&mut self, query: NamedQuery) {
        self.queries.insert(query.name.clone(), query);
    }

    /// All queries: shipped topics first, then the user's.
    pub fn all(&self) -> impl Iterator<Item = &NamedQuery> {
        self.queries.values()
    }

    /// The query called `name`, in any case.
    ///
    /// # Errors
    /// When there is none; the message suggests the nearest name.
    pub fn find(&self, name: &str) -> Result<&NamedQuery> {
        let found = self.queries.get(name).or_else(|| {
            let mut all = self.all();
            all.find(|query| query.name.eq_ignore_ascii_case(name))
        });
        found.ok_or_else(|| {
            let near = nearest(name, self.queries.keys().map(String::as_str));
            let about: Vec<&str> = match near {
                Some(near) => vec![near],
                // `escalation` is not a misspelled name, but a search term.
                None => self
                    .search(name)
                    .iter()
                    .take(3)
                    .map(|query| query.name.as_str())
                    .collect(),
            };
            let hint = match about.as_slice() {
                [] => "deskql queries lists them".to_owned(),
                names => format!("did you mean {}?", names.join(" or ")),
            };
            Error::Usage(format!("no query {name}: {hint}"))
        })
    }

    /// The queries that best match `text`, which is words or a whole question.
    #[must_use]
    pub fn search(&self, text: &str) -> Vec<&NamedQuery> {
        search::search(self.all(), text)
    }
}

/// The `.sql` files below `folder`, sorted by name, so that the list is the same on all systems.
fn sql_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |source| Error::io(folder, source);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            files.extend(sql_files(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "sql") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_queries_are_the_files_of_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
        let mut on_disk: Vec<String> = sql_files(&folder)
            .unwrap()
            .iter()
            .map(|path| path.strip_prefix(&folder).unwrap().display().to_string())
            .collect();
        on_disk.sort();
        let mut embedded: Vec<String> = EMBEDDED
            .iter()
            .map(|(path, _)| (*path).to_owned())
            .collect();
        embedded.sort();
        assert_eq!(embedded, on_disk, "src/queries/embedded.rs lists queries/");
        let library = QueryLibrary::open(&[]).unwrap();
        assert_eq!(
            library.all().count(),
            EMBEDDED.len(),
            "two queries have one name"
        );
    }

    #[test]
    fn shipped_queries_are_one_select_with_the_declared_parameters() {
        for query in QueryLibrary::open(&[]).unwrap().all() {
            query.check().unwrap();
        }
    }

    #[test]
    fn a_folder_adds_and_overrides() {
        let folder = tempfile::tempdir().unwrap();
        let text = "-- title = \"Mine\"\n-- question = \"?\"\n\nSELECT 1";
        for name in ["overview.sql", "mine.sql"] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let library = QueryLibrary::open(&[folder.path().to_owned()]).unwrap();
        assert_eq!(library.find("overview").unwrap().title, "Mine");
        assert_eq!(library.find("MINE").unwrap().sql, "SELECT 1");
        assert_eq!(library.all().count(), EMBEDDED.len() + 1);
        let error = library.find("overvew").unwrap_err().to_string();
        assert_eq!(error, "no query overvew: did you mean overview?");
        let error = library.find("escalation").unwrap_err().to_string();
        assert_eq!(
            error,
            "no query escalation: did you mean escalation_rate or escalation_cost?"
        );
        assert_eq!(library.search("MINE").len(), 2);
    }
}
