//! `survival_curve` as SQL calls it.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, plan_err};
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlanBuilder, col, lit};

use super::curve_groups::{CurveOptions, curves};
use super::lifetime_parts::{
    INSTANTS, LifetimePart, PARTS_PER_SECOND, common_instants, lifetime_part,
};
use crate::functions::kernels::times::DurationUnit;
use crate::insight::families::SURVIVAL;
use crate::insight::table_function::{
    ComputedTable, TableCall, TableComputation, TableFunctionSpec, optional, required,
};

pub(crate) static SURVIVAL_CURVE: TableFunctionSpec = TableFunctionSpec {
    name: "survival_curve",
    family: SURVIVAL,
    description: "The Kaplan-Meier curve (1958) of time from start to end: one row for each distinct time, in \
        order, with the columns of `by`, `time`, `at_risk` (rows that were there just before), `events`, \
        `censored`, `survival` (share that lasts longer, 0 to 100), `low` and `high` (Greenwood's variance on \
        the log-log scale; no width at 100, NULL at 0). A row without an end by `as_of` is censored there, one \
        that starts after it or has no start does not count, an end after it is not yet known. Events come \
        before censorings of the same time. An end before the start is an error. A NULL in `by` is a group.",
    example: "SELECT time, survival FROM survival_curve((SELECT * FROM (VALUES (TIMESTAMP '2026-01-01 \
        00:00:00', TIMESTAMP '2026-01-01 02:00:00'), (TIMESTAMP '2026-01-01 00:00:00', NULL)) AS tickets(a, \
        b)), start => a, end => b, as_of => TIMESTAMP '2026-01-01 09:00:00', unit => 'hour');",
    options: &[
        required("start", "When a row began."),
        required("end", "When it ended; NULL while it has not."),
        required(
            "as_of",
            "The last instant of which is known, a constant or an expression.",
        ),
        optional(
            "entry",
            "",
            "The instant after which a row is at risk, for what was there before the data begin; from its \
             start on where it is absent or NULL.",
        ),
        optional("unit", "'minute'", "'second', 'minute', 'hour' or 'day'."),
        optional(
            "by",
            "",
            "One curve for each value of these: `team` or `[team, plan]`.",
        ),
        optional("level", "0.95", "Confidence level, between 0 and 1."),
    ],
    plan,
};

/// Columns after those of `by`.
const COLUMNS: [(&str, DataType); 7] = [
    ("time", DataType::Float64),
    ("at_risk", DataType::Int64),
    ("events", DataType::Int64),
    ("censored", DataType::Int64),
    ("survival", DataType::Float64),
    ("low", DataType::Float64),
    ("high", DataType::Float64),
];

fn plan(call: &mut TableCall<'_>) -> Result<ComputedTable> {
    let instants = instants(call)?;
    let by = call.expressions("by")?;
    let mut fields: Vec<FieldRef> = vec![];
    for (expr, name) in &by {
        let taken = COLUMNS.iter().any(|(own, _)| own == name)
            || fields.iter().any(|field| field.name() == name);
        if taken {
            return plan_err!(
                "survival_curve: the result has a column {name} already; give that of by another name \
                 in a query: (SELECT {name} AS team, .. FROM ..)"
            );
        }
        let data_type = expr.get_type(call.input().schema())?;
        fields.push(Arc::new(Field::new(name, data_type, true)));
    }
    let unit = match call.text("unit")? {
        Some(name) => DurationUnit::parse(call.function(), &name)?,
        None => DurationUnit::default(),
    };
    let options = CurveOptions {
        groups: by.len(),
        ticks_per_unit: PARTS_PER_SECOND * unit.seconds(),
        level: call.level(0.95)?,
    };
    let names: Vec<_> = (0..by.len()).map(|place| format!("g{place}")).collect();
    let keys = by.into_iter().zip(&names);
    let keys = keys.map(|((expr, _), name)| expr.alias(name));
    let invalid = call.invalid();
    let part = |part, name: &str| {
        lifetime_part(part, invalid)
            .call(instants.clone())
            .alias(name)
    };
    let parts = [
        part(LifetimePart::Time, "time"),
        part(LifetimePart::HasEnded, "has_ended"),
        part(LifetimePart::Entry, "entry"),
    ];
    let grouped = names.iter().map(String::as_str);
    let grouped = grouped.chain(["time", "has_ended", "entry"]).map(col);
    let input = LogicalPlanBuilder::from(call.input().clone())
        .project(keys.chain(parts).collect::<Vec<_>>())?
        .filter(col("time").is_not_null())?
        .aggregate(grouped, [count(lit(1)).alias("n")])?
        .build()?;
    Ok(ComputedTable {
        input,
        computation: Arc::new(SurvivalCurves { fields, options }),
    })
}

/// The times of a call.
///
/// # Errors
/// When they cannot be compared.
fn instants(call: &mut TableCall<'_>) -> Result<Vec<Expr>> {
    let mut exprs = vec![];
    for parameter in &INSTANTS {
        exprs.extend(call.expression(parameter.name)?);
    }
    let types = exprs
        .iter()
        .map(|expr| expr.get_type(call.input().schema()))
        .collect::<Result<Vec<_>>>()?;
    common_instants(&types)?;
    Ok(exprs)
}

#[derive(Debug)]
struct SurvivalCurves {
    /// Columns of `by`.
    fields: Vec<FieldRef>,
    options: CurveOptions,
}

impl TableComputation for SurvivalCurves {
    fn fields(&self) -> Vec<FieldRef> {
        let own = COLUMNS.into_iter();
        let own = own.map(|(name, data_type)| Arc::new(Field::new(name, data_type, true)));
        self.fields.iter().cloned().chain(own).collect()
    }

    fn sorted_by(&self) -> usize {
        self.options.groups
    }

    fn compute(&self, input: &RecordBatch) -> Result<RecordBatch> {
        let schema = Schema::new(self.fields());
        let columns = curves(&self.options, input)?.into_iter();
        // A rule of the engine may have changed the type of a text since the call was planned.
        let columns = columns
            .zip(schema.fields())
            .map(|(column, field)| arrow::compute::cast(&column, field.data_type()));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        Ok(RecordBatch::try_new(Arc::new(schema), columns)?)
    }
}
