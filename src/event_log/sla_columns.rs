//! The columns of `sla_events`: name, type, and their builders.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Float64Builder, Int64Builder, NullBufferBuilder, StringViewBuilder,
    StructArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::Result;

use super::clocks::ClockOutcome;
use super::measure::{ClockInterval, ClockMeasurement};
use crate::sla::SlaRule;

/// Kind of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SlaColumnKind {
    /// Available before the measurement.
    Given,
    Text,
    Instant,
    Integer,
    Seconds,
    Flag,
}

use SlaColumnKind::{Flag, Given, Instant, Integer, Seconds, Text};

/// The columns in order.
pub(super) const COLUMNS: [(&str, SlaColumnKind); 15] = [
    ("ticket_id", Given),
    ("policy", Text),
    ("metric", Text),
    ("priority", Text),
    ("calendar", Text),
    ("target_seconds", Integer),
    ("started_at", Given),
    ("due_at", Instant),
    ("fulfilled_at", Instant),
    ("cancelled_at", Instant),
    ("paused_seconds", Seconds),
    ("elapsed_business_seconds", Seconds),
    ("remaining_seconds", Seconds),
    ("is_paused", Flag),
    ("status", Text),
];

/// The fields of the measurement, for a log whose times are of type `time`.
pub(super) fn fields(time: &DataType) -> Fields {
    let field = |(name, kind): &(&str, SlaColumnKind)| {
        let data_type = match kind {
            Given => return None,
            Text => DataType::Utf8View,
            Instant => time.clone(),
            Integer => DataType::Int64,
            Seconds => DataType::Float64,
            Flag => DataType::Boolean,
        };
        Some(Field::new(*name, data_type, true))
    };
    COLUMNS.iter().filter_map(field).collect()
}

/// Builders of the measured columns.
#[derive(Default)]
pub(super) struct SlaColumnsBuilder {
    texts: [StringViewBuilder; 5],
    instants: [Int64Builder; 3],
    target: Int64Builder,
    seconds: [Float64Builder; 3],
    is_paused: BooleanBuilder,
    valid: Vec<bool>,
}

impl SlaColumnsBuilder {
    /// Adds a clock under `rule`.
    pub(super) fn push<const P: i64>(
        &mut self,
        rule: &SlaRule,
        priority: Option<&str>,
        interval: &ClockInterval<'_>,
        measured: &ClockMeasurement,
    ) {
        let texts = [
            Some(rule.policy.as_str()),
            Some(rule.metric.name()),
            priority,
            Some(rule.calendar.name()),
            Some(measured.status),
        ];
        for (column, text) in self.texts.iter_mut().zip(texts) {
            column.append_option(text);
        }
        let ended = |outcome| interval.end.filter(|_| interval.outcome == outcome);
        let instants = [
            measured.due,
            ended(ClockOutcome::Fulfilled),
            ended(ClockOutcome::Cancelled),
        ];
        for (column, instant) in self.instants.iter_mut().zip(instants) {
            column.append_option(instant);
        }
        self.target.append_value(rule.target);
        let left = measured.target - measured.elapsed;
        let seconds = [measured.paused, measured.elapsed, left];
        for (column, ticks) in self.seconds.iter_mut().zip(seconds) {
            column.append_value(ticks as f64 / P as f64);
        }
        self.is_paused.append_value(measured.is_paused);
        self.valid.push(true);
    }

    /// Adds a clock without a rule.
    pub(super) fn push_null(&mut self) {
        self.texts
            .iter_mut()
            .for_each(StringViewBuilder::append_null);
        self.instants.iter_mut().for_each(Int64Builder::append_null);
        self.target.append_null();
        self.seconds
            .iter_mut()
            .for_each(Float64Builder::append_null);
        self.is_paused.append_null();
        self.valid.push(false);
    }

    /// All of them as one struct column.
    ///
    /// # Errors
    /// When instants do not fit the log's type, which they came from.
    pub(super) fn finish(mut self, time: &DataType) -> Result<StructArray> {
        let [policy, metric, priority, calendar, status] =
            self.texts.each_mut().map(|texts| Arc::new(texts.finish()));
        let [due, fulfilled, cancelled] = self.instants.each_mut().map(Int64Builder::finish);
        let [paused, elapsed, remaining] = self
            .seconds
            .each_mut()
            .map(|seconds| Arc::new(seconds.finish()));
        let columns: Vec<ArrayRef> = vec![
            policy,
            metric,
            priority,
            calendar,
            Arc::new(self.target.finish()),
            cast(&due, time)?,
            cast(&fulfilled, time)?,
            cast(&cancelled, time)?,
            paused,
            elapsed,
            remaining,
            Arc::new(self.is_paused.finish()),
            status,
        ];
        let mut nulls = NullBufferBuilder::new(self.valid.len());
        self.valid.iter().for_each(|valid| nulls.append(*valid));
        Ok(StructArray::try_new(fields(time), columns, nulls.finish())?)
    }
}
