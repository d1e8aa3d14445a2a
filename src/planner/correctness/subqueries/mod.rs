//! Subqueries: three-valued IN, EXISTS, correlated subqueries, and their places in a plan.

pub(super) mod correlation;
pub(super) mod exists_rows;
pub(super) mod grand_totals;
pub(super) mod in_lists;
pub(super) mod in_subqueries;
mod outer_rows;
pub(super) mod outer_values;
pub(super) mod projected_subqueries;
pub(super) mod subquery_places;
