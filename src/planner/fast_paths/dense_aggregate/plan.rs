//! The plan of the operator, made from the stock aggregation.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::Result;
use datafusion::physical_expr::PhysicalExprRef;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_expr::expressions::{CastExpr, Column};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode, PhysicalGroupBy};

use super::aggregates::{DenseAggregateCall, takes_discarded};
use super::chunked_compare::with_comparisons;
use super::count_rewrite::counted;
use super::keys::EncodableKey;
use super::operator::DenseAggregateExec;
use super::pipeline::FilterProjectPipeline;
use super::selection::FilterConjunct;
use super::summed::SharedSumPlanner;
use super::sums::SharedSumSpec;
use super::work::DenseAggregationPlan;
use crate::functions::is_kpi;
use crate::planner::fast_paths::dictionary_scan::{
    DictionaryPredicate, by_entries, columns_of_parts, dictionary_type, key_by_entries, restored,
    with_dictionaries,
};
use crate::planner::rewrite::{columns_read, only_column, substituted};

/// The keys for which the operator is used.
#[derive(Debug, Clone, Copy)]
pub(super) enum KeyPolicy<'a> {
    /// All that have an encoder: if their values are many, little is lost.
    Any,
    /// Those with probably few values, because many values are faster as planned; rows are in the order
    /// of the keys at these positions.
    Few(&'a [usize]),
}

/// `partial`, a stock partial aggregation, as a `DenseAggregateExec`; `None` if it has to stay.
///
/// # Errors
/// When an expression cannot be rewritten.
pub(super) fn dense_aggregation(
    partial: &Arc<dyn ExecutionPlan>,
    taken: KeyPolicy<'_>,
) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let Some((work, source)) = aggregation_plan(partial)? else {
        return Ok(None);
    };
    if let KeyPolicy::Few(ordered) = taken {
        let mut keys = work.keys.iter().enumerate();
        if !keys.all(|(position, key)| key.is_few(ordered.contains(&position))) {
            return Ok(None);
        }
    }
    Ok(Some(Arc::new(DenseAggregateExec::new(
        Arc::new(work),
        source,
    ))))
}

/// The first of the two steps that `aggregate`, an aggregation in one step, can be taken in.
///
/// # Errors
/// When DataFusion refuses it.
pub(crate) fn partial_step(aggregate: &AggregateExec) -> Result<Arc<dyn ExecutionPlan>> {
    Ok(Arc::new(AggregateExec::try_new(
        AggregateMode::Partial,
        aggregate.group_expr().clone(),
        aggregate.aggr_expr().to_vec(),
        aggregate.filter_expr().to_vec(),
        Arc::clone(aggregate.input()),
        aggregate.input_schema(),
    )?))
}

/// What `partial`, a stock partial aggregation, computes over its source, and that source with dictionaries; `None` if
/// it can only be computed as it is.
///
/// # Errors
/// When an expression cannot be rewritten.
pub(crate) fn aggregation_plan(
    partial: &Arc<dyn ExecutionPlan>,
) -> Result<Option<(DenseAggregationPlan, Arc<dyn ExecutionPlan>)>> {
    let Some(aggregate) = partial.downcast_ref::<AggregateExec>() else {
        return Ok(None);
    };
    if !is_plain(aggregate) {
        return Ok(None);
    }
    let pipeline = FilterProjectPipeline::from_plan(aggregate.input())?;
    if aggregate.group_expr().is_empty() && pipeline.conjuncts.is_empty() {
        return Ok(None);
    }
    let lowered = LoweredAggregation::try_new(aggregate, &pipeline)?;
    let original = Arc::clone(&pipeline.source);
    let texts = lowered.texts(&original.schema());
    let rewritten = with_dictionaries(&original, &texts)?;
    let source = rewritten.as_ref().unwrap_or(&original);
    let Some(mut work) = lowered.work(aggregate, partial, &original, &source.schema())? else {
        return Ok(None);
    };
    if rewritten.is_some() {
        work.restored = Some(restored(source, &original));
    }
    Ok(Some((work, Arc::clone(source))))
}

