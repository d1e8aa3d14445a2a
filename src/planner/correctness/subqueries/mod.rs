//! Subqueries: three-valued IN, EXISTS, correlated subqueries, and their places in a plan.

pub(super) mod correlation;
pub(crate) mod dependent_join;
pub(super) mod exists_rows;
pub(super) mod grand_totals;
pub(super) mod in_lists;
pub(super) mod in_operands;
pub(super) mod in_subqueries;
pub(super) mod lateral_marks;
pub(super) mod needless_laterals;
mod outer_join;
mod outer_references;
pub(super) mod projected_subqueries;
pub(super) mod row_memberships;
pub(super) mod subquery_places;
mod three_valued;
