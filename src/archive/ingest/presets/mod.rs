//! Mappings for the exports of well-known products, which users copy and change.

use std::path::Path;

use super::mapping::IngestMapping;
use crate::error::{Error, Result};
use crate::text::nearest;

/// A mapping that comes with the program.
#[derive(Debug, Clone, Copy)]
pub struct IngestPreset {
    /// Its name.
    pub name: &'static str,
    /// The mapping as TOML, with comments.
    pub text: &'static str,
}

macro_rules! presets {
    ($($name:literal),* $(,)?) => {
        &[$(IngestPreset {
            name: $name,
            text: include_str!(concat!($name, ".toml")),
        }),*]
    };
}

/// All presets, in the order of the list.
pub const PRESETS: &[IngestPreset] = presets![
    "zendesk",
    "freshdesk",
    "intercom",
    "jira",
    "servicenow",
    "survey-long",
    "survey-wide",
];

impl IngestPreset {
    /// The preset with a name, in any case.
    ///
    /// # Errors
    /// If there is none; the error suggests another.
    pub fn named(name: &str) -> Result<Self> {
        let found = PRESETS
            .iter()
            .find(|preset| preset.name.eq_ignore_ascii_case(name));
        found.copied().ok_or_else(|| {
            let names = PRESETS.iter().map(|preset| preset.name);
            let hint = match nearest(name, names.clone()) {
                Some(near) => format!("did you mean {near:?}?"),
                None => format!("there is {}", names.collect::<Vec<_>>().join(", ")),
            };
            Error::Usage(format!("no preset {name:?}; {hint}"))
        })
    }

    /// The preset as a mapping.
    ///
    /// # Errors
    /// Never: tests read all of them.
    pub fn mapping(self) -> Result<IngestMapping> {
        IngestMapping::preset(&format!("{}.toml", self.name), self.text)
    }
}

impl IngestMapping {
    /// The mapping of a preset or of a file.
    ///
    /// # Errors
    /// If there is no such preset, the file cannot be read, or it is no mapping.
    pub fn load(preset: Option<&str>, file: Option<&Path>) -> Result<Self> {
        match (preset, file) {
            (Some(name), None) => IngestPreset::named(name)?.mapping(),
            (None, Some(file)) => Self::read(file),
            _ => Err(Error::Usage(
                "by which mapping? name one: --preset NAME (deskql ingest --presets lists them) or --mapping FILE"
                    .to_owned(),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_presets_are_mappings() {
        for preset in PRESETS {
            let mapping = preset.mapping().unwrap_or_else(|error| panic!("{error}"));
            assert!(!mapping.about.is_empty(), "{}", preset.name);
            for table in &mapping.tables {
                assert!(
                    table.partition_by.is_some(),
                    "{}: {}",
                    preset.name,
                    table.name
                );
            }
        }
        let error = IngestPreset::named("zendesc").unwrap_err().to_string();
        assert!(error.contains("did you mean \"zendesk\"?"), "{error}");
    }
}
