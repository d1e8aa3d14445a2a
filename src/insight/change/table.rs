//! `explain_change` as SQL calls it.

use std::sync::Arc;

use arrow::datatypes::{DataType, FieldRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, ScalarValue, internal_err, plan_datafusion_err, plan_err};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{
    AggregateUDF, Expr, ExprSchemable, LogicalPlanBuilder, cast, col, lit,
};

use super::cells::cuts;
use super::decomposition::DecompositionMethod;
use super::explanation::explained;
use super::kpi::ChangeKpiKind;
use super::options::ExplanationOptions;
use super::output;
use super::sums_functions::{CSAT_SUMS, MEAN_SUMS, NPS_SUMS, RATIO_SUMS, SHARE_SUMS, STATISTICS};
use crate::insight::families::CAUSE;
use crate::insight::statistic::aggregate_function;
use crate::insight::table_function::{
    ComputedTable, TableCall, TableComputation, TableFunctionSpec, optional, required,
};

/// Most dimensions of a call.
const MOST_DIMENSIONS: usize = 8;

pub(crate) static EXPLAIN_CHANGE: TableFunctionSpec = TableFunctionSpec {
    name: "explain_change",
    family: CAUSE,
    description: "The parts of a KPI's change between two sides by segments of up to 8 dimensions, and by \
        pairs of them. A segment changes the whole by its rate and by its share (mix); the totals of a \
        dimension's segments add up to the change exactly. The first row is the change itself, as \
        `compare_rate`, `compare_nps` and `compare_mean` have it: while it is not clear, nothing below it \
        is news. A dimension's p is Cochran's Q of its segments' rate changes (did they move differently at \
        all?), adjusted by Holm over the dimensions; p_mix asks whether the shares moved. A segment's low, \
        high and p are of its rate part, adjusted by Benjamini-Hochberg in its dimension. A pair is listed \
        only where its change differs clearly from that of the rest of both its parents; its p and \
        p_adjusted are of that difference. reverses tells Simpson's paradox: all segments moved against the \
        whole. A NULL is a segment; one that is on one side only is all mix, noted 'new' or 'gone'. \
        docs/insight.md has every formula. Medians have no exact decomposition: take the rate under a \
        threshold, or the mean.",
    example: "SELECT scope, segment, round(total, 2) AS total FROM explain_change((SELECT * FROM surveys \
        JOIN tickets USING (ticket_id) WHERE kind = 'csat'), kpi => 'csat', value => score, side => \
        responded_at >= TIMESTAMP '2025-03-11 10:00:00', by => [team]) LIMIT 3;",
    options: &[
        required("kpi", "'rate', 'csat', 'nps', 'mean', 'ratio' or 'total'."),
        required(
            "side",
            "False before (side a), true after (side b); rows where it is NULL are left out.",
        ),
        required(
            "by",
            "The dimensions: `[team, channel, plan]`, columns or expressions.",
        ),
        optional(
            "value",
            "",
            "The condition of a rate, the score of CSAT and NPS, or the number of a mean.",
        ),
        optional("numerator", "", "Of a ratio, such as cost."),
        optional(
            "denominator",
            "",
            "Of a ratio, such as 1 for each resolution.",
        ),
        optional(
            "amount",
            "",
            "Of a total: 1 for tickets, revenue for money.",
        ),
        optional(
            "depth",
            "2",
            "1 for dimensions only, 2 for their pairs too.",
        ),
        optional(
            "min_n",
            "30",
            "Segments with fewer rows on both sides together are pooled into '(other)'.",
        ),
        optional(
            "method",
            "'midpoint'",
            "'midpoint' does not depend on which side comes first; 'base' measures by side a and has an interaction.",
        ),
        optional("level", "0.95", "Confidence level, between 0 and 1."),
        optional(
            "satisfied_from",
            "4",
            "Lowest score that counts as satisfied, for CSAT.",
        ),
        optional("scale_max", "5", "Highest score of the scale, for CSAT."),
    ],
    plan,
};

const KPIS: [&str; 6] = ["rate", "csat", "nps", "mean", "ratio", "total"];

/// Other KPIs that are one of those, with how to write them.
const FORMS: [(&str, &str); 11] = [
    ("ces", "'mean', value => score"),
    ("feedback_score", "'mean', value => score"),
    ("aht", "'mean', value => the handle time"),
    ("frt", "'mean', value => the time to the first reply"),
    ("art", "'mean', value => the time to the resolution"),
    ("fcr", "'rate', value => the condition"),
    ("sla_rate", "'rate', value => the condition"),
    ("resolution_rate", "'rate', value => the condition"),
    ("escalation_rate", "'rate', value => the condition"),
    (
        "cost_per_ticket",
        "'ratio', numerator => cost, denominator => 1",
    ),
    (
        "cost_per_resolution",
        "'ratio', numerator => cost, denominator => 1",
    ),
];

