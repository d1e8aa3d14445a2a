//! `backlog_moves` as a function.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, TimeUnit};
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, ColumnarValue, DocSection, Documentation,
    GroupsAccumulator, Signature, Volatility,
};

use super::groups::{BacklogMovesGroupsAccumulator, fields, item};
use super::periods::{LocalPeriodTimeline, PeriodIndex};
use super::single::BacklogMovesAccumulator;
use crate::functions::datetime::local::instant_type;
use crate::functions::declaration::families::WORKLOAD;
use crate::functions::declaration::instants::finer;
use crate::functions::kernels::times::ticks_per_second;
use crate::settings::InvalidPolicy;

pub(crate) const NAME: &str = "backlog_moves";
const IGNORE: &str = "ignore";
const SYNTAX: &str = "backlog_moves(opened_at, closed_at, due_at, grain, zone [, week_start])";
const ARGUMENTS: [(&str, &str); 6] = [
    (
        "opened_at",
        "When the ticket opened, with a time zone. Rows without it do not count.",
    ),
    (
        "closed_at",
        "When it closed; NULL while it is open, and so is a time in the year 9999 (2262 in nanoseconds). \
         Closed before opened is an error.",
    ),
    ("due_at", "When it is due; NULL without a target."),
    (
        "grain",
        "`'hour'`, `'day'`, `'week'`, `'month'`, `'quarter'` or `'year'`; a literal.",
    ),
    (
        "zone",
        "Whose clocks divide the periods: an IANA name or an offset; a literal.",
    ),
    (
        "week_start",
        "The day on which weeks start, `'monday'` when absent; a literal.",
    ),
];

pub(crate) fn function() -> AggregateUDF {
    let names = ARGUMENTS.map(|(name, _)| name.to_owned());
    let mut signature = Signature::user_defined(Volatility::Immutable);
    signature.parameter_names = Some(names.to_vec());
    AggregateUDF::from(BacklogMoves {
        signature,
        documentation: documentation(),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct BacklogMoves {
    signature: Signature,
    documentation: Documentation,
}

fn documentation() -> Documentation {
    let section = DocSection {
        include: true,
        label: WORKLOAD.0,
        description: None,
    };
    let description = "How a backlog changed: a list with one element for each hour, day, week, .. of \
        local time in which something happened, in order, of `period` (its start on the clock), \
        `opened`, `closed` and `overdue` (tickets that passed their due time less overdue ones that \
        were closed). Running sums of `opened - closed` and of `overdue` are what `backlog` and \
        `overdue_backlog` give at the end of each period, from one pass over the tickets. A period \
        ends when the next begins: what opens or closes at that instant has done so by its end.";
    let example = "SELECT move.period, move.opened, move.closed, move.overdue FROM (SELECT \
        unnest(backlog_moves(o, c, NULL, 'day', 'America/New_York')) AS move FROM (VALUES \
        (TIMESTAMPTZ '2026-03-08 04:30:00Z', TIMESTAMPTZ '2026-03-08 20:00:00Z')) AS t(o, c));\n\
        -- 2026-03-07T00:00:00,1,0,0\n-- 2026-03-08T00:00:00,0,1,0";
    let builder = Documentation::builder(section, description, SYNTAX)
        .with_sql_example(format!("```sql\n{example}\n```"));
    let builder = ARGUMENTS.iter().fold(builder, |builder, (name, about)| {
        builder.with_argument(*name, *about)
    });
    builder
        .with_related_udf("backlog_levels")
        .with_related_udf("backlog")
        .with_related_udf("local_trunc")
        .build()
}

impl AggregateUDFImpl for BacklogMoves {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        // The optional last argument is the treatment of invalid values.
        let ([opened, closed, due, rest @ ..], 5..=7) = (arg_types, arg_types.len()) else {
            return plan_err!("call it as {SYNTAX}");
        };
        if !rest.iter().all(|text| text.is_string() || text.is_null()) {
            return plan_err!("call it as {SYNTAX}");
        }
        let mut unit = None;
        for time in [opened, closed, due] {
            if let DataType::Timestamp(own, _) = instant_type(NAME, time)?
                && !time.is_null()
            {
                unit = Some(unit.map_or(own, |unit| finer(unit, own)));
            }
        }
        let unit = unit.unwrap_or(TimeUnit::Microsecond);
        let mut types = vec![DataType::Timestamp(unit, Some("UTC".into())); 3];
        types.resize(arg_types.len(), DataType::Utf8);
        Ok(types)
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::List(item(&fields(&arg_types[0]))))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let name = format_state_name(args.name, "moves");
        let data_type = args.return_field.data_type().clone();
        Ok(vec![Arc::new(Field::new(name, data_type, true))])
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(BacklogMovesAccumulator::new(groups(&args)?)))
    }

    fn groups_accumulator_supported(&self, _args: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(groups(&args)?))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

fn groups(args: &AccumulatorArgs<'_>) -> Result<BacklogMovesGroupsAccumulator> {
    let opened = args.expr_fields[0].data_type();
    let ticks = ticks_per_second(opened);
    let worded = |problem| exec_datafusion_err!("{NAME}: {problem}");
    let last = constant(args, args.exprs.len() - 1)?;
    let (invalid, given) = if last == IGNORE {
        (InvalidPolicy::Ignore, args.exprs.len() - 1)
    } else {
        (InvalidPolicy::Error, args.exprs.len())
    };
    let week_start = match given {
        0..=5 => "monday".to_owned(),
        _ => constant(args, 5)?,
    };
    let line =
        LocalPeriodTimeline::new(&constant(args, 3)?, &constant(args, 4)?, &week_start, ticks);
    let periods = PeriodIndex::new(line.map_err(worded)?, ticks);
    Ok(BacklogMovesGroupsAccumulator::new(
        NAME,
        periods,
        invalid,
        fields(opened),
    ))
}

/// Text of an argument that must be a literal.
fn constant(args: &AccumulatorArgs<'_>, position: usize) -> Result<String> {
    let nothing = RecordBatch::new_empty(Arc::new(args.schema.clone()));
    match args.exprs[position].evaluate(&nothing)? {
        ColumnarValue::Scalar(ScalarValue::Utf8(Some(text))) => Ok(text),
        _ => plan_err!(
            "{NAME}: {} must be a literal, not NULL or a column",
            ARGUMENTS
                .get(position)
                .map_or("the last argument", |argument| argument.0)
        ),
    }
}
