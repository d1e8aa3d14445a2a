//! Deadlines until which the next contact of a customer counts as a repeat contact.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, make_array};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::datatypes::DataType;
use datafusion::common::Result;

use crate::functions::kernels::times::ticks;
use crate::functions::repeat_contact::deadlines::{RepeatContactInterval, deadlines};

/// Deadlines of some rows: the sum of a value and `plus`, both in ticks.
///
/// The deadline of an ineligible row lies before every instant.
#[derive(Debug, Clone)]
pub(super) struct ContactDeadlines {
    pub(super) values: ScalarBuffer<i64>,
    pub(super) plus: i64,
}

impl ContactDeadlines {
    pub(super) fn at(&self, row: usize) -> i64 {
        self.values[row].saturating_add(self.plus)
    }
}

/// A deadline interval over instants of one type.
#[derive(Debug, Clone)]
pub(super) struct RepeatDeadlineSpan {
    span: RepeatContactInterval,
    keeps_order: bool,
}

impl RepeatDeadlineSpan {
    pub(super) fn new(span: RepeatContactInterval, instants: &DataType) -> Self {
        Self {
            span,
            keeps_order: span.constant_ticks(instants).is_some(),
        }
    }

    /// True if a later contact never has an earlier deadline.
    pub(super) fn keeps_order(&self) -> bool {
        self.keeps_order
    }

    /// The deadlines of a timestamp column, NULL for ineligible rows.
    ///
    /// # Errors
    /// When a deadline lies past the range of timestamps.
    pub(super) fn compute_deadlines(&self, instants: &ArrayRef) -> Result<ContactDeadlines> {
        match self.span.plus(instants)? {
            Some(plus) => Ok(ContactDeadlines {
                values: eligible_or_least(ticks(instants)?, instants),
                plus,
            }),
            None => Ok(ContactDeadlines {
                values: eligible_or_least(&deadlines(instants, &self.span)?, instants),
                plus: 0,
            }),
        }
    }
}

fn eligible_or_least(values: &ScalarBuffer<i64>, instants: &ArrayRef) -> ScalarBuffer<i64> {
    let Some(nulls) = instants.nulls().filter(|nulls| nulls.null_count() > 0) else {
        return values.clone();
    };
    let values = values.iter().zip(nulls);
    values
        .map(|(&value, eligible)| if eligible { value } else { i64::MIN })
        .collect()
}

/// The instants of eligible rows, NULL for other rows.
pub(super) fn masked(instants: &ArrayRef, eligible: Option<&NullBuffer>) -> Result<ArrayRef> {
    let Some(eligible) = eligible else {
        return Ok(Arc::clone(instants));
    };
    let data = instants.to_data().into_builder();
    Ok(make_array(data.nulls(Some(eligible.clone())).build()?))
}
