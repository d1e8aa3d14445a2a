//! Refuses `UPDATE t SET a = 1, a = 2` and UPDATE with LIMIT, as `PostgreSQL` and DuckDB do.
//!
//! Of two values for a column the planner uses the last, and it ignores ORDER BY and LIMIT.
//!
//! Upstream: none found: UPDATE t SET a = 1, a = 2 gives 2, UPDATE t SET a = 1 LIMIT 1 changes all rows
//! Retire when: both are refused

use std::collections::HashSet;

use datafusion::common::{Result, plan_err};
use datafusion::sql::sqlparser::ast::{AssignmentTarget, Statement, Update};

/// # Errors
/// When `statement` is an UPDATE that assigns a column twice, or has a LIMIT.
pub(super) fn refuse(statement: &Statement) -> Result<()> {
    let Statement::Update(Update {
        assignments,
        limit,
        order_by,
        ..
    }) = statement
    else {
        return Ok(());
    };
    if limit.is_some() || !order_by.is_empty() {
        return plan_err!(
            "UPDATE takes no ORDER BY and no LIMIT: say in WHERE which rows are meant, as in WHERE id IN (SELECT ..)"
        );
    }
    let mut columns = HashSet::new();
    for assignment in assignments {
        if let AssignmentTarget::ColumnName(name) = &assignment.target
            && !columns.insert(name.to_string().to_lowercase())
        {
            return plan_err!("UPDATE sets {name} twice: keep one of its values");
        }
    }
    Ok(())
}
