//! Business time by a calendar, in ticks of the log.

use std::sync::Arc;

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::config::ConfigOptions;
use datafusion::common::{Result, exec_datafusion_err, plan_err};
use serde::{Deserialize, Serialize};

use crate::settings::DeskqlOptions;
use crate::time::calendar::{BusinessCalendar, BusinessCalendars, BusinessTimeCalculator};

/// A calendar serialized into a plan: the plan may run in a session with another calendar of this
/// name, or none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Serialize, Deserialize)]
pub(super) struct CarriedCalendar {
    name: String,
    definition: String,
}

impl CarriedCalendar {
    /// The session's calendar called `name`, for a log whose times are of type `time`.
    ///
    /// # Errors
    /// When there is no such calendar, or the times have no time zone, which a calendar needs.
    pub(super) fn try_new(
        function: &str,
        name: &str,
        time: &DataType,
        config: &ConfigOptions,
    ) -> Result<Self> {
        let calendar = calendar(function, name, time, config)?;
        Ok(Self {
            name: calendar.name().to_owned(),
            definition: BusinessCalendars::definition([&calendar]),
        })
    }

    /// The calendar, independent of the session.
    ///
    /// # Errors
    /// When its definition cannot be parsed.
    pub(super) fn resolve(&self) -> Result<Arc<BusinessCalendar>> {
        let calendars = BusinessCalendars::from_definition(&self.definition);
        let calendars = calendars.map_err(|problem| exec_datafusion_err!("{problem}"))?;
        let calendar = calendars.find(&self.name);
        calendar
            .map(Arc::clone)
            .map_err(|problem| exec_datafusion_err!("{problem}"))
    }
}

fn calendar(
    function: &str,
    name: &str,
    time: &DataType,
    config: &ConfigOptions,
) -> Result<Arc<BusinessCalendar>> {
    if !matches!(time, DataType::Timestamp(_, Some(_))) {
        return plan_err!(
            "{function}: event_at has no time zone, so it cannot be placed in business hours; say \
             which its times are in: from_local_time(event_at, 'Area/City') AS event_at, or 'UTC' \
             for UTC"
        );
    }
    match DeskqlOptions::calendars(config).find(name) {
        Ok(calendar) => Ok(Arc::clone(calendar)),
        Err(problem) => plan_err!("{function}: {problem}"),
    }
}

/// Counts the business time of a calendar in ticks of the log.
#[derive(Debug)]
pub(super) struct BusinessTimeCounter {
    clock: BusinessTimeCalculator,
    unit: TimeUnit,
}

impl BusinessTimeCounter {
    /// The counter of `calendar` for times of type `time`.
    pub(super) fn new(calendar: &Arc<BusinessCalendar>, time: &DataType) -> Self {
        let unit = match time {
            DataType::Timestamp(unit, _) => *unit,
            _ => TimeUnit::Second,
        };
        Self {
            clock: calendar.calculator(),
            unit,
        }
    }

    /// Business time between two times, the second of which is not before the first.
    pub(super) fn between(&mut self, from: i64, to: i64) -> i64 {
        let clock = &mut self.clock;
        let ticks = match self.unit {
            TimeUnit::Second => clock.ticks_between::<1>(from, to),
            TimeUnit::Millisecond => clock.ticks_between::<1_000>(from, to),
            TimeUnit::Microsecond => clock.ticks_between::<1_000_000>(from, to),
            TimeUnit::Nanosecond => clock.ticks_between::<1_000_000_000>(from, to),
        };
        // At most the elapsed time, which fits.
        i64::try_from(ticks).unwrap_or(i64::MAX)
    }
}
