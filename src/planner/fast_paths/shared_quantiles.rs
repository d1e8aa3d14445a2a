//! Several quantiles of the same values from one pass.
//!
//! `percentile_cont(0.5)` and `percentile_cont(0.9)` of one expression each keep and sort every value.
//! Where calls agree in all but the share, one call answers for all of them.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, Result};
use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{Aggregate, Expr, LogicalPlan, Projection, lit};

use super::{FastPath, Rewrite};
use crate::functions::quantile::percentile_cont::parse_call as percentile_asked;
use crate::functions::quantile::percentiles_cont::{
    field_name as percentiles_field, function as percentiles_cont,
};
use crate::settings::FeatureSwitch;

pub(super) const FAST_PATH: FastPath = FastPath {
    switch: FeatureSwitch {
        name: "shared_quantiles",
        about: "Whether quantiles of the same values come from one pass",
    },
    explain_mark: "percentiles_cont",
    retire_when: "the stock optimizer shares the state of aggregates that differ in a constant only",
    rewrites: &[Rewrite::Logical(rewrite)],
};

/// Puts one call in the place of several.
fn rewrite(plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
    Ok(plan.transform_up_with_subqueries(rewrite_node)?.data)
}

/// Calls about the same values of the same rows.
struct SharedQuantileCall {
    value: Expr,
    filter: Option<Box<Expr>>,
    shares: Vec<f64>,
}

impl SharedQuantileCall {
    fn call(&self) -> Expr {
        let shares = self.shares.iter().map(|&share| lit(share));
        let args = std::iter::once(self.value.clone()).chain(shares).collect();
        let function = Arc::new(percentiles_cont());
        let filter = self.filter.clone();
        let call = AggregateFunction::new_udf(function, args, false, filter, vec![], None);
        Expr::AggregateFunction(call)
    }
}

/// What stands for a call above the new aggregate.
enum QuantileCallReplacement {
    Unchanged,
    /// By the position among [`SharedQuantileCall`], and that among its shares.
    Field(usize, usize),
}

fn rewrite_node(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let LogicalPlan::Aggregate(aggregate) = &plan else {
        return Ok(Transformed::no(plan));
    };
    let (shared, places) = shared(aggregate);
    if shared.iter().all(|shared| shared.shares.len() < 2) {
        return Ok(Transformed::no(plan));
    }
    let kept = aggregate.aggr_expr.iter().zip(&places);
    let kept = kept.filter(|(_, place)| matches!(place, QuantileCallReplacement::Unchanged));
    let calls = kept.map(|(call, _)| call.clone());
    let calls = calls
        .chain(shared.iter().map(SharedQuantileCall::call))
        .collect();
    let input = Arc::clone(&aggregate.input);
    let merged = Aggregate::try_new(input, aggregate.group_expr.clone(), calls)?;
    let columns = columns(aggregate, &shared, &places);
    let projection = Projection::try_new(columns, Arc::new(LogicalPlan::Aggregate(merged)))?;
    Ok(Transformed::yes(LogicalPlan::Projection(projection)))
}

/// The calls that can be one, and the place of each aggregate.
fn shared(aggregate: &Aggregate) -> (Vec<SharedQuantileCall>, Vec<QuantileCallReplacement>) {
    let mut shared: Vec<SharedQuantileCall> = vec![];
    let calls = aggregate.aggr_expr.iter();
    let places = calls.map(|call| {
        let Expr::AggregateFunction(call) = call.clone().unalias_nested().data else {
            return QuantileCallReplacement::Unchanged;
        };
        let Some((value, share)) = percentile_asked(&call, aggregate.input.schema()) else {
            return QuantileCallReplacement::Unchanged;
        };
        let filter = call.params.filter;
        // What is not the same each time is asked each time.
        if value.is_volatile() || filter.as_ref().is_some_and(|f| f.is_volatile()) {
            return QuantileCallReplacement::Unchanged;
        }
        let same = |known: &SharedQuantileCall| known.value == value && known.filter == filter;
        let which = shared.iter().position(same).unwrap_or_else(|| {
            shared.push(SharedQuantileCall {
                value: value.clone(),
                filter: filter.clone(),
                shares: vec![],
            });
            shared.len() - 1
        });
        let shares = &mut shared[which].shares;
        let known = shares
            .iter()
            .position(|known| known.to_bits() == share.to_bits());
        let place = known.unwrap_or_else(|| {
            shares.push(share);
            shares.len() - 1
        });
        QuantileCallReplacement::Field(which, place)
    });
    let places = places.collect();
    (shared, places)
}

/// The columns of the old aggregate, from those of the new one.
fn columns(
    aggregate: &Aggregate,
    shared: &[SharedQuantileCall],
    places: &[QuantileCallReplacement],
) -> Vec<Expr> {
    let names: Vec<String> = shared
        .iter()
        .map(|shared| shared.call().schema_name().to_string())
        .collect();
    let old = aggregate.schema.columns();
    let (groups, calls) = old.split_at(old.len() - places.len());
    let groups = groups.iter().map(|group| Expr::Column(group.clone()));
    let calls = calls.iter().zip(places).map(|(old, place)| match place {
        QuantileCallReplacement::Unchanged => Expr::Column(old.clone()),
        QuantileCallReplacement::Field(which, place) => {
            let column = Expr::Column(Column::from_name(&names[*which]));
            get_field(column, percentiles_field(*place)).alias(&old.name)
        }
    });
    groups.chain(calls).collect()
}
