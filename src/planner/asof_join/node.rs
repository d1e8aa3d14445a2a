//! The join as a node of logical plans, and its physical planning.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::{DFSchemaRef, JoinType, Result, internal_err};
use datafusion::logical_expr::logical_plan::builder::build_join_schema;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{
    Expr, LogicalPlan, Operator, UserDefinedLogicalNode, UserDefinedLogicalNodeCore,
};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};

use super::matching::TimeMatch;
use super::operator::{AsOfJoinExec, JoinKeyPair};

/// `left ASOF JOIN right`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AsOfJoinNode {
    left: LogicalPlan,
    right: LogicalPlan,
    on: Vec<(Expr, Expr)>,
    time: (Expr, Operator, Expr),
    join_type: JoinType,
    schema: DFSchemaRef,
}

impl AsOfJoinNode {
    /// A join of the rows with equal `on` and, in order of time, the nearest for which `time` holds.
    ///
    /// # Errors
    /// When both sides have a column of one name.
    pub(super) fn try_new(
        left: LogicalPlan,
        right: LogicalPlan,
        on: Vec<(Expr, Expr)>,
        time: (Expr, Operator, Expr),
        join_type: JoinType,
    ) -> Result<Self> {
        let schema = build_join_schema(left.schema(), right.schema(), &join_type)?;
        Ok(Self {
            left,
            right,
            on,
            time,
            join_type,
            schema: Arc::new(schema),
        })
    }
}

impl Hash for AsOfJoinNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (
            &self.left,
            &self.right,
            &self.on,
            &self.time,
            &self.join_type,
        )
            .hash(state);
    }
}

impl PartialOrd for AsOfJoinNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (&self.left, &self.right, &self.on).partial_cmp(&(&other.left, &other.right, &other.on))
    }
}

impl UserDefinedLogicalNodeCore for AsOfJoinNode {
    fn name(&self) -> &'static str {
        "AsOfJoin"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.left, &self.right]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        let (one, _, other) = &self.time;
        let keys = self.on.iter().flat_map(|(left, right)| [left, right]);
        keys.chain([one, other]).cloned().collect()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, op, other) = &self.time;
        write!(f, "AsOfJoin: {}", self.join_type)?;
        for (left, right) in &self.on {
            write!(f, " {left} = {right},")?;
        }
        write!(f, " {one} {op} {other}")
    }

    fn with_exprs_and_inputs(&self, exprs: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        let mut inputs = inputs.into_iter();
        let (Some(left), Some(right)) = (inputs.next(), inputs.next()) else {
            return internal_err!("AsOfJoin has two inputs");
        };
        let mut exprs = exprs.into_iter();
        let mut on = Vec::with_capacity(self.on.len());
        for _ in &self.on {
            on.extend(exprs.next().zip(exprs.next()));
        }
        let (Some(one), Some(other)) = (exprs.next(), exprs.next()) else {
            return internal_err!("AsOfJoin compares two times");
        };
        Self::try_new(left, right, on, (one, self.time.1, other), self.join_type)
    }

    fn necessary_children_exprs(&self, output: &[usize]) -> Option<Vec<Vec<usize>>> {
        let width = self.left.schema().fields().len();
        let mut left: Vec<usize> = output.iter().copied().filter(|&i| i < width).collect();
        let mut right: Vec<usize> = output.iter().filter_map(|i| i.checked_sub(width)).collect();
        for expr in UserDefinedLogicalNodeCore::expressions(self) {
            for column in expr.column_refs() {
                left.extend(self.left.schema().maybe_index_of_column(column));
                right.extend(self.right.schema().maybe_index_of_column(column));
            }
        }
        for side in [&mut left, &mut right] {
            side.sort_unstable();
            side.dedup();
        }
        Some(vec![left, right])
    }
}

/// Plans the operator.
#[derive(Debug)]
pub(in crate::planner) struct AsOfJoinPlanner;

#[async_trait]
impl ExtensionPlanner for AsOfJoinPlanner {
    async fn plan_extension(
        &self,
        _: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        logical: &[&LogicalPlan],
        inputs: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        _: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(node) = node.as_any().downcast_ref::<AsOfJoinNode>() else {
            return Ok(None);
        };
        let ([left, right], [left_plan, right_plan]) = (inputs, logical) else {
            return internal_err!("AsOfJoin has two inputs");
        };
        let pair = |one: &Expr, other: &Expr| {
            Ok::<_, datafusion::error::DataFusionError>(JoinKeyPair {
                left: session.create_physical_expr(one.clone(), left_plan.schema())?,
                right: session.create_physical_expr(other.clone(), right_plan.schema())?,
            })
        };
        let on = node.on.iter().map(|(one, other)| pair(one, other));
        let (one, op, other) = &node.time;
        let time = pair(one, other)?;
        let matching = TimeMatch::try_new(*op)?;
        let sides = [Arc::clone(left), Arc::clone(right)];
        let keys = on.collect::<Result<Vec<_>>>()?;
        let operator = AsOfJoinExec::new(sides, keys, time, matching, node.join_type);
        Ok(Some(Arc::new(operator)))
    }
}
