//! Plans with keys of outer rows, and what all nodes need to make them.

use std::sync::Arc;

use datafusion::common::{Column, JoinType, Result, not_impl_err};
use datafusion::logical_expr::{Aggregate, Expr, LogicalPlan, Projection};

/// Start of the names of keys.
pub(super) const KEY_PREFIX: &str = "__outer_";

/// A plan with the keys of outer rows.
pub(super) struct KeyedPlan {
    pub(super) plan: LogicalPlan,
    pub(super) keys: Vec<Column>,
}

impl KeyedPlan {
    pub(super) fn new(plan: LogicalPlan, keys: Vec<Column>) -> Self {
        Self { plan, keys }
    }

    pub(super) fn key_exprs(&self) -> Vec<Expr> {
        self.keys.iter().cloned().map(Expr::Column).collect()
    }

    /// The columns of `like` and the keys, without any other columns.
    pub(super) fn with_columns_of(self, like: &LogicalPlan) -> Result<Self> {
        let columns = like.schema().columns().into_iter().map(Expr::Column);
        let columns = columns.chain(self.key_exprs()).collect();
        let plan = Projection::try_new(columns, shared(self.plan))?;
        Ok(Self::new(LogicalPlan::Projection(plan), self.keys))
    }
}

/// The distinct rows of a plan, by GROUP BY: a DISTINCT may be dropped when it seems needless.
pub(super) fn distinct(plan: LogicalPlan) -> Result<LogicalPlan> {
    let columns = plan
        .schema()
        .columns()
        .into_iter()
        .map(Expr::Column)
        .collect();
    Aggregate::try_new(shared(plan), columns, vec![]).map(LogicalPlan::Aggregate)
}

/// The error for a form that cannot be evaluated for all outer rows at once.
pub(super) fn refusal<T>(what: &str) -> Result<T> {
    not_impl_err!(
        "a subquery {what}, and looks at the outer row: write it as a JOIN, with GROUP BY or QUALIFY row_number() \
         OVER (PARTITION BY ..) = 1"
    )
}

/// True if each row of the join has one of the left side.
pub(super) const fn keeps_left(join_type: JoinType) -> bool {
    matches!(
        join_type,
        JoinType::Inner
            | JoinType::Left
            | JoinType::LeftSemi
            | JoinType::LeftAnti
            | JoinType::LeftMark
    )
}

pub(super) const fn keeps_right(join_type: JoinType) -> bool {
    matches!(
        join_type,
        JoinType::Inner
            | JoinType::Right
            | JoinType::RightSemi
            | JoinType::RightAnti
            | JoinType::RightMark
    )
}

/// The plan in an `Arc`, for constructors of nodes.
pub(super) fn shared(plan: LogicalPlan) -> Arc<LogicalPlan> {
    Arc::new(plan)
}