fn is_plain(aggregate: &AggregateExec) -> bool {
    let groups = aggregate.group_expr();
    let mut calls = aggregate.aggr_expr().iter();
    !(groups.has_grouping_set() && groups.is_empty())
        && aggregate.limit_options().is_none()
        && aggregate.dynamic_expressions_produced().is_empty()
        && calls.all(|call| {
            // WITHIN GROUP names the argument, not an order of rows.
            call.order_bys().is_empty() || call.fun().supports_within_group_clause()
        })
        && (!groups.is_empty() || aggregate.aggr_expr().iter().all(is_one_state))
}

/// True for functions with the same states for both kinds of accumulator. Without keys the final stage
/// reads states by the accumulator of a single group.
fn is_one_state(call: &Arc<AggregateFunctionExpr>) -> bool {
    const KNOWN: [&str; 12] = [
        "active_customers",
        "array_agg",
        "avg",
        "bool_and",
        "bool_or",
        "count",
        "max",
        "median",
        "min",
        "percentile_cont",
        "percentiles_cont",
        "sum",
    ];
    is_kpi(call.fun()) || KNOWN.contains(&call.fun().name())
}

/// Keys, filters and arguments as expressions over the source.
struct LoweredAggregation {
    conjuncts: Vec<PhysicalExprRef>,
    keys: Vec<PhysicalExprRef>,
    arguments: Vec<Vec<PhysicalExprRef>>,
    filters: Vec<Option<PhysicalExprRef>>,
}

impl LoweredAggregation {
    fn try_new(aggregate: &AggregateExec, pipeline: &FilterProjectPipeline) -> Result<Self> {
        let all = |expressions: Vec<PhysicalExprRef>| -> Result<Vec<PhysicalExprRef>> {
            expressions.iter().map(|e| pipeline.lowered(e)).collect()
        };
        let keys = aggregate.group_expr().expr().iter();
        let calls = aggregate.aggr_expr().iter();
        let filters = aggregate.filter_expr().iter();
        Ok(Self {
            conjuncts: pipeline.conjuncts.clone(),
            keys: all(keys.map(|(key, _)| Arc::clone(key)).collect())?,
            arguments: calls
                .map(|call| all(call.expressions()))
                .collect::<Result<_>>()?,
            filters: filters
                .map(|filter| filter.as_ref().map(|f| pipeline.lowered(f)).transpose())
                .collect::<Result<_>>()?,
        })
    }

    /// The columns that are worth reading as dictionaries: text columns that are keys, the only column of a
    /// predicate, or read by parts of expressions that depend on nothing else.
    fn texts(&self, schema: &Schema) -> Vec<usize> {
        let keys = self
            .keys
            .iter()
            .filter_map(|key| Some(key.downcast_ref::<Column>()?.index()));
        let conditions = self.conjuncts.iter().filter_map(only_column);
        let computed = self.keys.iter().filter(|key| !key.is::<Column>());
        let computed = computed.chain(&self.conjuncts).chain(self.inputs());
        let parts = columns_of_parts(computed);
        let mut texts: Vec<usize> = keys.chain(conditions).chain(parts).collect();
        texts.retain(|&column| *schema.field(column).data_type() == DataType::Utf8View);
        texts.sort_unstable();
        texts.dedup();
        texts
    }