/// The refusal of a KPI that is none of [`KPIS`].
fn unknown_kpi(kpi: &str) -> DataFusionError {
    let known = KPIS.join("', '");
    match FORMS.iter().find(|(name, _)| *name == kpi) {
        Some((_, form)) => plan_datafusion_err!(
            "explain_change: for '{kpi}' write kpi => {form}; kpi is one of '{known}'"
        ),
        None => plan_datafusion_err!(
            "explain_change: '{kpi}' has no exact decomposition here; kpi is one of '{known}'. For a median or \
             a percentile explain the rate under a threshold, or the mean"
        ),
    }
}

fn plan(call: &mut TableCall<'_>) -> Result<ComputedTable> {
    let kpi = call.text("kpi")?.unwrap_or_default().to_lowercase();
    if !KPIS.contains(&kpi.as_str()) {
        return Err(unknown_kpi(&kpi));
    }
    let side = call.required("side")?;
    let dimensions = call.expressions("by")?;
    if dimensions.is_empty() || dimensions.len() > MOST_DIMENSIONS {
        return plan_err!(
            "explain_change: by has {} dimensions; name 1 to {MOST_DIMENSIONS}: by => [team, channel]",
            dimensions.len()
        );
    }
    let (kind, sums) = kpi_sums(call, &kpi, &side)?;
    let options = ExplanationOptions {
        kind,
        dimensions: dimensions.iter().map(|(_, name)| name.clone()).collect(),
        with_pairs: call.whole("depth", 1, 2)? > 1,
        min_n: i64::try_from(call.whole("min_n", 0, 30)?).unwrap_or(i64::MAX),
        method: match call.choice("method", &["midpoint", "base"])? {
            0 => DecompositionMethod::Midpoint,
            _ => DecompositionMethod::Base,
        },
        level: call.level(0.95)?,
    };
    let names: Vec<_> = (0..dimensions.len())
        .map(|place| format!("d{place}"))
        .collect();
    let keys = dimensions.into_iter().zip(&names);
    let keys = keys.map(|((expr, _), name)| expr.alias(name));
    let texts = names
        .iter()
        .map(|name| cast(col(name), DataType::Utf8).alias(name));
    let input = LogicalPlanBuilder::from(call.input().clone())
        .filter(side.is_not_null())?
        .aggregate(keys, [sums.alias("sums")])?
        .project(texts.chain([col("sums")]).collect::<Vec<_>>())?
        .build()?;
    Ok(ComputedTable {
        input,
        computation: Arc::new(ChangeExplanation { options }),
    })
}

/// The form of the KPI, and the call that sums it up on both sides.
fn kpi_sums(call: &mut TableCall<'_>, kpi: &str, side: &Expr) -> Result<(ChangeKpiKind, Expr)> {
    let side = side.clone();
    let (kind, function_name, options): (_, _, &[&str]) = match kpi {
        "csat" => return Ok((ChangeKpiKind::Share, csat_sums(call, side)?)),
        "rate" => (ChangeKpiKind::Share, SHARE_SUMS, &["value"]),
        "nps" => (ChangeKpiKind::NetShare, NPS_SUMS, &["value"]),
        "mean" => (ChangeKpiKind::Mean, MEAN_SUMS, &["value"]),
        "ratio" => (
            ChangeKpiKind::Ratio,
            RATIO_SUMS,
            &["numerator", "denominator"],
        ),
        _ => (ChangeKpiKind::Total, MEAN_SUMS, &["amount"]),
    };
    let arguments = options.iter().map(|option| call.required(option));
    let mut arguments = arguments.collect::<Result<Vec<_>>>()?;
    arguments.push(side);
    Ok((kind, function(function_name)?.call(arguments)))
}

/// A boolean answer is a rate; a score has a scale.
fn csat_sums(call: &mut TableCall<'_>, side: Expr) -> Result<Expr> {
    let value = call.required("value")?;
    if value.get_type(call.input().schema())? == DataType::Boolean {
        return Ok(function(SHARE_SUMS)?.call(vec![value, side]));
    }
    let satisfied_from = call.number("satisfied_from")?;
    let scale_max = call.number("scale_max")?;
    let number = |value: Option<f64>| lit(ScalarValue::Float64(value));
    let arguments = vec![value, side, number(satisfied_from), number(scale_max)];
    Ok(function(CSAT_SUMS)?.call(arguments))
}

fn function(name: &str) -> Result<Arc<AggregateUDF>> {
    match STATISTICS.iter().find(|spec| spec.name == name) {
        Some(spec) => Ok(Arc::new(aggregate_function(spec))),
        None => internal_err!("there is no {name}"),
    }
}

#[derive(Debug)]
struct ChangeExplanation {
    options: ExplanationOptions,
}

impl TableComputation for ChangeExplanation {
    fn fields(&self) -> Vec<FieldRef> {
        output::fields()
    }

    fn sorted_by(&self) -> usize {
        0
    }

    fn compute(&self, input: &RecordBatch) -> Result<RecordBatch> {
        let options = &self.options;
        let (kpi, cuts) = cuts(options, input)?;
        output::batch(&kpi, &explained(&kpi, options, &cuts))
    }
}
