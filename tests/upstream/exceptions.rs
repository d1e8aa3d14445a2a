//! Parts of upstream's files that cannot apply to our session, read from `exceptions.toml`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exceptions {
    /// Folders that are not run.
    #[serde(default)]
    folder: Vec<Folder>,
    /// Files that run with other settings than our own.
    #[serde(default)]
    settings: Vec<Settings>,
    /// Records whose expectation does not hold here.
    #[serde(default)]
    records: Vec<Records>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Folder {
    path: String,
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    files: Vec<String>,
    set: BTreeMap<String, String>,
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Records {
    file: String,
    lines: BTreeSet<u32>,
    /// For expectations that hold in some runs: the text of the failure in the others.
    by_chance: Option<String>,
    reason: String,
}

impl Exceptions {
    pub(crate) fn read() -> Self {
        let read: Self = toml::from_str(include_str!("exceptions.toml")).unwrap();
        let reasons = read.folder.iter().map(|entry| &entry.reason);
        let reasons = reasons.chain(read.settings.iter().map(|entry| &entry.reason));
        let mut reasons = reasons.chain(read.records.iter().map(|entry| &entry.reason));
        assert!(
            reasons.all(|reason| reason.len() > 10),
            "each exception needs its reason"
        );
        read
    }

    pub(crate) fn leaves_out(&self, file: &str) -> bool {
        self.folder
            .iter()
            .any(|entry| file.starts_with(&entry.path))
    }

    /// The settings to apply before `file` runs.
    pub(crate) fn settings(&self, file: &str) -> Vec<(&str, &str)> {
        let entries = self.settings.iter();
        let applying =
            entries.filter(|entry| entry.files.iter().any(|name| name == file || name == "*"));
        applying
            .flat_map(|entry| {
                entry
                    .set
                    .iter()
                    .map(|(key, value)| (key.as_str(), value.as_str()))
            })
            .collect()
    }

    /// True if the record must fail.
    pub(crate) fn must_fail(&self, file: &str, line: u32) -> bool {
        let mut entries = self.entries_at(file, line);
        entries.any(|entry| entry.by_chance.is_none())
    }

    /// True if the record may fail in this way.
    pub(crate) fn may_fail(&self, file: &str, line: u32, failure: &str) -> bool {
        let mut entries = self.entries_at(file, line);
        entries.any(|entry| match &entry.by_chance {
            Some(words) => failure.contains(words),
            None => true,
        })
    }

    fn entries_at(&self, file: &str, line: u32) -> impl Iterator<Item = &Records> {
        let entries = self.records.iter();
        entries.filter(move |entry| entry.file == file && entry.lines.contains(&line))
    }
}