    /// The plan over a source of `schema`, whose columns are those of `original` except for
    /// dictionaries.
    fn work(
        &self,
        aggregate: &AggregateExec,
        partial: &Arc<dyn ExecutionPlan>,
        original: &Arc<dyn ExecutionPlan>,
        schema: &Schema,
    ) -> Result<Option<DenseAggregationPlan>> {
        let before = original.schema();
        let source = SourceColumnMapping::new(&before, schema, self.read());
        let conjuncts = self.conjuncts.iter();
        let conditions = conjuncts
            .map(|c| source.condition(c))
            .collect::<Result<_>>()?;
        let mut keys = vec![];
        for (position, key) in self.keys.iter().enumerate() {
            let data_type = partial.schema().field(position).data_type().clone();
            let Some(key) =
                EncodableKey::for_expression(&source.key(key)?, data_type, &source.kept_schema)?
            else {
                return Ok(None);
            };
            keys.push(key);
        }
        let mut expressions = vec![];
        let (calls, sums) = self.calls(aggregate, &source, &mut expressions)?;
        Ok(Some(DenseAggregationPlan {
            conditions,
            kept: source.kept.clone(),
            kept_schema: Arc::clone(&source.kept_schema),
            keys,
            sets: grouping_sets(aggregate),
            expressions: expressions.into(),
            calls,
            sums,
            output: partial.schema(),
            stock: Arc::clone(partial),
            original: Arc::clone(original),
            restored: None,
        }))
    }

    /// The calls of aggregates over `expressions`, and the sums that several of them share.
    fn calls(
        &self,
        aggregate: &AggregateExec,
        source: &SourceColumnMapping<'_>,
        expressions: &mut Vec<PhysicalExprRef>,
    ) -> Result<(Vec<DenseAggregateCall>, Vec<SharedSumSpec>)> {
        let mut asked = vec![];
        for (arguments, filter) in self.arguments.iter().zip(&self.filters) {
            let arguments = arguments.iter().map(|argument| source.evaluated(argument));
            let arguments = arguments.collect::<Result<Vec<_>>>()?;
            let filter = filter.as_ref().map(|filter| source.evaluated(filter));
            asked.push((arguments, filter.transpose()?));
        }
        let functions = aggregate.aggr_expr();
        let mut summing = SharedSumPlanner::new(functions, &asked, &source.kept_schema);
        let mut calls = vec![];
        for (number, (arguments, filter)) in asked.into_iter().enumerate() {
            let function = &functions[number];
            let mut position = |expression: PhysicalExprRef| placed(expressions, expression);
            let takes_discarded = takes_discarded(function, &arguments, &source.kept_schema);
            let filter = filter.map(&mut position);
            let summed = summing.place(number, filter, &mut position);
            let counted = match summed {
                None => counted(function, &arguments, &source.kept_schema),
                Some(_) => None,
            };
            let arguments = match (&summed, &counted) {
                (Some(_), _) => vec![],
                (None, Some((_, condition))) => condition.iter().cloned().collect(),
                (None, None) => arguments,
            };
            let arguments = arguments.into_iter();
            calls.push(DenseAggregateCall {
                takes_discarded,
                counted: counted.map(|(counted, _)| counted),
                summed,
                arguments: arguments.map(position).collect(),
                filter,
                function: Arc::clone(function),
            });
        }
        // Only now, since counts and sums are recognized by the form of their arguments.
        for expression in &mut *expressions {
            *expression = by_entries(Arc::clone(expression), &source.kept_schema)?;
        }
        Ok((calls, summing.sums))
    }

    /// Arguments and FILTERs of all aggregates.
    fn inputs(&self) -> impl Iterator<Item = &PhysicalExprRef> {
        let arguments = self.arguments.iter().flatten();
        arguments.chain(self.filters.iter().flatten())
    }

    /// The columns of the source that keys and aggregates read.
    fn read(&self) -> Vec<usize> {
        let all = self.keys.iter().chain(self.inputs());
        let mut columns: Vec<usize> = all.flat_map(columns_read).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }
}

