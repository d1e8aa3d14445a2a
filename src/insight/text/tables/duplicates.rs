//! `near_duplicates` as SQL calls it.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array, StringArray, UInt64Array};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{ExprSchemable, LogicalPlanBuilder, cast};

use super::arguments::{REDACT, TEXT, text};
use super::similar_texts::{SimilarPair, similar_pairs};
use crate::insight::families;
use crate::insight::table_function::{
    ComputedTable, TableCall, TableComputation, TableFunctionSpec, optional, required,
};
use crate::insight::text::redaction::{plain_example, redacted_example};
use crate::insight::text::scalar::{TEXT_BANDS, call as scalar_call};

pub(crate) static NEAR_DUPLICATES: TableFunctionSpec = TableFunctionSpec {
    name: "near_duplicates",
    family: families::TEXT,
    description: "Pairs of texts that are nearly equal, and the group that pairs make: the same request in two \
        tickets, or an answer that a robot gave hundreds of times. `similarity` is `text_similarity`, and exact: \
        MinHash (128 values in 32 bands of 4) proposes pairs, so of those at the threshold of 0.8 more than 99.9% \
        are found (of those at 0.5, 87%), and none is wrong. Texts with the same words in the same order (similarity \
        1) count as one: each is paired with the one of the smallest id only, and that one alone with other texts; \
        the group has them all. Columns: `group_id` (the smallest id of the group), `id_a`, `id_b` (the greater), \
        `similarity`, `text_a`, `text_b` (redacted, under 200 characters); sorted by group and ids. NULL texts and \
        texts without a word are like nothing. More than a million pairs are an error. Memory: about 600 bytes a \
        text beside the texts. Sources: Broder 1997; Leskovec, Rajaraman and Ullman 2014.",
    example: "SELECT group_id, id_b, similarity FROM near_duplicates((SELECT * FROM (VALUES (7, 'My parcel has not \
        arrived since Monday'), (8, 'my parcel has NOT arrived since monday!'), (9, 'Where is my invoice?')) AS \
        tickets(ticket_id, comment)), id => ticket_id, text => comment);\n-- 7,8,1.0",
    options: &[
        required("id", "What tells rows apart, such as ticket_id."),
        TEXT,
        optional(
            "threshold",
            "0.8",
            "Least similarity of a pair, above 0 and at most 1.",
        ),
        REDACT,
    ],
    plan,
};

fn plan(call: &mut TableCall<'_>) -> Result<ComputedTable> {
    let id = call.required("id")?;
    let text = text(call)?;
    let threshold = match call.number("threshold")?.unwrap_or(0.8) {
        threshold if threshold > 0.0 && threshold <= 1.0 => threshold,
        off => {
            return plan_err!(
                "near_duplicates: threshold must be above 0 and at most 1, not {off}"
            );
        }
    };
    let computation = DuplicateTable {
        id: id.get_type(call.input().schema())?,
        threshold,
        redact: call.flag("redact", true)?,
    };
    let bands = scalar_call(&TEXT_BANDS, vec![text.clone()]);
    let input = LogicalPlanBuilder::from(call.input().clone())
        .filter(text.clone().is_not_null())?
        .project([
            id.alias("id"),
            cast(text, DataType::Utf8View).alias("text"),
            bands.alias("bands"),
        ])?
        .build()?;
    Ok(ComputedTable {
        input,
        computation: Arc::new(computation),
    })
}

#[derive(Debug)]
struct DuplicateTable {
    id: DataType,
    threshold: f64,
    redact: bool,
}

impl TableComputation for DuplicateTable {
    fn fields(&self) -> Vec<FieldRef> {
        let columns = [
            ("group_id", self.id.clone()),
            ("id_a", self.id.clone()),
            ("id_b", self.id.clone()),
            ("similarity", DataType::Float64),
            ("text_a", DataType::Utf8),
            ("text_b", DataType::Utf8),
        ];
        let fields = columns.into_iter();
        fields
            .map(|(name, of)| Arc::new(Field::new(name, of, true)))
            .collect()
    }

    /// By id and text, so that rows of one id have an order too.
    fn sorted_by(&self) -> usize {
        2
    }

    fn compute(&self, input: &RecordBatch) -> Result<RecordBatch> {
        let texts = input.column(1).as_string_view();
        let bands = input.column(2).as_fixed_size_binary();
        let pairs = similar_pairs(texts, bands, self.threshold)?;
        let ids = |row: fn(&SimilarPair) -> usize| -> Result<ArrayRef> {
            let rows = pairs.iter().map(|pair| row(pair) as u64);
            let rows = UInt64Array::from_iter_values(rows);
            Ok(take(input.column(0), &rows, None)?)
        };
        let example = |row: usize| {
            if self.redact {
                redacted_example(texts.value(row))
            } else {
                plain_example(texts.value(row))
            }
        };
        let examples = |row: fn(&SimilarPair) -> usize| -> ArrayRef {
            let rows = pairs.iter().map(|pair| example(row(pair)));
            Arc::new(StringArray::from_iter_values(rows))
        };
        let similarities = pairs.iter().map(|pair| pair.similarity);
        let columns = vec![
            ids(|pair| pair.group)?,
            ids(|pair| pair.a)?,
            ids(|pair| pair.b)?,
            Arc::new(Float64Array::from_iter_values(similarities)),
            examples(|pair| pair.a),
            examples(|pair| pair.b),
        ];
        Ok(RecordBatch::try_new(
            Arc::new(Schema::new(self.fields())),
            columns,
        )?)
    }
}
