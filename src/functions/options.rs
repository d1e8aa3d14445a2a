//! The `deskql.*` settings that functions obey.

use std::any::Any;

use datafusion::common::{Result, config_err};
use datafusion::config::{ConfigEntry, ConfigExtension, ConfigOptions, ExtensionOptions};

use crate::functions::rows::Invalid;

/// The settings `SET deskql.<name> = ..` changes.
#[derive(Debug, Clone, Default)]
pub struct Options {
    invalid_values: Invalid,
}

impl ConfigExtension for Options {
    const PREFIX: &'static str = "deskql";
}

impl Options {
    /// True when KPI functions leave invalid values out instead of failing.
    #[must_use]
    pub fn ignores_invalid_values(config: &ConfigOptions) -> bool {
        config
            .extensions
            .get::<Self>()
            .is_some_and(|options| options.invalid_values == Invalid::Ignore)
    }
}

const INVALID_VALUES: &str = "invalid_values";

/// Written out, since the macro for this lists entries without their prefix, so that `SHOW` would
/// not find them.
impl ExtensionOptions for Options {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn cloned(&self) -> Box<dyn ExtensionOptions> {
        Box::new(self.clone())
    }

    fn set(&mut self, key: &str, value: &str) -> Result<()> {
        if key != INVALID_VALUES {
            return config_err!("there is no setting deskql.{key}; there is deskql.invalid_values");
        }
        self.invalid_values = match value.to_ascii_lowercase().as_str() {
            "error" => Invalid::Error,
            "ignore" => Invalid::Ignore,
            _ => {
                return config_err!(
                    "deskql.invalid_values must be 'error' or 'ignore', not '{value}'"
                );
            }
        };
        Ok(())
    }

    fn entries(&self) -> Vec<ConfigEntry> {
        let value = match self.invalid_values {
            Invalid::Error => "error",
            Invalid::Ignore => "ignore",
        };
        vec![ConfigEntry {
            key: format!("{}.{INVALID_VALUES}", Self::PREFIX),
            value: Some(value.to_owned()),
            description: "What KPI functions do with a value that cannot be counted: 'error' or \
                          'ignore' (leave the row out)",
        }]
    }
}
