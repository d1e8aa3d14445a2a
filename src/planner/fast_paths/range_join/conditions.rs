//! The condition of a join, as bounds of a range and what else it asks.

use std::sync::Arc;

use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{JoinSide, Result};
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::expressions::{BinaryExpr, Column};
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_expr::{PhysicalExpr, conjunction, split_conjunction};
use datafusion::physical_expr_common::physical_expr::is_volatile;
use datafusion::physical_plan::joins::utils::JoinFilter;

use crate::functions::kernels::ordered_integers;

/// A comparison of a value of the probe side with one of the build side.
#[derive(Debug, Clone)]
pub(super) struct RangeBound {
    pub(super) build: Arc<dyn PhysicalExpr>,
    pub(super) probe: Arc<dyn PhysicalExpr>,
    /// True if they must not be equal.
    pub(super) is_strict: bool,
}

/// The bounds of the range that a row of the build side is.
#[derive(Debug, Clone, Default)]
pub(super) struct RangeConditions {
    /// Where it starts: the value of the probe side is not below.
    pub(super) start: Option<RangeBound>,
    /// Where it ends: the value of the probe side is not above.
    pub(super) end: Option<RangeBound>,
    /// Further conditions, over the columns of the filter.
    pub(super) others: Option<Arc<dyn PhysicalExpr>>,
}

impl RangeConditions {
    /// The conditions of `filter` between `sides`; without bounds if it has none.
    ///
    /// # Errors
    /// When an expression does not fit its schema.
    pub(super) fn new(filter: &JoinFilter, sides: &[SchemaRef; 2]) -> Result<Self> {
        let mut found = Self::default();
        let mut others = vec![];
        for condition in split_conjunction(filter.expression()) {
            let bound = match comparison(condition, filter, sides)? {
                Some((bound, RangeEdge::Start)) if found.start.is_none() => {
                    Some((bound, &mut found.start))
                }
                Some((bound, RangeEdge::End)) if found.end.is_none() => {
                    Some((bound, &mut found.end))
                }
                _ => None,
            };
            let Some((bound, place)) = bound else {
                others.push(Arc::clone(condition));
                continue;
            };
            if bound.build.data_type(&sides[0])?.is_floating() {
                // The order of doubles has zeros with a sign apart: it finds all that may be meant.
                others.push(Arc::clone(condition));
                *place = Some(RangeBound {
                    is_strict: false,
                    ..bound
                });
            } else {
                *place = Some(bound);
            }
        }
        found.others = (!others.is_empty()).then(|| conjunction(others));
        Ok(found)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RangeEdge {
    Start,
    End,
}

/// The comparison of a value of one side with one of the other, if `condition` is one.
fn comparison(
    condition: &Arc<dyn PhysicalExpr>,
    filter: &JoinFilter,
    sides: &[SchemaRef; 2],
) -> Result<Option<(RangeBound, RangeEdge)>> {
    let Some(binary) = condition.downcast_ref::<BinaryExpr>() else {
        return Ok(None);
    };
    let Some((is_above, is_strict)) = direction(*binary.op()) else {
        return Ok(None);
    };
    let pair = match [side(binary.left(), filter), side(binary.right(), filter)] {
        [Some(JoinSide::Left), Some(JoinSide::Right)] => {
            Some((binary.left(), binary.right(), !is_above))
        }
        [Some(JoinSide::Right), Some(JoinSide::Left)] => {
            Some((binary.right(), binary.left(), is_above))
        }
        _ => None,
    };
    let Some((build, probe, is_probe_above)) = pair else {
        return Ok(None);
    };
    let (build, probe) = (on_side(build, filter)?, on_side(probe, filter)?);
    let data_type = build.data_type(&sides[0])?;
    // Larger decimals need not fit into an integer.
    let is_small = !matches!(data_type, DataType::Decimal128(19.., _));
    let is_usable = ordered_integers::is_supported(&data_type)
        && is_small
        && probe.data_type(&sides[1])? == data_type
        && !is_volatile(&build)
        && !is_volatile(&probe);
    let bound = RangeBound {
        build,
        probe,
        is_strict,
    };
    let edge = if is_probe_above {
        RangeEdge::Start
    } else {
        RangeEdge::End
    };
    Ok(is_usable.then_some((bound, edge)))
}

/// Whether the left operand is the greater one, and whether equal ones do not pass.
const fn direction(operator: Operator) -> Option<(bool, bool)> {
    match operator {
        Operator::Gt => Some((true, true)),
        Operator::GtEq => Some((true, false)),
        Operator::Lt => Some((false, true)),
        Operator::LtEq => Some((false, false)),
        _ => None,
    }
}

/// The side whose columns an expression reads; `None` if it reads both or none.
fn side(expression: &Arc<dyn PhysicalExpr>, filter: &JoinFilter) -> Option<JoinSide> {
    let columns = collect_columns(expression);
    let mut sides = columns.iter().map(|column| {
        filter
            .column_indices()
            .get(column.index())
            .map(|at| at.side)
    });
    let first = sides.next()??;
    sides.all(|side| side == Some(first)).then_some(first)
}

/// The same over the columns of its side.
fn on_side(
    expression: &Arc<dyn PhysicalExpr>,
    filter: &JoinFilter,
) -> Result<Arc<dyn PhysicalExpr>> {
    let moved = Arc::clone(expression).transform(|node| {
        let Some(column) = node.downcast_ref::<Column>() else {
            return Ok(Transformed::no(node));
        };
        let Some(place) = filter.column_indices().get(column.index()) else {
            return Ok(Transformed::no(node));
        };
        let moved = Column::new(column.name(), place.index);
        Ok(Transformed::yes(Arc::new(moved) as Arc<dyn PhysicalExpr>))
    });
    moved.map(|moved| moved.data)
}
