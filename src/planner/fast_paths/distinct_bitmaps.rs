//! `count(DISTINCT id)` by bitmaps.
//!
//! The stock optimizer turns a single distinct count into two aggregations, of which the first groups
//! by the id as well and so holds every pair of group and id in a hash table; several distinct counts
//! in one query keep a hash table each. Bitmaps need one pass and a bit an id.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result};
use datafusion::functions_aggregate::count::Count;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Aggregate, Expr, ExprSchemable, LogicalPlan};

use super::{FastPath, Rewrite};
use crate::functions::aggregate::distinct::counts_by_bitmaps;
use crate::settings::FeatureSwitch;

pub(super) const FAST_PATH: FastPath = FastPath {
    switch: FeatureSwitch {
        name: "distinct_bitmaps",
        about: "Whether count(DISTINCT ..) over integers keeps bitmaps",
    },
    explain_mark: "count_distinct_ids",
    retire_when: "the stock plan counts distinct integers without a hash table of pairs",
    rewrites: &[Rewrite::Logical(rewrite)],
};

/// Gives distinct counts of integers and dates the function that keeps bitmaps. Counts over windows
/// stay as they are.
fn rewrite(plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
    Ok(plan.transform_up_with_subqueries(rewrite_node)?.data)
}

fn rewrite_node(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let LogicalPlan::Aggregate(aggregate) = &plan else {
        return Ok(Transformed::no(plan));
    };
    let input = &aggregate.input;
    if is_by_number(aggregate) {
        return Ok(Transformed::no(plan));
    }
    let schema = Arc::clone(input.schema());
    let names = NamePreserver::new(&plan);
    let rewritten = plan.map_expressions(|expr| {
        let name = names.save(&expr);
        let rewritten = expr.transform_up(|expr| Ok(by_bitmaps(expr, &schema)))?;
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

fn by_bitmaps(expr: Expr, schema: &DFSchema) -> Transformed<Expr> {
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
    let Some(function) = data_type.as_ref().and_then(counts_by_bitmaps) else {
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