/// The grouping sets, over a batch of all keys.
fn grouping_sets(aggregate: &AggregateExec) -> Option<PhysicalGroupBy> {
    let groups = aggregate.group_expr();
    let keys = groups.expr().iter().enumerate();
    let keys = keys.map(|(position, (_, name))| {
        let column: PhysicalExprRef = Arc::new(Column::new(name, position));
        (column, name.clone())
    });
    groups.has_grouping_set().then(|| {
        let absent = groups.null_expr().to_vec();
        PhysicalGroupBy::new(keys.collect(), absent, groups.groups().to_vec(), true)
    })
}

/// The position of `expression` among `expressions`; a new one is appended.
fn placed(expressions: &mut Vec<PhysicalExprRef>, expression: PhysicalExprRef) -> usize {
    let known = expressions.iter().position(|known| known.eq(&expression));
    known.unwrap_or_else(|| {
        expressions.push(expression);
        expressions.len() - 1
    })
}

/// The columns of the rewritten source: some are dictionaries where expressions expect text, and keys
/// and aggregates can read only those that are retained after the filter.
struct SourceColumnMapping<'a> {
    before: &'a Schema,
    now: &'a Schema,
    kept: Vec<usize>,
    kept_schema: SchemaRef,
}

impl<'a> SourceColumnMapping<'a> {
    fn new(before: &'a Schema, now: &'a Schema, kept: Vec<usize>) -> Self {
        let fields: Vec<Field> = kept
            .iter()
            .map(|&column| now.field(column).clone())
            .collect();
        Self {
            before,
            now,
            kept,
            kept_schema: Arc::new(Schema::new(fields)),
        }
    }

    fn is_dictionary(&self, column: usize) -> bool {
        let (before, now) = (self.before.field(column), self.now.field(column));
        *now.data_type() == dictionary_type() && before.data_type() != now.data_type()
    }

    /// An expression for each column of the source, with column `i` at `place(i)`.
    fn columns(&self, place: impl Fn(usize) -> Option<usize>) -> Vec<PhysicalExprRef> {
        let fields = self.before.fields().iter().enumerate();
        fields
            .map(|(index, field)| {
                let place = place(index).unwrap_or(usize::MAX);
                let column: PhysicalExprRef = Arc::new(Column::new(field.name(), place));
                if self.is_dictionary(index) {
                    Arc::new(CastExpr::new(column, field.data_type().clone(), None))
                } else {
                    column
                }
            })
            .collect()
    }

    fn place(&self, column: usize) -> Option<usize> {
        self.kept.iter().position(|&kept| kept == column)
    }

    /// `expression` over the retained columns, with dictionaries cast to text.
    fn plain(&self, expression: &PhysicalExprRef) -> Result<PhysicalExprRef> {
        substituted(expression, &self.columns(|column| self.place(column)))
    }

    /// The same with chunked comparisons, as an aggregate reads it.
    fn evaluated(&self, expression: &PhysicalExprRef) -> Result<PhysicalExprRef> {
        with_comparisons(self.plain(expression)?, &self.kept_schema)
    }

    /// `key` over the retained columns; a text column stays a dictionary.
    fn key(&self, key: &PhysicalExprRef) -> Result<PhysicalExprRef> {
        let place = |column: &Column| self.place(column.index());
        match key.downcast_ref::<Column>() {
            Some(column) => Ok(Arc::new(Column::new(
                column.name(),
                place(column).unwrap_or(usize::MAX),
            ))),
            None => key_by_entries(self.plain(key)?, &self.kept_schema),
        }
    }

    /// `conjunct` over the columns of the source.
    fn condition(&self, conjunct: &PhysicalExprRef) -> Result<FilterConjunct> {
        let Some(column) = only_column(conjunct).filter(|&column| self.is_dictionary(column))
        else {
            let condition = substituted(conjunct, &self.columns(Some))?;
            let condition = by_entries(condition, self.now)?;
            return with_comparisons(condition, self.now).map(FilterConjunct::PerRow);
        };
        let condition = DictionaryPredicate::new(conjunct, column, self.before)?;
        Ok(FilterConjunct::PerDictionaryValue(column, condition))
    }
}
