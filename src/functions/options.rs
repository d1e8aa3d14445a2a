//! The `deskql.*` settings that functions obey.

use std::any::Any;

use datafusion::common::{Result, config_err};
use datafusion::config::{ConfigEntry, ConfigExtension, ConfigOptions, ExtensionOptions};

use crate::functions::rows::Invalid;

/// The settings `SET deskql.<name> = ..` changes.
#[derive(Debug, Clone)]
pub struct Options {
    invalid_values: Invalid,
    checked_arithmetic: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            invalid_values: Invalid::default(),
            checked_arithmetic: true,
        }
    }
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

    /// True when integer `+`, `-`, `*` and unary minus fail on overflow; the engine's default.
    #[must_use]
    pub fn checks_arithmetic(config: &ConfigOptions) -> bool {
        config
            .extensions
            .get::<Self>()
            .is_some_and(|options| options.checked_arithmetic)
    }
}

const INVALID_VALUES: &str = "invalid_values";
const CHECKED_ARITHMETIC: &str = "checked_arithmetic";

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
        match key {
            INVALID_VALUES => self.invalid_values = invalid_values(value)?,
            CHECKED_ARITHMETIC => self.checked_arithmetic = switch(value)?,
            _ => {
                return config_err!(
                    "there is no setting deskql.{key}; there are deskql.{INVALID_VALUES} and \
                     deskql.{CHECKED_ARITHMETIC}"
                );
            }
        }
        Ok(())
    }

    fn entries(&self) -> Vec<ConfigEntry> {
        let value = match self.invalid_values {
            Invalid::Error => "error",
            Invalid::Ignore => "ignore",
        };
        vec![
            ConfigEntry {
                key: format!("{}.{INVALID_VALUES}", Self::PREFIX),
                value: Some(value.to_owned()),
                description: "What KPI functions do with a value that cannot be counted: 'error' \
                              or 'ignore' (leave the row out)",
            },
            ConfigEntry {
                key: format!("{}.{CHECKED_ARITHMETIC}", Self::PREFIX),
                value: Some(self.checked_arithmetic.to_string()),
                description: "Whether integer +, - and * fail on overflow instead of wrapping",
            },
        ]
    }
}

fn invalid_values(value: &str) -> Result<Invalid> {
    match value.to_ascii_lowercase().as_str() {
        "error" => Ok(Invalid::Error),
        "ignore" => Ok(Invalid::Ignore),
        _ => config_err!("deskql.{INVALID_VALUES} must be 'error' or 'ignore', not '{value}'"),
    }
}

fn switch(value: &str) -> Result<bool> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "on" => Ok(true),
        "false" | "off" => Ok(false),
        _ => config_err!("deskql.{CHECKED_ARITHMETIC} must be true or false, not '{value}'"),
    }
}
