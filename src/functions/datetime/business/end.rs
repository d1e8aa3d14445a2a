//! `business_end`: where a clock that never stops would stand after the same business time.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

use super::arguments::{
    END, START, calendar, documentation, instants, result, rows, signature, valid, with_ticks,
};
use super::clocks::Clocks;
use crate::functions::kernels::times::ticks;

const NAME: &str = "business_end";

pub(super) fn function() -> ScalarUDF {
    ScalarUDF::from(BusinessEnd::default())
}

#[derive(Debug)]
struct BusinessEnd {
    signature: Signature,
    documentation: Documentation,
}

impl PartialEq for BusinessEnd {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for BusinessEnd {}

impl std::hash::Hash for BusinessEnd {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        NAME.hash(state);
    }
}

impl Default for BusinessEnd {
    fn default() -> Self {
        Self {
            signature: signature(&["start", "end", "calendar"]),
            documentation: documentation(
                NAME,
                "`start` plus the business time from `start` to `end`, so that any function of two \
                 instants can count business time: `end_instant - start` is then time in business \
                 hours. It is what the `calendar` argument of `frt` and the other durations does. An \
                 `end` before `start` stays what it is. NULL when an argument is NULL; a timestamp \
                 without a time zone is an error. For the time by which work is due see \
                 `business_add`.",
                &[("start", START), ("end", END)],
                "SELECT business_end(TIMESTAMPTZ '2026-01-05T10:00:00Z', TIMESTAMPTZ \
                 '2026-01-05T11:30:00Z', '24x7');\n-- 2026-01-05T11:30:00Z",
                "business_add",
            ),
        }
    }
}

fn ends<const PER_SECOND: i64>(
    clocks: &mut Clocks,
    (start, end): (&ArrayRef, &ArrayRef),
) -> Result<Int64Array> {
    let nulls = valid(&[start, end]);
    let (starts, ends): (&[i64], &[i64]) = (ticks(start)?, ticks(end)?);
    let value = |row: usize| {
        if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return Ok(None);
        }
        let Some(clock) = clocks.of(row)? else {
            return Ok(None);
        };
        let (start, end) = (starts[row], ends[row]);
        if end < start {
            return Ok(Some(end));
        }
        let open = clock.ticks_between::<PER_SECOND>(start, end);
        // No more than the time between them.
        Ok(i64::try_from(i128::from(start) + open).ok())
    };
    (0..starts.len()).map(value).collect()
}

impl ScalarUDFImpl for BusinessEnd {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let [start, end, name] = arg_types else {
            return plan_err!("{NAME}(start, end, calendar) takes three arguments");
        };
        let instant = instants(NAME, &[("start", start), ("end", end)])?;
        Ok(vec![instant.clone(), instant, calendar(NAME, name)?])
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        match arg_types {
            [start, ..] => Ok(start.clone()),
            [] => plan_err!("{NAME}(start, end, calendar) takes three arguments"),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let (rows, is_constant) = rows(&args.args, args.number_rows);
        let [start, end, name] = args.args.as_slice() else {
            return plan_err!("{NAME}(start, end, calendar) takes three arguments");
        };
        let mut clocks = Clocks::new(NAME, name, rows, &args.config_options)?;
        let (start, end) = (start.to_array(rows)?, end.to_array(rows)?);
        let pair = (&start, &end);
        let ends = with_ticks!(start.data_type(), P => ends::<P>(&mut clocks, pair))?;
        let ends: ArrayRef = cast(&(Arc::new(ends) as ArrayRef), start.data_type())?;
        result(&ends, is_constant)
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
