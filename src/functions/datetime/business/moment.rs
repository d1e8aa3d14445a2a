//! `is_business_time` and `next_business_time`: true in business hours, and their next instant.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{Documentation, ScalarUDF};

use super::arguments::{INSTANT, documentation, instants, valid, with_ticks};
use super::clocks::BusinessTimeCalculators;
use super::function::{BusinessFunction, BusinessKernel};
use crate::functions::kernels::times::ticks;
use crate::time::calendar::BusinessTimeCalculator;

pub(super) fn all() -> Vec<ScalarUDF> {
    [
        BusinessOpeningFunction::IsOpen,
        BusinessOpeningFunction::NextOpen,
    ]
    .map(BusinessFunction::udf)
    .to_vec()
}

/// One of the two functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum BusinessOpeningFunction {
    IsOpen,
    NextOpen,
}

impl BusinessOpeningFunction {
    fn page(self) -> Documentation {
        let (description, value, related) = match self {
            Self::IsOpen => (
                "Whether `ts` lies in business hours: from the opening on, until just before the \
                 closing. NULL only when an argument is NULL; a timestamp without a time zone is an \
                 error.",
                "true",
                "next_business_time",
            ),
            Self::NextOpen => (
                "`ts` itself when it lies in business hours, else when they next begin. NULL when an \
                 argument is NULL, and when the calendar never opens again; a timestamp without a \
                 time zone is an error.",
                "2026-01-05T10:00:00Z",
                "is_business_time",
            ),
        };
        let name = self.name();
        let example =
            format!("SELECT {name}(TIMESTAMPTZ '2026-01-05T10:00:00Z', '24x7');\n-- {value}");
        documentation(name, description, &[("ts", INSTANT)], &example, related)
    }
}

/// Evaluates each row that has an instant and a calendar.
fn ask<T, C: FromIterator<Option<T>>>(
    clocks: &mut BusinessTimeCalculators,
    instants: &ArrayRef,
    question: impl Fn(&mut BusinessTimeCalculator, i64) -> Option<T>,
) -> Result<C> {
    let nulls = valid(&[instants]);
    let ticks: &[i64] = ticks(instants)?;
    let value = |row: usize| {
        if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return Ok(None);
        }
        Ok(clocks
            .for_row(row)?
            .and_then(|clock| question(clock, ticks[row])))
    };
    (0..ticks.len()).map(value).collect()
}

impl BusinessKernel for BusinessOpeningFunction {
    fn name(&self) -> &'static str {
        match self {
            Self::IsOpen => "is_business_time",
            Self::NextOpen => "next_business_time",
        }
    }

    fn parameters(&self) -> &'static [&'static str] {
        &["ts"]
    }

    fn documentation(&self) -> Documentation {
        self.page()
    }

    fn coerce(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(vec![instants(self.name(), &[("ts", &types[0])])?])
    }

    fn return_type(&self, types: &[DataType]) -> DataType {
        match self {
            Self::IsOpen => DataType::Boolean,
            Self::NextOpen => types[0].clone(),
        }
    }

    fn values(
        &self,
        clocks: &mut BusinessTimeCalculators,
        columns: &[ArrayRef],
    ) -> Result<ArrayRef> {
        let at = &columns[0];
        Ok(with_ticks!(at.data_type(), P => match self {
            Self::IsOpen => {
                let open: BooleanArray = ask(clocks, at, |clock, at| Some(clock.is_open::<P>(at)))?;
                Arc::new(open)
            }
            Self::NextOpen => {
                let next: Int64Array = ask(clocks, at, BusinessTimeCalculator::next_open::<P>)?;
                cast(&next, at.data_type())?
            }
        }))
    }
}
