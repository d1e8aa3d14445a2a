//! The `deskql.*` settings that functions and rules obey.

use std::any::Any;
use std::sync::Arc;

use datafusion::common::{Result, config_err};
use datafusion::config::{ConfigEntry, ConfigExtension, ConfigOptions, ExtensionOptions};

use crate::sla::SlaPolicies;
use crate::time::calendar::BusinessCalendars;

/// What to do with a value that cannot be counted: off its scale, an end before its start, NaN.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum InvalidPolicy {
    /// Fail the query, naming the value.
    #[default]
    Error,
    /// Leave the row out, as if it were NULL.
    Ignore,
}

/// A setting that is true or false; all are on from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeatureSwitch {
    /// Its name after `deskql.`.
    pub name: &'static str,
    /// What it decides, as `SHOW ALL VERBOSE` has it: "Whether ..".
    pub about: &'static str,
}

impl FeatureSwitch {
    /// Integer `+`, `-`, `*` and unary minus fail on overflow instead of wrapping.
    pub const CHECKED_ARITHMETIC: Self = Self {
        name: "checked_arithmetic",
        about: "Whether integer +, - and * fail on overflow instead of wrapping",
    };

    /// True while the session has it on; false in sessions that do not know it.
    #[must_use]
    pub fn is_on(&self, config: &ConfigOptions) -> bool {
        let options = config.extensions.get::<DeskqlOptions>();
        let switches = options.map_or(&[][..], |options| &options.switches);
        let known = switches.iter().find(|(switch, _)| switch == self);
        known.is_some_and(|(_, is_on)| *is_on)
    }
}

/// The settings `SET deskql.<name> = ..` changes, and what else the session knows that functions and rules need.
#[derive(Debug, Clone)]
pub struct DeskqlOptions {
    invalid_values: InvalidPolicy,
    switches: Vec<(FeatureSwitch, bool)>,
    memory_limit: Option<usize>,
    calendars: Arc<BusinessCalendars>,
    policies: Arc<SlaPolicies>,
    languages: Arc<[String]>,
}

impl Default for DeskqlOptions {
    fn default() -> Self {
        Self::new([], None)
    }
}

impl ConfigExtension for DeskqlOptions {
    const PREFIX: &'static str = "deskql";
}

impl DeskqlOptions {
    /// The settings of a session with `fast_paths`, whose queries may hold `memory_limit` bytes.
    #[must_use]
    pub fn new(
        fast_paths: impl IntoIterator<Item = FeatureSwitch>,
        memory_limit: Option<usize>,
    ) -> Self {
        let switches = std::iter::once(FeatureSwitch::CHECKED_ARITHMETIC).chain(fast_paths);
        Self {
            invalid_values: InvalidPolicy::default(),
            switches: switches.map(|switch| (switch, true)).collect(),
            memory_limit,
            calendars: Arc::default(),
            policies: Arc::default(),
            languages: Arc::default(),
        }
    }

    /// The bytes that a query of the session may hold; `None` without a limit.
    #[must_use]
    pub fn memory_limit(config: &ConfigOptions) -> Option<usize> {
        config.extensions.get::<Self>()?.memory_limit
    }

    /// The calendars of the session; in sessions that are not ours the one that is always open.
    #[must_use]
    pub fn calendars(config: &ConfigOptions) -> Arc<BusinessCalendars> {
        let options = config.extensions.get::<Self>();
        options.map_or_else(Arc::default, |options| Arc::clone(&options.calendars))
    }

    /// Gives the session its calendars.
    pub fn set_calendars(config: &mut ConfigOptions, calendars: BusinessCalendars) {
        if let Some(options) = config.extensions.get_mut::<Self>() {
            options.calendars = Arc::new(calendars);
        }
    }

    /// The SLA policies of the session.
    #[must_use]
    pub fn policies(config: &ConfigOptions) -> Arc<SlaPolicies> {
        let options = config.extensions.get::<Self>();
        options.map_or_else(Arc::default, |options| Arc::clone(&options.policies))
    }

    /// Gives the session its SLA policies.
    pub fn set_policies(config: &mut ConfigOptions, policies: SlaPolicies) {
        if let Some(options) = config.extensions.get_mut::<Self>() {
            options.policies = Arc::new(policies);
        }
    }

    /// ISO 639-1 codes of the languages that customers write in, most usual first; none where nobody has said.
    #[must_use]
    pub fn languages(config: &ConfigOptions) -> Arc<[String]> {
        let options = config.extensions.get::<Self>();
        options.map_or_else(Arc::default, |options| Arc::clone(&options.languages))
    }

    /// Gives the session the languages that customers write in.
    pub fn set_languages(config: &mut ConfigOptions, languages: Vec<String>) {
        if let Some(options) = config.extensions.get_mut::<Self>() {
            options.languages = languages.into();
        }
    }

    /// True when KPI functions leave invalid values out instead of failing.
    #[must_use]
    pub fn ignores_invalid_values(config: &ConfigOptions) -> bool {
        config
            .extensions
            .get::<Self>()
            .is_some_and(|options| options.invalid_values == InvalidPolicy::Ignore)
    }
}

const INVALID_VALUES: &str = "invalid_values";

/// Written out, since the macro for this lists entries without their prefix, so that `SHOW` would
/// not find them.
impl ExtensionOptions for DeskqlOptions {
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
        if key == INVALID_VALUES {
            self.invalid_values = invalid_values(value)?;
            return Ok(());
        }
        let known = self
            .switches
            .iter_mut()
            .find(|(switch, _)| switch.name == key);
        let Some((switch, is_on)) = known else {
            let names = self.switches.iter();
            let names: Vec<_> = names
                .map(|(switch, _)| format!("deskql.{}", switch.name))
                .collect();
            return config_err!(
                "there is no setting deskql.{key}; there are deskql.{INVALID_VALUES}, {}",
                names.join(", ")
            );
        };
        *is_on = on_or_off(switch, value)?;
        Ok(())
    }

    fn entries(&self) -> Vec<ConfigEntry> {
        let invalid_values = match self.invalid_values {
            InvalidPolicy::Error => "error",
            InvalidPolicy::Ignore => "ignore",
        };
        let entry = |name: &str, value: String, description| ConfigEntry {
            key: format!("{}.{name}", Self::PREFIX),
            value: Some(value),
            description,
        };
        let switches = self
            .switches
            .iter()
            .map(|(switch, is_on)| entry(switch.name, is_on.to_string(), switch.about));
        let about = "What KPI functions do with a value that cannot be counted: 'error' or 'ignore' \
                     (leave the row out)";
        std::iter::once(entry(INVALID_VALUES, invalid_values.to_owned(), about))
            .chain(switches)
            .collect()
    }
}

fn invalid_values(value: &str) -> Result<InvalidPolicy> {
    match value.to_ascii_lowercase().as_str() {
        "error" => Ok(InvalidPolicy::Error),
        "ignore" => Ok(InvalidPolicy::Ignore),
        _ => config_err!("deskql.{INVALID_VALUES} must be 'error' or 'ignore', not '{value}'"),
    }
}

fn on_or_off(switch: &FeatureSwitch, value: &str) -> Result<bool> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "on" => Ok(true),
        "false" | "off" => Ok(false),
        _ => config_err!(
            "deskql.{} must be true or false, not '{value}'",
            switch.name
        ),
    }
}
