//! `themes` as SQL calls it.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array, Int64Array, StringArray};
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type, Schema};
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, plan_err};
use datafusion::functions_aggregate::expr_fn::{count, min, sum};
use datafusion::logical_expr::{
    Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder, cast, col, lit, not, when,
};

use super::arguments::{LANGUAGE, REDACT, STOP, TEXT, text};
use super::term_rows::{COUNT_RANK, by_commonness, terms, unnested};
use crate::insight::families;
use crate::insight::table_function::{
    ComputedTable, TableCall, TableComputation, TableFunctionSpec, optional, required,
};
use crate::insight::text::scalar::{DOCUMENT, EXAMPLE, EXAMPLE_RANK, call as scalar_call};
use crate::insight::text::themes::{ListedTheme, TermCount, ThemeSides, listed_themes};
use crate::sql_type;

pub(crate) static THEMES: TableFunctionSpec = TableFunctionSpec {
    name: "themes",
    family: families::TEXT,
    description: "What one side writes about more than the other: why detractors (side true) differ from promoters. \
        A theme is a stem or a pair of neighbouring stems, shown in its commonest written form; negations make \
        pairs (`not work`). The unit is the document, so that a long comment counts once; a text without a word, \
        and NULL, is none. `docs_a` and `share_a` (percent) are of side false, `docs_b` and `share_b` of side true; \
        `log_odds` above 0 means that side b writes about it more. A prior of a few documents keeps rare words from \
        winning. `p` is two-sided, `p_adjusted` by Benjamini and Hochberg over all themes listed. A pair that holds \
        a listed stem with the same documents is left out. The example is one of the documents with the theme, \
        redacted and under 200 characters, the same one whatever the order of rows. Themes that differ most come \
        first. Personal data is in no theme, as `redact` knows it; names of people may be. Without documents on one side log_odds and p are NULL. Several comments of one customer are not \
        independent. Chinese, Japanese and Thai write no blanks: their themes are poor. Source: Monroe, Colaresi \
        and Quinn 2008.",
    example: "SELECT theme, docs_a, docs_b FROM themes((SELECT * FROM (VALUES (2, 'The app is slow'), (9, 'Friendly \
        agent'), (3, 'So slow!'), (10, 'friendly and quick')) AS answers(score, comment)), text => comment, side => \
        score <= 6, min_docs => 2) ORDER BY theme;\n-- friendly,2,0\n-- slow,0,2",
    options: &[
        TEXT,
        required(
            "side",
            "A condition such as `score <= 6`: false is side a, true side b; rows where it is NULL are left out.",
        ),
        LANGUAGE,
        optional(
            "prior",
            "10",
            "Documents that the prior is worth, 0 or more; 0 for plain odds.",
        ),
        optional("ngrams", "2", "1 for stems only, 2 for pairs of them too."),
        optional(
            "min_docs",
            "5",
            "Documents of both sides together that a theme must have.",
        ),
        STOP,
        REDACT,
    ],
    plan,
};

fn plan(call: &mut TableCall<'_>) -> Result<ComputedTable> {
    let text = text(call)?;
    let side = side(call)?;
    let with_pairs = match call.whole("ngrams", 1, 2)? {
        1 => false,
        2 => true,
        more => return plan_err!("themes: ngrams must be 1 or 2, not {more}"),
    };
    let prior = call.number("prior")?.unwrap_or(10.0);
    if prior < 0.0 {
        return plan_err!("themes: prior must be 0 or more, not {prior}");
    }
    let min_docs = i64::try_from(call.whole("min_docs", 1, 5)?).unwrap_or(i64::MAX);
    let redact = lit(call.flag("redact", true)?);
    let example = scalar_call(&EXAMPLE, vec![text.clone(), redact]);
    let terms = terms(call, text, with_pairs)?;
    let documents = LogicalPlanBuilder::from(call.input().clone())
        .filter(side.clone().is_not_null())?
        .project([
            side.alias("side"),
            example.alias("example"),
            terms.alias("terms"),
        ])?;
    Ok(ComputedTable {
        input: counted(documents, min_docs)?,
        computation: Arc::new(ThemeTable { prior, min_docs }),
    })
}

fn side(call: &mut TableCall<'_>) -> Result<Expr> {
    let side = call.required("side")?;
    let data_type = side.get_type(call.input().schema())?;
    if data_type == DataType::Boolean || data_type.is_null() {
        return Ok(cast(side, DataType::Boolean));
    }
    plan_err!(
        "themes: side must be a condition such as score <= 6, not {}",
        sql_type::name(&data_type)
    )
}

