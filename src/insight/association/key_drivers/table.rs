//! `key_drivers` as SQL calls it.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray};
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlanBuilder, cast};

use super::MOST_DRIVERS;
use super::report::{DriverFinding, KeyDriverReport};
use super::row_fold::{DriverOptions, DriverRowFold};
use crate::functions::declaration::parameter::unpacked;
use crate::functions::kernels::numbers::{is_number, readable};
use crate::insight::families::ASSOCIATION;
use crate::insight::table_function::{
    ComputedTable, TableCall, TableComputation, TableFold, TableFunctionSpec, optional, required,
};
use crate::sql_type;

pub(in crate::insight) static KEY_DRIVERS: TableFunctionSpec = TableFunctionSpec {
    name: "key_drivers",
    family: ASSOCIATION,
    description: "What goes with a score: one row for each of up to 12 drivers, the most important first. Least \
        squares on the rows that have the outcome and all drivers (`n` of them); `importance` is the driver's \
        part of `r2` averaged over all orders of entry (Lindeman, Merenda and Gold; Grömping 2006), so that the \
        parts add up to `r2`, are never negative, and drivers that go together share. `share` is 100 × \
        importance / r2; `share_low` and `share_high` leave one of 20 groups of ids out at a time, so that one \
        customer's answers stay together, and are NULL without `id`. `effect` is the rise of the outcome with \
        one more of a driver, all others equal, with Student's interval, and NULL for texts; `mean` is the \
        driver's mean. Association, not cause. A driver that is constant or follows from others is an error \
        that names it, as are too few rows. `note` warns of fewer than ten rows a column, where effects and \
        shares are vague, and of more than a fifth of the rows with an outcome that lack a driver.",
    example: "SELECT driver, round(share, 1) AS share FROM key_drivers((SELECT score, wait, reopened FROM \
        (VALUES (5, 1, false), (4, 3, false), (2, 9, true), (3, 5, false), (1, 8, true), (2, 7, false)) AS \
        answers(score, wait, reopened)), outcome => score, drivers => [wait, reopened]);",
    options: &[
        required(
            "outcome",
            "A score, or a yes/no outcome, which counts as 1 and 0; one kind of score in a call.",
        ),
        required(
            "drivers",
            "`[wait, channel]`: numbers, booleans, or texts of up to 30 values, which enter as one.",
        ),
        optional("id", "", "Who answered, for the intervals of shares."),
        optional("level", "0.95", "Confidence level, between 0 and 1."),
    ],
    plan,
};

fn plan(call: &mut TableCall<'_>) -> Result<ComputedTable> {
    let outcome = call.required("outcome")?;
    let drivers = call.expressions("drivers")?;
    if drivers.is_empty() || drivers.len() > MOST_DRIVERS {
        return plan_err!(
            "key_drivers: there are {} drivers; name 1 to {MOST_DRIVERS}: drivers => [wait, channel]",
            drivers.len()
        );
    }
    let outcome = driver_column(call, outcome, "outcome")?;
    if outcome.get_type(call.input().schema())? == DataType::Utf8 {
        return plan_err!("key_drivers: outcome must be a number or a boolean, not a text");
    }
    let mut columns = vec![outcome.alias("outcome")];
    let mut names = vec![];
    for (place, (expr, name)) in drivers.into_iter().enumerate() {
        let expr = driver_column(call, expr, &name)?;
        columns.push(expr.alias(format!("d{place}")));
        names.push(name);
    }
    let id = call.expression("id")?;
    let options = DriverOptions {
        names,
        has_id: id.is_some(),
        level: call.level(0.95)?,
        invalid: call.invalid(),
    };
    columns.extend(id.map(|id| cast(id, DataType::Utf8).alias("id")));
    let input = LogicalPlanBuilder::from(call.input().clone())
        .project(columns)?
        .build()?;
    Ok(ComputedTable {
        input,
        computation: Arc::new(KeyDriverTable { options }),
    })
}

/// A column as the fold reads it: a boolean, a text without a dictionary, or a number that can be summed.
fn driver_column(call: &TableCall<'_>, expr: Expr, name: &str) -> Result<Expr> {
    let given = expr.get_type(call.input().schema())?;
    let target = match unpacked(&given) {
        DataType::Boolean => DataType::Boolean,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
            return Ok(cast(expr, DataType::Utf8));
        }
        number if is_number(number) => readable(number),
        other => {
            return plan_err!(
                "key_drivers: {name} is {}; take a number, a boolean or a text",
                sql_type::name(other)
            );
        }
    };
    Ok(if given == target {
        expr
    } else {
        cast(expr, target)
    })
}

#[derive(Debug)]
struct KeyDriverTable {
    options: DriverOptions,
}

/// The columns, in order.
const COLUMNS: [(&str, DataType); 12] = [
    ("driver", DataType::Utf8),
    ("n", DataType::Int64),
    ("r2", DataType::Float64),
    ("importance", DataType::Float64),
    ("share", DataType::Float64),
    ("share_low", DataType::Float64),
    ("share_high", DataType::Float64),
    ("effect", DataType::Float64),
    ("effect_low", DataType::Float64),
    ("effect_high", DataType::Float64),
    ("mean", DataType::Float64),
    ("note", DataType::Utf8),
];

fn fields() -> Vec<FieldRef> {
    COLUMNS
        .into_iter()
        .map(|(name, data_type)| Arc::new(Field::new(name, data_type, true)))
        .collect()
}

impl TableComputation for KeyDriverTable {
    fn fields(&self) -> Vec<FieldRef> {
        fields()
    }

    fn sorted_by(&self) -> usize {
        0
    }

    fn compute(&self, input: &RecordBatch) -> Result<RecordBatch> {
        let mut rows = DriverRowFold::new(self.options.clone());
        rows.count(input)?;
        rows.finish()
    }

    fn fold(&self) -> Option<Box<dyn TableFold>> {
        Some(Box::new(DriverRowFold::new(self.options.clone())))
    }
}

impl TableFold for DriverRowFold {
    fn add(&mut self, rows: &RecordBatch) -> Result<()> {
        self.count(rows)
    }

    fn size(&self) -> usize {
        self.bytes()
    }

    fn finish(&self) -> Result<RecordBatch> {
        batch(self.names(), &self.report()?)
    }
}

/// The findings as columns.
fn batch(names: &[String], report: &KeyDriverReport) -> Result<RecordBatch> {
    let found = &report.drivers;
    let number = |of: &dyn Fn(&DriverFinding) -> Option<f64>| -> ArrayRef {
        Arc::new(found.iter().map(of).collect::<Float64Array>())
    };
    let names = found
        .iter()
        .map(|finding| names.get(finding.driver).map(String::as_str));
    let rows = found.iter().map(|_| report.n);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(names.collect::<StringArray>()),
        Arc::new(Int64Array::from_iter_values(rows)),
        number(&|_| report.r2),
        number(&|finding| finding.importance),
        number(&|finding| finding.share),
        number(&|finding| finding.share_interval.map(|(low, _)| low)),
        number(&|finding| finding.share_interval.map(|(_, high)| high)),
        number(&|finding| finding.effect),
        number(&|finding| finding.effect_interval.map(|(low, _)| low)),
        number(&|finding| finding.effect_interval.map(|(_, high)| high)),
        number(&|finding| finding.mean),
        Arc::new(found.iter().map(|_| report.note()).collect::<StringArray>()),
    ];
    Ok(RecordBatch::try_new(
        Arc::new(Schema::new(fields())),
        columns,
    )?)
}
