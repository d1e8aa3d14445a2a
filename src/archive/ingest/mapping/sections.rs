//! The sections of a mapping as they are written.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use toml::Spanned;

/// A whole mapping.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MappingSections {
    /// One line about it, for the list of presets.
    #[serde(default)]
    pub(super) about: String,
    #[serde(default)]
    pub(super) source: SourceSection,
    pub(super) tables: BTreeMap<String, Spanned<TableSection>>,
}

/// `[source]`: how the files are read. The keys are those of `[tables.NAME]` of `deskql.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceSection {
    pub(super) format: Option<Spanned<String>>,
    pub(super) encoding: Option<Spanned<String>>,
    pub(super) skip: Option<u64>,
    pub(super) header: Option<bool>,
    pub(super) sheet: Option<String>,
    pub(super) csv: Option<Spanned<CsvMarksSection>>,
    pub(super) json: Option<Spanned<JsonListSection>>,
    #[serde(default)]
    pub(super) null: Vec<String>,
    pub(super) timezone: Option<Spanned<String>>,
    pub(super) decimal: Option<Spanned<char>>,
    pub(super) thousands: Option<Spanned<char>>,
}

/// `csv = { .. }`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CsvMarksSection {
    pub(super) delimiter: Option<char>,
    pub(super) quote: Option<char>,
    pub(super) escape: Option<char>,
    pub(super) comment: Option<char>,
}

/// `json = { list = ".." }`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JsonListSection {
    pub(super) list: Option<Spanned<String>>,
}

/// `[tables.NAME]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableSection {
    /// Columns that name a row.
    pub(super) key: Spanned<Vec<Spanned<String>>>,
    /// Of two rows with one key, the one with the greater value stays.
    pub(super) version: Option<Spanned<String>>,
    /// Column of times by whose month the table is divided.
    pub(super) partition_by: Option<Spanned<String>>,
    /// Order of the rows in each file.
    #[serde(default)]
    pub(super) sort: Vec<Spanned<String>>,
    /// A source row gives a row only where these columns have values.
    #[serde(default)]
    pub(super) only_if: Option<Spanned<TextOrTexts>>,
    #[serde(default)]
    pub(super) null: Vec<String>,
    pub(super) timezone: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) columns: BTreeMap<String, Spanned<NamedColumn>>,
    /// Rows that each source row may give; each has columns beside, or instead of, those of the table.
    #[serde(default)]
    pub(super) rows: Vec<BTreeMap<String, Spanned<NamedColumn>>>,
}

/// One text or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "expected a text or a list of texts")]
pub(super) enum TextOrTexts {
    One(String),
    Many(Vec<String>),
}

impl TextOrTexts {
    pub(super) fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// A value that is written without quotes if it is a number or true or false.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "expected a text, a number, true or false")]
pub(super) enum WrittenValue {
    Text(String),
    Whole(i64),
    Number(f64),
    Truth(bool),
}

impl WrittenValue {
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Whole(value) => value.to_string(),
            Self::Number(value) => value.to_string(),
            Self::Truth(value) => value.to_string(),
        }
    }
}

/// Treatment of a value that cannot be converted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum MisfitAction {
    /// The source row is rejected.
    #[default]
    Reject,
    /// The value is NULL.
    Null,
}

/// `[tables.NAME.columns.COLUMN]`.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ColumnSection {
    /// Column of the files, or several of which the first that has a value counts.
    pub(super) from: Option<TextOrTexts>,
    #[serde(rename = "type")]
    pub(super) data_type: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) required: bool,
    pub(super) time: Option<Spanned<TextOrTexts>>,
    pub(super) timezone: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) null: Vec<String>,
    #[serde(default, rename = "true")]
    pub(super) yes: Vec<String>,
    #[serde(default, rename = "false")]
    pub(super) no: Vec<String>,
    #[serde(default)]
    pub(super) values: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) match_case: bool,
    pub(super) otherwise: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) invalid: MisfitAction,
    /// Value of every row.
    pub(super) value: Option<Spanned<WrittenValue>>,
    /// Value where there is none.
    pub(super) default: Option<Spanned<WrittenValue>>,
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
    pub(super) unit: Option<Spanned<String>>,
    pub(super) join: Option<String>,
    pub(super) decimal: Option<Spanned<char>>,
    pub(super) thousands: Option<Spanned<char>>,
}

/// A column section, or the name of a column of the files alone.
#[derive(Debug, Default, Clone)]
pub(super) struct NamedColumn(pub(super) ColumnSection);

impl<'de> Deserialize<'de> for NamedColumn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ColumnTextVisitor;
        impl<'de> Visitor<'de> for ColumnTextVisitor {
            type Value = NamedColumn;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a column of the files, or { from = .., type = .. }")
            }

            fn visit_str<E: Error>(self, from: &str) -> Result<NamedColumn, E> {
                Ok(NamedColumn(ColumnSection {
                    from: Some(TextOrTexts::One(from.to_owned())),
                    ..ColumnSection::default()
                }))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<NamedColumn, A::Error> {
                let section = ColumnSection::deserialize(MapAccessDeserializer::new(map))?;
                Ok(NamedColumn(section))
            }
        }
        deserializer.deserialize_any(ColumnTextVisitor)
    }
}
