//! Entry of `[tables.NAME.columns]`: a column and its source.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use toml::Spanned;

/// `"source_column"`, or a TOML table with details.
#[derive(Debug, Default)]
pub(crate) struct ColumnConfig {
    /// Source column in the files; defaults to the column's own name.
    pub(crate) from: Option<String>,
    /// SQL type to convert to.
    pub(crate) data_type: Option<Spanned<String>>,
    /// Text form of a time: `d/m/yyyy H:MM`, `%d/%m/%Y %H:%M` or `iso`.
    pub(crate) time: Option<Spanned<String>>,
    /// Time zone of the times; defaults to that of the table.
    pub(crate) timezone: Option<Spanned<String>>,
    /// Texts that mean NULL.
    pub(crate) null: Vec<String>,
    /// Words that mean true.
    pub(crate) yes: Vec<String>,
    /// Words that mean false.
    pub(crate) no: Vec<String>,
    /// Expression over the files' columns, instead of all keys above.
    pub(crate) sql: Option<Spanned<String>>,
    /// Result for a value that cannot be converted.
    pub(crate) invalid: InvalidValueAction,
}

/// Result for a value that cannot be converted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum InvalidValueAction {
    /// The query fails with an error that has the value.
    #[default]
    Error,
    /// NULL.
    Null,
}

impl ColumnConfig {
    /// True if the source column must be read as text.
    pub(crate) fn reads_text(&self) -> bool {
        let words = !(self.null.is_empty() && self.yes.is_empty() && self.no.is_empty());
        words || self.data_type.is_some() || self.time.is_some()
    }

    /// True if nothing but the name changes.
    pub(crate) fn is_rename(&self) -> bool {
        !self.reads_text() && self.sql.is_none() && self.timezone.is_none()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DetailedColumnConfig {
    from: Option<String>,
    #[serde(rename = "type")]
    data_type: Option<Spanned<String>>,
    time: Option<Spanned<String>>,
    timezone: Option<Spanned<String>>,
    #[serde(default)]
    null: Vec<String>,
    #[serde(default, rename = "true")]
    yes: Vec<String>,
    #[serde(default, rename = "false")]
    no: Vec<String>,
    sql: Option<Spanned<String>>,
    #[serde(default)]
    invalid: InvalidValueAction,
}

impl From<DetailedColumnConfig> for ColumnConfig {
    fn from(written: DetailedColumnConfig) -> Self {
        Self {
            from: written.from,
            data_type: written.data_type,
            time: written.time,
            timezone: written.timezone,
            null: written.null,
            yes: written.yes,
            no: written.no,
            sql: written.sql,
            invalid: written.invalid,
        }
    }
}

impl<'de> Deserialize<'de> for ColumnConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ColumnVisitor)
    }
}

struct ColumnVisitor;

impl<'de> Visitor<'de> for ColumnVisitor {
    type Value = ColumnConfig;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a column of the files, or { from = .., type = .. }")
    }

    fn visit_str<E: Error>(self, from: &str) -> Result<ColumnConfig, E> {
        Ok(ColumnConfig {
            from: Some(from.to_owned()),
            ..ColumnConfig::default()
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ColumnConfig, A::Error> {
        DetailedColumnConfig::deserialize(MapAccessDeserializer::new(map)).map(ColumnConfig::from)
    }
}
