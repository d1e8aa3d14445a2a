//! Roles of the columns of a result, derived from the plan: charts draw amounts over keys.

use arrow::datatypes::Field;
use datafusion::common::format::ExplainFormat;
use datafusion::logical_expr::{Expr, LogicalPlan};

use super::lineage::{ColumnOrigin, is_group_key, origin, uncast};

/// Metadata key of a field's role; the values are [`ColumnRole::name`]s.
pub(super) const ROLE: &str = "deskql.role";
/// Aggregates whose values of disjoint groups may be added up.
const AMOUNTS: &[&str] = &["count", "count_if", "countif", "sum"];

/// Role of a column of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnRole {
    /// Rows are grouped by it.
    Key,
    /// A count or sum of disjoint groups of rows.
    Amount,
    /// The plan of an EXPLAIN, a line for each operator, indented by its depth.
    PlanTree,
    /// The plan of an EXPLAIN in another format, whose lines must not be wrapped.
    PlanText,
}

impl ColumnRole {
    /// Role of the column at `index` of the output of `plan`, if it has one.
    pub(super) fn in_plan(plan: &LogicalPlan, index: usize) -> Option<Self> {
        match plan {
            LogicalPlan::Explain(explain) if index == 1 => {
                return Some(match explain.explain_format {
                    ExplainFormat::Indent => Self::PlanTree,
                    _ => Self::PlanText,
                });
            }
            LogicalPlan::Analyze(_) if index == 1 => return Some(Self::PlanTree),
            _ if is_group_key(plan, index) => return Some(Self::Key),
            _ => {}
        }
        let ColumnOrigin::Computed(expr, _) = origin(plan, index) else {
            return None;
        };
        match uncast(expr) {
            Expr::AggregateFunction(call)
                if !call.params.distinct && AMOUNTS.contains(&call.func.name()) =>
            {
                Some(Self::Amount)
            }
            _ => None,
        }
    }

    /// Role of a marked field.
    pub(crate) fn of_field(field: &Field) -> Option<Self> {
        match field.metadata().get(ROLE).map(String::as_str) {
            Some("key") => Some(Self::Key),
            Some("amount") => Some(Self::Amount),
            Some("plan tree") => Some(Self::PlanTree),
            Some("plan text") => Some(Self::PlanText),
            _ => None,
        }
    }

    /// Value in the metadata of a field.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Amount => "amount",
            Self::PlanTree => "plan tree",
            Self::PlanText => "plan text",
        }
    }
}
