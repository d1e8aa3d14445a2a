//! `backlog_levels`: the backlog at the end of every period, from its moves.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, ListArray, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Fields, Int64Type};
use datafusion::common::{Result, exec_datafusion_err, exec_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, DocSection, Documentation, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};

use super::groups::item;
use super::periods::LocalPeriodTimeline;
use crate::functions::declaration::families::WORKLOAD;
use crate::functions::kernels::times::{ticks, ticks_per_second};

const NAME: &str = "backlog_levels";
/// Limit of periods per list: 114 years of hours. A close time further away is a data error.
const MOST: usize = 1_000_000;
const SYNTAX: &str = "backlog_levels(moves, first, last, grain, zone [, week_start])";
const ARGUMENTS: [(&str, &str); 6] = [
    (
        "moves",
        "What `backlog_moves` gave for this grain, zone and start of the week.",
    ),
    (
        "first",
        "A time on the clock, without a zone, in the first period that is wanted.",
    ),
    ("last", "A time in the last one."),
    ("grain", "As for `backlog_moves`."),
    ("zone", "As for `backlog_moves`."),
    ("week_start", "As for `backlog_moves`."),
];

pub(crate) fn function() -> ScalarUDF {
    let names = ARGUMENTS.map(|(name, _)| name.to_owned());
    let mut signature = Signature::user_defined(Volatility::Immutable);
    signature.parameter_names = Some(names.to_vec());
    ScalarUDF::from(BacklogLevels {
        signature,
        documentation: documentation(),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct BacklogLevels {
    signature: Signature,
    documentation: Documentation,
}

fn documentation() -> Documentation {
    let section = DocSection {
        include: true,
        label: WORKLOAD.0,
        description: None,
    };
    let description = "The backlog at the end of every period from `first` to `last`, quiet ones too: a \
        list of `period`, `opened`, `closed`, `open_at_end` and `overdue_at_end`. Moves before `first` \
        count in the levels. Periods that clocks leave out, such as an hour in spring, are not listed. \
        NULL without moves, `first` or `last`. The table function `backlog_series` does all of it.";
    let example = "SELECT level.period, level.open_at_end FROM (SELECT unnest(backlog_levels(moves, \
        TIMESTAMP '2026-01-05 00:00:00', TIMESTAMP '2026-01-06 00:00:00', 'day', 'UTC')) AS level FROM \
        (SELECT backlog_moves(o, NULL, NULL, 'day', 'UTC') AS moves FROM (VALUES (TIMESTAMPTZ \
        '2026-01-05 09:00:00Z')) AS t(o)));\n-- 2026-01-05T00:00:00,1\n-- 2026-01-06T00:00:00,1";
    let builder = Documentation::builder(section, description, SYNTAX)
        .with_sql_example(format!("```sql\n{example}\n```"));
    let builder = ARGUMENTS.iter().fold(builder, |builder, (name, about)| {
        builder.with_argument(*name, *about)
    });
    builder.with_related_udf("backlog_moves").build()
}

fn fields(moves: &DataType) -> Option<Fields> {
    let DataType::List(item) = moves else {
        return None;
    };
    let DataType::Struct(of_moves) = item.data_type() else {
        return None;
    };
    let names: Vec<_> = of_moves.iter().map(|field| field.name().as_str()).collect();
    if names != ["period", "opened", "closed", "overdue"] {
        return None;
    }
    let counts = ["opened", "closed", "open_at_end", "overdue_at_end"];
    let counts = counts.map(|name| Arc::new(Field::new(name, DataType::Int64, false)));
    Some(
        std::iter::once(Arc::clone(&of_moves[0]))
            .chain(counts)
            .collect(),
    )
}

impl ScalarUDFImpl for BacklogLevels {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let moves = arg_types.first().and_then(fields);
        let (Some(moves), 5..=6) = (moves, arg_types.len()) else {
            return plan_err!("call it as {SYNTAX}, with the result of backlog_moves");
        };
        if let Some(zoned) = arg_types[1..3]
            .iter()
            .find(|time| matches!(time, DataType::Timestamp(_, Some(_))))
        {
            return plan_err!(
                "{NAME}: first and last are local times, not {zoned}; write local_time(.., zone)"
            );
        }
        let time = moves[0].data_type().clone();
        let mut types = vec![arg_types[0].clone(), time.clone(), time];
        types.resize(arg_types.len(), DataType::Utf8);
        Ok(types)
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        match arg_types.first().and_then(fields) {
            Some(fields) => Ok(DataType::List(item(&fields))),
            None => plan_err!("call it as {SYNTAX}"),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        let [moves, first, last] = [0, 1, 2].map(|place| args.args[place].to_array(rows));
        let (moves, first, last) = (moves?, first?, last?);
        let text = |place: usize| match args.args.get(place) {
            Some(ColumnarValue::Scalar(value)) => value.try_as_str().flatten(),
            _ => None,
        };
        let (Some(grain), Some(zone)) = (text(3), text(4)) else {
            return plan_err!("{NAME}: grain and zone must be literals");
        };
        let week_start = text(5).unwrap_or("monday");
        let line =
            LocalPeriodTimeline::new(grain, zone, week_start, ticks_per_second(first.data_type()));
        let mut line = line.map_err(|problem| exec_datafusion_err!("{NAME}: {problem}"))?;
        let lists = levels(&moves, [&first, &last], &mut line)?;
        Ok(ColumnarValue::Array(Arc::new(lists)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// A period: its start, tickets opened and closed in it, tickets open and overdue at its end.
type BacklogLevel = (i64, [i64; 4]);

fn levels(
    moves: &ArrayRef,
    ends: [&ArrayRef; 2],
    line: &mut LocalPeriodTimeline,
) -> Result<ListArray> {
    let (first, last) = (ticks(ends[0])?, ticks(ends[1])?);
    let lists = moves.as_list::<i32>();
    let (mut all, mut lengths, mut valid) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..lists.len() {
        let is_valid = lists.is_valid(row) && ends.iter().all(|end| end.is_valid(row));
        let before = all.len();
        if is_valid {
            let found =
                append_row_levels(&lists.value(row), (first[row], last[row]), line, &mut all)?;
            found.ok_or_else(|| exec_datafusion_err!("{NAME}: a time is outside the calendar"))?;
        }
        valid.push(is_valid);
        lengths.push(all.len() - before);
    }
    let Some(fields) = fields(moves.data_type()) else {
        return plan_err!("call it as {SYNTAX}");
    };
    let locals: ArrayRef = Arc::new(all.iter().map(|level| level.0).collect::<Int64Array>());
    let counts = (0..4).map(|place| -> ArrayRef {
        Arc::new(
            all.iter()
                .map(|level| level.1[place])
                .collect::<Int64Array>(),
        )
    });
    let columns = std::iter::once(cast(&locals, fields[0].data_type())?).chain(counts);
    let structs = StructArray::try_new(fields.clone(), columns.collect(), None)?;
    let offsets = OffsetBuffer::from_lengths(lengths);
    let nulls = Some(valid.into());
    Ok(ListArray::try_new(
        item(&fields),
        offsets,
        Arc::new(structs),
        nulls,
    )?)
}

fn append_row_levels(
    moves: &ArrayRef,
    (first, last): (i64, i64),
    line: &mut LocalPeriodTimeline,
    levels: &mut Vec<BacklogLevel>,
) -> Result<Option<()>> {
    let moves = moves.as_struct();
    let locals = cast(moves.column(0), &DataType::Int64)?;
    let locals = locals.as_primitive::<Int64Type>().values();
    let [opened, closed, overdue] =
        [1, 2, 3].map(|column| moves.column(column).as_primitive::<Int64Type>().values());
    let (mut at, mut open, mut late) = (0, 0, 0);
    let before = levels.len();
    let mut period = line.start(first);
    while let Some(local) = period.filter(|local| *local <= last) {
        let mut here = [0, 0];
        while at < locals.len() && locals[at] <= local {
            open += opened[at] - closed[at];
            late += overdue[at];
            if locals[at] == local {
                here = [opened[at], closed[at]];
            }
            at += 1;
        }
        match line.is_there(local) {
            Some(true) if levels.len() - before >= MOST => {
                return exec_err!(
                    "{NAME}: there are more than {MOST} periods; bound them with until => .. in \
                     backlog_series, or take a longer grain"
                );
            }
            Some(true) => levels.push((local, [here[0], here[1], open, late])),
            Some(false) => {}
            None => return Ok(None),
        }
        period = line.end(local);
    }
    Ok(period.map(|_| ()))
}