/// Documents of each side by term, those of the whole table under the key of a document.
fn counted(documents: LogicalPlanBuilder, min_docs: i64) -> Result<LogicalPlan> {
    let of_side =
        |side: Expr| Ok::<_, datafusion::error::DataFusionError>(count(when(side, lit(1)).end()?));
    let both = || col("docs_a") + col("docs_b");
    unnested(documents, &["side", "example"])?
        .aggregate(
            [col("key"), col("written")],
            [
                of_side(not(col("side")))?.alias("docs_a"),
                of_side(col("side"))?.alias("docs_b"),
                min(col("example")).alias("example"),
            ],
        )?
        .project([
            col("key"),
            by_commonness(both(), col("written")).alias("written"),
            col("docs_a"),
            col("docs_b"),
            col("example"),
        ])?
        .aggregate(
            [col("key")],
            [
                min(col("written")).alias("written"),
                sum(col("docs_a")).alias("docs_a"),
                sum(col("docs_b")).alias("docs_b"),
                min(col("example")).alias("example"),
            ],
        )?
        .filter(both().gt_eq(lit(min_docs)).or(col("key").eq(lit(DOCUMENT))))?
        .project([
            cast(col("key"), DataType::Utf8).alias("key"),
            cast(col("written"), DataType::Utf8).alias("written"),
            cast(col("docs_a"), DataType::Int64).alias("docs_a"),
            cast(col("docs_b"), DataType::Int64).alias("docs_b"),
            cast(col("example"), DataType::Utf8).alias("example"),
        ])?
        .build()
}

#[derive(Debug)]
struct ThemeTable {
    prior: f64,
    min_docs: i64,
}

const COLUMNS: [(&str, DataType); 10] = [
    ("theme", DataType::Utf8),
    ("docs_a", DataType::Int64),
    ("share_a", DataType::Float64),
    ("docs_b", DataType::Int64),
    ("share_b", DataType::Float64),
    ("log_odds", DataType::Float64),
    ("z", DataType::Float64),
    ("p", DataType::Float64),
    ("p_adjusted", DataType::Float64),
    ("example", DataType::Utf8),
];

/// A term with how it is shown.
struct ShownTerm<'a> {
    written: &'a str,
    example: &'a str,
}

impl TableComputation for ThemeTable {
    fn fields(&self) -> Vec<FieldRef> {
        let fields = COLUMNS.into_iter();
        fields
            .map(|(name, of)| Arc::new(Field::new(name, of, true)))
            .collect()
    }

    fn sorted_by(&self) -> usize {
        0
    }

    fn compute(&self, input: &RecordBatch) -> Result<RecordBatch> {
        let text = |place: usize| input.column(place).as_string::<i32>();
        let number = |place: usize| input.column(place).as_primitive::<Int64Type>();
        let (keys, written, examples) = (text(0), text(1), text(4));
        let (docs_a, docs_b) = (number(2), number(3));
        let mut sides = ThemeSides {
            n_a: 0,
            n_b: 0,
            prior: self.prior,
        };
        let (mut terms, mut shown) = (vec![], vec![]);
        for row in 0..input.num_rows() {
            let (docs_a, docs_b) = (docs_a.value(row), docs_b.value(row));
            if keys.value(row) == DOCUMENT {
                (sides.n_a, sides.n_b) = (docs_a, docs_b);
                continue;
            }
            terms.push(TermCount {
                key: keys.value(row).to_owned(),
                docs_a,
                docs_b,
            });
            shown.push(ShownTerm {
                written: written.value(row).get(COUNT_RANK..).unwrap_or_default(),
                example: examples.value(row).get(EXAMPLE_RANK..).unwrap_or_default(),
            });
        }
        let themes = listed_themes(&terms, sides, self.min_docs);
        let columns = columns(&themes, &terms, &shown);
        Ok(RecordBatch::try_new(
            Arc::new(Schema::new(self.fields())),
            columns,
        )?)
    }
}

fn columns(themes: &[ListedTheme], terms: &[TermCount], shown: &[ShownTerm<'_>]) -> Vec<ArrayRef> {
    let text = |read: &dyn Fn(&ListedTheme) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(themes.iter().map(read)))
    };
    let count = |read: &dyn Fn(&ListedTheme) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(themes.iter().map(read)))
    };
    let number = |read: &dyn Fn(&ListedTheme) -> Option<f64>| -> ArrayRef {
        Arc::new(themes.iter().map(read).collect::<Float64Array>())
    };
    vec![
        text(&|theme| shown[theme.place].written.to_owned()),
        count(&|theme| terms[theme.place].docs_a),
        number(&|theme| theme.share_a),
        count(&|theme| terms[theme.place].docs_b),
        number(&|theme| theme.share_b),
        number(&|theme| theme.contrast.map(|found| found.log_odds)),
        number(&|theme| theme.contrast.map(|found| found.z)),
        number(&|theme| theme.contrast.map(|found| found.p)),
        number(&|theme| theme.p_adjusted),
        text(&|theme| shown[theme.place].example.to_owned()),
    ]
}
