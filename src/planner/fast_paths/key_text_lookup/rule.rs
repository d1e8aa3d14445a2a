//! Where joins to the text of a key are told.

use std::sync::Arc;

use arrow::datatypes::{DataType, Schema};
use datafusion::common::config::ConfigOptions;
use datafusion::common::{JoinType, NullEquality, Result};
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_expr::Partitioning;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr_common::physical_expr::is_volatile;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::sanity_checker::SanityCheckPlan;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::joins::HashJoinExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, PhysicalExpr};

use super::operator::{Parts, TextByKeyExec};
use super::probe::Shown;
use super::side::Side;
use super::texts::Reading;
use crate::planner::fast_paths::dense_aggregate::{Key, Pipeline};
use crate::planner::fast_paths::dense_join::{DenseJoinExec, takes_keys};
use crate::planner::fast_paths::dictionary_scan::with_dictionaries;
use crate::planner::rewrite::replaced;
use crate::planner::rewrite::{columns_read, substituted};
use crate::settings::Switch;

type Plan = Arc<dyn ExecutionPlan>;

/// Puts `TextByKeyExec` in the place of joins to `max(text)` or `min(text)` of each integer key.
#[derive(Debug)]
pub(crate) struct TextsByKey;

impl PhysicalOptimizerRule for TextsByKey {
    fn optimize(&self, plan: Plan, config: &ConfigOptions) -> Result<Plan> {
        if !Switch::DenseJoins.is_on(config) {
            return Ok(plan);
        }
        let mut is_new = false;
        let rewritten = replaced(Arc::clone(&plan), |node| {
            let joined = joined(node)?;
            is_new |= joined.is_some();
            Ok(joined)
        })?;
        if !is_new {
            return Ok(plan);
        }
        // An order or a division that a plan above relies on.
        match SanityCheckPlan::new().optimize(Arc::clone(&rewritten), config) {
            Ok(_) => Ok(rewritten),
            Err(_) => Ok(plan),
        }
    }

    fn name(&self) -> &'static str {
        "texts_by_key"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn joined(node: &Plan) -> Result<Option<Plan>> {
    let stock = node.downcast_ref::<DenseJoinExec>();
    let stock = stock.map_or(node, DenseJoinExec::stock);
    let Some(join) = stock.downcast_ref::<HashJoinExec>() else {
        return Ok(None);
    };
    let [(left_key, right_key)] = join.on() else {
        return Ok(None);
    };
    let is_plain = *join.join_type() == JoinType::Inner
        && join.filter().is_none()
        && join.fetch().is_none()
        && !join.null_aware
        && join.null_equality() == NullEquality::NullEqualsNothing;
    if !is_plain {
        return Ok(None);
    }
    for (is_left, key, other_key) in [(true, left_key, right_key), (false, right_key, left_key)] {
        let (plan, other) = match is_left {
            true => (join.left(), join.right()),
            false => (join.right(), join.left()),
        };
        let Some(grouped) = Grouped::of(plan)? else {
            continue;
        };
        let key_type = key.data_type(&plan.schema())?;
        let is_key = key
            .downcast_ref::<Column>()
            .is_some_and(|key| grouped.columns[key.index()] == Shown::Key);
        if !is_key || !takes_keys(&key_type) || other_key.data_type(&other.schema())? != key_type {
            continue;
        }
        let Some((side, source)) = grouped.side()? else {
            continue;
        };
        let parts = Parts {
            stock: Arc::clone(node),
            side,
            key: Arc::clone(other_key),
            shown: shown(join, is_left, &grouped.columns),
            schema: node.schema(),
        };
        let other = Arc::clone(undivided(other));
        return Ok(Some(Arc::new(TextByKeyExec::new(parts, source, other))));
    }
    Ok(None)
}

/// The output columns; `grouped` are those of the side that has the texts.
fn shown(join: &HashJoinExec, is_left: bool, grouped: &[Shown]) -> Vec<Shown> {
    let width = |schema: &Schema| schema.fields().len();
    let (left, right) = (width(&join.left().schema()), width(&join.right().schema()));
    let all: Vec<usize> = match &join.projection {
        Some(projection) => projection.to_vec(),
        None => (0..left + right).collect(),
    };
    let shown = all
        .into_iter()
        .map(|column| match (column < left, is_left) {
            (true, true) => grouped[column],
            (false, false) => grouped[column - left],
            (true, false) => Shown::Here(column),
            (false, true) => Shown::Here(column - left),
        });
    shown.collect()
}

/// `plan` as it is before it is put together or divided for the join.
fn undivided(plan: &Plan) -> &Plan {
    if let Some(together) = plan.downcast_ref::<CoalescePartitionsExec>()
        && together.fetch().is_none()
    {
        return together.input();
    }
    match plan.downcast_ref::<RepartitionExec>() {
        Some(divided) if matches!(divided.partitioning(), Partitioning::Hash(..)) => {
            divided.input()
        }
        _ => plan,
    }
}

/// A plan that gives the greatest or least text of each key.
struct Grouped<'a> {
    /// Its columns.
    columns: Vec<Shown>,
    /// The lowest aggregation.
    aggregate: &'a AggregateExec,
}

