//! `count(DISTINCT id)` by bitmaps, and several distinct counts of texts.
//!
//! The stock optimizer turns a single distinct count into two aggregations, of which the first groups by the value as
//! well and so holds every pair of group and value in a hash table. Several of them, or one beside `count(*)` or a mean,
//! keep a hash table for each group. Bitmaps need one pass and a bit an id, and texts one hash table of pairs.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result};
use datafusion::functions_aggregate::count::Count;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Aggregate, Expr, ExprSchemable, LogicalPlan};

use super::{FastPath, Rewrite};
use crate::functions::aggregate::distinct::counts_by_groups;
use crate::settings::FeatureSwitch;

pub(super) const FAST_PATH: FastPath = FastPath {
    switch: FeatureSwitch {
        name: "distinct_bitmaps",
        about: "Whether count(DISTINCT ..) keeps bitmaps of integers, and texts of all groups in one table",
    },
    explain_mark: "count_distinct_ids",
    retire_when: "the stock plan counts distinct values without a hash table for each group",
    rewrites: &[Rewrite::Logical(rewrite)],
};

/// Gives distinct counts the function that keeps all groups together. Counts over windows stay as they are.
fn rewrite(plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
    Ok(plan.transform_up_with_subqueries(rewrite_node)?.data)
}

fn rewrite_node(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let LogicalPlan::Aggregate(aggregate) = &plan else {
        return Ok(Transformed::no(plan));
    };
    let input = &aggregate.input;
    let has_pairs = has_one_distinct_value(&aggregate.aggr_expr);
    if has_pairs && is_by_number(aggregate) {
        return Ok(Transformed::no(plan));
    }
    let schema = Arc::clone(input.schema());
    let names = NamePreserver::new(&plan);
    let rewritten = plan.map_expressions(|expr| {
        let name = names.save(&expr);
        let rewritten = expr.transform_up(|expr| Ok(by_groups(expr, &schema, has_pairs)))?;
        Ok(if rewritten.transformed {
            rewritten.update_data(|expr| name.restore(expr))
        } else {
            rewritten
        })
    })?;
    if rewritten.transformed {
        rewritten.map_data(LogicalPlan::recompute_schema)
    } else {
        Ok(rewritten)
    }
}

/// Whether it groups by a column of numbers, of which there may be one to each few rows: the stock
/// plan's hash table of pairs is better at many groups of a few ids.
fn is_by_number(aggregate: &Aggregate) -> bool {
    let is_number = |key: &Expr| {
        let data_type = key.get_type(aggregate.input.schema());
        matches!(key, Expr::Column(_)) && data_type.is_ok_and(|of| of.is_numeric())
    };
    let keys = aggregate.group_expr.iter();
    let mut keys = keys.flat_map(|key| match key {
        Expr::GroupingSet(sets) => sets.distinct_expr(),
        key => vec![key],
    });
    keys.any(is_number)
}

/// True if the stock optimizer would group by the value that is counted: there is one, and beside it only aggregates of
/// which parts can be put together.
fn has_one_distinct_value(calls: &[Expr]) -> bool {
    let mut counted: Option<&[Expr]> = None;
    calls.iter().all(|call| {
        let call = match call {
            Expr::Alias(alias) => alias.expr.as_ref(),
            call => call,
        };
        let Expr::AggregateFunction(AggregateFunction { func, params }) = call else {
            return false;
        };
        let is_plain = params.filter.is_none() && params.order_by.is_empty();
        let fits = if params.distinct {
            *counted.get_or_insert(params.args.as_slice()) == params.args.as_slice()
        } else {
            ["sum", "min", "max"].contains(&func.name())
        };
        is_plain && fits
    })
}

fn by_groups(expr: Expr, schema: &DFSchema, has_pairs: bool) -> Transformed<Expr> {
    let Expr::AggregateFunction(AggregateFunction { func, params }) = &expr else {
        return Transformed::no(expr);
    };
    let inner: &dyn std::any::Any = func.inner().as_ref();
    let is_plain = params.distinct
        && params.order_by.is_empty()
        && params.null_treatment.is_none()
        && inner.is::<Count>();
    let ([id], true) = (params.args.as_slice(), is_plain) else {
        return Transformed::no(expr);
    };
    let data_type = id.get_type(schema).ok();
    let Some(function) = data_type
        .as_ref()
        .and_then(|of| counts_by_groups(of, has_pairs))
    else {
        return Transformed::no(expr);
    };
    let counted = AggregateFunction::new_udf(
        function,
        params.args.clone(),
        false,
        params.filter.clone(),
        Vec::new(),
        None,
    );
    Transformed::yes(Expr::AggregateFunction(counted))
}
