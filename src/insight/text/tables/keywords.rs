//! `keywords` as SQL calls it.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array, Int64Array, StringArray, UInt64Array};
use arrow::compute::{partition, take};
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type, Schema};
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, plan_err};
use datafusion::functions_aggregate::expr_fn::{count, min, sum};
use datafusion::logical_expr::{ExprSchemable, LogicalPlan, LogicalPlanBuilder, cast, col, lit};

use super::arguments::{LANGUAGE, STOP, TEXT, text};
use super::term_rows::{COUNT_RANK, by_commonness, terms, unnested};
use crate::insight::families;
use crate::insight::table_function::{
    ComputedTable, TableCall, TableComputation, TableFunctionSpec, optional, required,
};
use crate::insight::text::keywords::{ClassTermCount, KeywordWeight, top_keywords};
use crate::insight::text::scalar::DOCUMENT;

pub(crate) static KEYWORDS: TableFunctionSpec = TableFunctionSpec {
    name: "keywords",
    family: families::TEXT,
    description: "The words that tell the groups of a table apart, for more than two groups: class-based TF-IDF. The \
        weight of a stem in a group is tf ln(1 + A / f): tf its occurrences in the group, f in all groups, A the \
        mean number of words of a group. Columns: the group under its own name, `keyword` (the commonest written \
        form in the group), `docs` (texts of the group with it), `occurrences`, `weight`; group by group in order, \
        the heaviest first. A weight compares words, it has no unit and no p: `themes` compares two sides. Words \
        that say nothing, numbers and single letters are left out; a NULL group is a group; NULL texts and texts \
        without a word are none. Source: Grootendorst 2022.",
    example: "SELECT topic, keyword, occurrences FROM keywords((SELECT * FROM (VALUES ('billing', 'Invoice wrong, \
        new invoice'), ('app', 'App crashes'), ('app', 'the app is slow, app!')) AS tickets(topic, comment)), text => \
        comment, by => topic, top => 1);\n-- app,app,3\n-- billing,invoice,2",
    options: &[
        TEXT,
        required(
            "by",
            "The column or expression whose values are the groups.",
        ),
        LANGUAGE,
        optional("top", "10", "Keywords of each group."),
        STOP,
    ],
    plan,
};

/// Names of the columns behind the group.
const COLUMNS: [(&str, DataType); 4] = [
    ("keyword", DataType::Utf8),
    ("docs", DataType::Int64),
    ("occurrences", DataType::Int64),
    ("weight", DataType::Float64),
];

fn plan(call: &mut TableCall<'_>) -> Result<ComputedTable> {
    let text = text(call)?;
    let groups = call.expressions("by")?;
    let [(by, name)] = groups.as_slice() else {
        return plan_err!(
            "keywords: by is one column or expression, not {}; join several: by => team || ' ' || channel",
            groups.len()
        );
    };
    let top = call.whole("top", 1, 10)?;
    let mut name = name.clone();
    if COLUMNS.iter().any(|(own, _)| *own == name) {
        name.push_str("_group");
    }
    let group = Field::new(name, by.get_type(call.input().schema())?, true);
    let by = by.clone();
    let terms = terms(call, text, false)?;
    let documents = LogicalPlanBuilder::from(call.input().clone())
        .project([by.alias("class"), terms.alias("terms")])?;
    Ok(ComputedTable {
        input: counted(documents)?,
        computation: Arc::new(KeywordTable { group, top }),
    })
}

/// Occurrences and documents of each term by class.
fn counted(documents: LogicalPlanBuilder) -> Result<LogicalPlan> {
    unnested(documents, &["class"])?
        .filter(col("key").not_eq(lit(DOCUMENT)))?
        .aggregate(
            [col("class"), col("key"), col("written")],
            [
                count(lit(1)).alias("docs"),
                sum(col("occurrences")).alias("occurrences"),
            ],
        )?
        .project([
            col("class"),
            col("key"),
            by_commonness(col("docs"), col("written")).alias("written"),
            col("docs"),
            col("occurrences"),
        ])?
        .aggregate(
            [col("class"), col("key")],
            [
                min(col("written")).alias("written"),
                sum(col("docs")).alias("docs"),
                sum(col("occurrences")).alias("occurrences"),
            ],
        )?
        .project([
            col("class"),
            cast(col("key"), DataType::Utf8).alias("key"),
            cast(col("written"), DataType::Utf8).alias("written"),
            cast(col("docs"), DataType::Int64).alias("docs"),
            cast(col("occurrences"), DataType::Int64).alias("occurrences"),
        ])?
        .build()
}

#[derive(Debug)]
struct KeywordTable {
    group: Field,
    top: usize,
}

impl TableComputation for KeywordTable {
    fn fields(&self) -> Vec<FieldRef> {
        let own = COLUMNS.into_iter();
        let own = own.map(|(name, of)| Field::new(name, of, true));
        std::iter::once(self.group.clone())
            .chain(own)
            .map(Arc::new)
            .collect()
    }

    fn sorted_by(&self) -> usize {
        1
    }

    fn compute(&self, input: &RecordBatch) -> Result<RecordBatch> {
        let keys = input.column(1).as_string::<i32>();
        let occurrences = input.column(4).as_primitive::<Int64Type>();
        let classes = partition(&input.columns()[..1])?.ranges();
        let rows: Vec<_> = classes
            .into_iter()
            .enumerate()
            .flat_map(|(class, rows)| rows.map(move |row| (class, row)))
            .map(|(class, row)| ClassTermCount {
                class,
                term: keys.value(row),
                occurrences: occurrences.value(row),
            })
            .collect();
        let columns = self.columns(input, &top_keywords(&rows, self.top))?;
        Ok(RecordBatch::try_new(
            Arc::new(Schema::new(self.fields())),
            columns,
        )?)
    }
}

impl KeywordTable {
    /// The rows of `found`; the places are those of the input's rows, which partitions have in order.
    fn columns(&self, input: &RecordBatch, found: &[KeywordWeight]) -> Result<Vec<ArrayRef>> {
        let places = found.iter().map(|keyword| keyword.place as u64);
        let places = UInt64Array::from_iter_values(places);
        let written = input.column(2).as_string::<i32>();
        let count = |column: usize| -> Int64Array {
            let counts = input.column(column).as_primitive::<Int64Type>();
            found
                .iter()
                .map(|keyword| counts.value(keyword.place))
                .collect::<Vec<_>>()
                .into()
        };
        let weights = found.iter().map(|keyword| keyword.weight);
        let words = found.iter().map(|keyword| {
            written
                .value(keyword.place)
                .get(COUNT_RANK..)
                .unwrap_or_default()
        });
        let group = take(input.column(0), &places, None)?;
        debug_assert_eq!(group.data_type(), self.group.data_type());
        Ok(vec![
            group,
            Arc::new(StringArray::from_iter_values(words)),
            Arc::new(count(3)),
            Arc::new(count(4)),
            Arc::new(Float64Array::from_iter_values(weights)),
        ])
    }
}