impl<'a> Grouped<'a> {
    fn of(plan: &'a Plan) -> Result<Option<Self>> {
        let plan = undivided(plan);
        if let Some(projection) = plan.downcast_ref::<ProjectionExec>() {
            let Some(below) = Self::of(projection.input())? else {
                return Ok(None);
            };
            let column = |expression: &Arc<dyn PhysicalExpr>| {
                let column = expression.downcast_ref::<Column>()?;
                Some(below.columns[column.index()])
            };
            let columns: Option<Vec<Shown>> =
                projection.expr().iter().map(|e| column(&e.expr)).collect();
            return Ok(columns.map(|columns| Self { columns, ..below }));
        }
        let Some(aggregate) = plan.downcast_ref::<AggregateExec>() else {
            return Ok(None);
        };
        let lowest = match aggregate.mode() {
            AggregateMode::Single | AggregateMode::SinglePartitioned => aggregate,
            AggregateMode::Final | AggregateMode::FinalPartitioned => {
                match undivided(aggregate.input()).downcast_ref::<AggregateExec>() {
                    Some(partial) if *partial.mode() == AggregateMode::Partial => partial,
                    _ => return Ok(None),
                }
            }
            _ => return Ok(None),
        };
        let is_plain = is_text_of_key(lowest) && aggregate.limit_options().is_none();
        Ok(is_plain.then(|| Self {
            columns: vec![Shown::Key, Shown::Text],
            aggregate: lowest,
        }))
    }

    /// What is read, and from where.
    fn side(&self) -> Result<Option<(Side, Plan)>> {
        let call = &self.aggregate.aggr_expr()[0];
        let pipeline = Pipeline::of(self.aggregate.input())?;
        let (key, _) = &self.aggregate.group_expr().expr()[0];
        let key = pipeline.lowered(key)?;
        let text = pipeline.lowered(&call.expressions()[0])?;
        if !is_repeatable(&pipeline.source) || is_volatile(&text) || is_volatile(&key) {
            return Ok(None);
        }
        let schema = pipeline.source.schema();
        let only = match columns_read(&text)[..] {
            [only] if is_text(schema.field(only).data_type()) => Some(only),
            _ => None,
        };
        let others: Vec<usize> = pipeline
            .conjuncts
            .iter()
            .chain([&key])
            .flat_map(columns_read)
            .collect();
        let source = match only.filter(|only| !others.contains(only)) {
            Some(only) => with_dictionaries(&pipeline.source, &[only])?,
            None => None,
        };
        let Some(reading) = reading(&text, only, &schema, call.fun().name() == "min")? else {
            return Ok(None);
        };
        let side = Side {
            conditions: pipeline.conjuncts,
            key,
            reading,
        };
        Ok(Some((side, source.unwrap_or(pipeline.source))))
    }
}

/// How `text` over `schema` is read, by the only column that it depends on if there is one.
fn reading(
    text: &Arc<dyn PhysicalExpr>,
    only: Option<usize>,
    schema: &Schema,
    least: bool,
) -> Result<Option<Reading>> {
    let Some(only) = only else {
        let data_type = text.data_type(schema)?;
        let coded = Key::of(text, data_type, schema)?;
        return Ok(coded.map(|coded| Reading {
            coded,
            meaning: None,
            least,
        }));
    };
    let field = schema.field(only).clone().with_nullable(true);
    let column: Arc<dyn PhysicalExpr> = Arc::new(Column::new(field.name(), only));
    let coded = Key::of(&column, field.data_type().clone(), schema)?;
    let alone: Arc<dyn PhysicalExpr> = Arc::new(Column::new(field.name(), 0));
    let meaning = match text.is::<Column>() {
        true => None,
        false => {
            let columns = vec![alone; schema.fields().len()];
            let schema = Arc::new(Schema::new(vec![field]));
            Some((substituted(text, &columns)?, schema))
        }
    };
    Ok(coded.map(|coded| Reading {
        coded,
        meaning,
        least,
    }))
}

fn is_text(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}

fn is_text_of_key(aggregate: &AggregateExec) -> bool {
    let groups = aggregate.group_expr();
    let ([_], false) = (groups.expr(), groups.has_grouping_set()) else {
        return false;
    };
    let [call] = aggregate.aggr_expr() else {
        return false;
    };
    let is_of_text = || {
        let [argument] = &call.expressions()[..] else {
            return false;
        };
        let of = argument.data_type(&aggregate.input().schema());
        of.is_ok_and(|data_type| is_text(&data_type))
    };
    matches!(call.fun().name(), "max" | "min")
        && !call.is_distinct()
        && aggregate.filter_expr().iter().all(Option::is_none)
        && aggregate.limit_options().is_none()
        && is_of_text()
}

/// True for plans over tables that can be read again from the beginning.
fn is_repeatable(plan: &Plan) -> bool {
    let children = plan.children();
    match children.is_empty() {
        true => plan.is::<DataSourceExec>() && !plan.boundedness().is_unbounded(),
        false => children.into_iter().all(is_repeatable),
    }
}
