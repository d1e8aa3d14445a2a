//! `[text]`: what is known of what customers write.

use serde::Deserialize;
use toml::Spanned;

/// The section.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextConfig {
    /// ISO 639-1 codes of the languages that customers write in, most usual first.
    #[serde(default)]
    pub(crate) languages: Vec<Spanned<String>>,
}
