//! The `deskql.*` settings that functions and rules obey.

use std::any::Any;
use std::sync::Arc;

use datafusion::common::{Result, config_err};
use datafusion::config::{ConfigEntry, ConfigExtension, ConfigOptions, ExtensionOptions};

use crate::sla::SlaPolicies;
use crate::time::calendar::BusinessCalendars;

/// What to do with a value that cannot be counted: off its scale, an end before its start, NaN.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum InvalidPolicy {
    /// Fail the query, naming the value.
    #[default]
    Error,
    /// Leave the row out, as if it were NULL.
    Ignore,
}

/// A part of the engine that can be turned off; all are on from the start.
///
/// Answers are the same with a faster path off: the switch is there to measure what it gains, and to
/// go on working should it be at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeatureSwitch {
    /// Integer `+`, `-`, `*` and unary minus fail on overflow instead of wrapping.
    CheckedArithmetic,
    /// Grouping by few values goes through dense group numbers.
    FewKeyAggregation,
    /// Repeat contacts are found without sorting.
    RepeatContacts,
    /// `count(DISTINCT id)` over integers keeps bitmaps.
    DistinctBitmaps,
    /// Days and hours are added to instants in UTC as integers.
    FixedLengths,
    /// Several quantiles of the same values come from one pass.
    SharedQuantiles,
    /// Joins on one integer key go through a bitmap of the keys where these lie close together.
    DenseJoins,
    /// Filters ask for each value of a text column once per dictionary.
    DictionaryFilters,
}

impl FeatureSwitch {
    /// All switches, in the order of their declaration.
    pub const ALL: [Self; 8] = [
        Self::CheckedArithmetic,
        Self::FewKeyAggregation,
        Self::RepeatContacts,
        Self::DistinctBitmaps,
        Self::FixedLengths,
        Self::SharedQuantiles,
        Self::DenseJoins,
        Self::DictionaryFilters,
    ];

    /// Its name after `deskql.`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CheckedArithmetic => "checked_arithmetic",
            Self::FewKeyAggregation => "few_key_aggregation",
            Self::RepeatContacts => "repeat_contacts",
            Self::DistinctBitmaps => "distinct_bitmaps",
            Self::FixedLengths => "fixed_lengths",
            Self::SharedQuantiles => "shared_quantiles",
            Self::DenseJoins => "dense_joins",
            Self::DictionaryFilters => "dictionary_filters",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Self::CheckedArithmetic => {
                "Whether integer +, - and * fail on overflow instead of wrapping"
            }
            Self::FewKeyAggregation => {
                "Whether grouping by few values goes through dense group numbers"
            }
            Self::RepeatContacts => "Whether repeat contacts are found without sorting",
            Self::DistinctBitmaps => "Whether count(DISTINCT ..) over integers keeps bitmaps",
            Self::FixedLengths => "Whether days are added to instants in UTC as integers",
            Self::SharedQuantiles => "Whether quantiles of the same values come from one pass",
            Self::DenseJoins => {
                "Whether joins on integers lying close together keep a bitmap of them"
            }
            Self::DictionaryFilters => {
                "Whether filters ask for each value of a text column once per dictionary"
            }
        }
    }

    /// True while the session has it on; false in sessions that are not ours.
    #[must_use]
    pub fn is_on(self, config: &ConfigOptions) -> bool {
        config
            .extensions
            .get::<DeskqlOptions>()
            .is_some_and(|options| options.switches[self as usize])
    }
}

/// The settings `SET deskql.<name> = ..` changes.
#[derive(Debug, Clone)]
pub struct DeskqlOptions {
    invalid_values: InvalidPolicy,
    switches: [bool; FeatureSwitch::ALL.len()],
    /// What the session knows of business hours, which no text could set.
    calendars: Arc<BusinessCalendars>,
    /// And of what the desk promises.
    policies: Arc<SlaPolicies>,
}

impl Default for DeskqlOptions {
    fn default() -> Self {
        Self {
            invalid_values: InvalidPolicy::default(),
            switches: [true; FeatureSwitch::ALL.len()],
            calendars: Arc::default(),
            policies: Arc::default(),
        }
    }
}

impl ConfigExtension for DeskqlOptions {
    const PREFIX: &'static str = "deskql";
}

impl DeskqlOptions {
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
        let Some(switch) = FeatureSwitch::ALL
            .into_iter()
            .find(|switch| switch.name() == key)
        else {
            let names: Vec<_> = FeatureSwitch::ALL
                .iter()
                .map(|s| format!("deskql.{}", s.name()))
                .collect();
            return config_err!(
                "there is no setting deskql.{key}; there are deskql.{INVALID_VALUES}, {}",
                names.join(", ")
            );
        };
        self.switches[switch as usize] = on_or_off(switch, value)?;
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
        let switches = FeatureSwitch::ALL.into_iter().map(|switch| {
            let is_on = self.switches[switch as usize];
            entry(switch.name(), is_on.to_string(), switch.about())
        });
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

fn on_or_off(switch: FeatureSwitch, value: &str) -> Result<bool> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "on" => Ok(true),
        "false" | "off" => Ok(false),
        _ => config_err!(
            "deskql.{} must be true or false, not '{value}'",
            switch.name()
        ),
    }
}
