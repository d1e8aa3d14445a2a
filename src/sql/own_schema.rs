//! Refuses changes to the engine's own schema, and leaves it out of `SHOW TABLES`.

use std::sync::Arc;

use datafusion::common::{SchemaReference, Span, TableReference};
use datafusion::error::Result;
use datafusion::execution::SessionState;
use datafusion::logical_expr::{DdlStatement, LogicalPlan};
use datafusion::sql::parser::{DFParser, Statement as DFStatement};
use datafusion::sql::planner::object_name_to_table_reference;
use datafusion::sql::sqlparser::ast::{Spanned, Statement, TableObject};

use crate::catalogue;
use crate::parser::refused;

/// Refuses an `INSERT` into the engine's own tables, before its values are checked against their
/// columns.
///
/// # Errors
/// When `statement` is one.
pub(super) fn insert(state: &SessionState, statement: &DFStatement) -> Result<()> {
    let DFStatement::Statement(inner) = statement else {
        return Ok(());
    };
    let Statement::Insert(insert) = inner.as_ref() else {
        return Ok(());
    };
    let TableObject::TableName(name) = &insert.table else {
        return Ok(());
    };
    let lowers = state.config_options().sql_parser.enable_ident_normalization;
    let table = object_name_to_table_reference(name.clone(), lowers)?;
    refuse_if_own(state, &table, Span::try_from_sqlparser_span(name.span()))
}

/// Refuses plans that would change the engine's own schema.
///
/// # Errors
/// When `plan` is one.
pub(super) fn change(state: &SessionState, plan: &LogicalPlan) -> Result<()> {
    let table = match plan {
        LogicalPlan::Dml(dml) => &dml.table_name,
        LogicalPlan::Ddl(DdlStatement::CreateMemoryTable(create)) => &create.name,
        LogicalPlan::Ddl(DdlStatement::CreateView(create)) => &create.name,
        LogicalPlan::Ddl(DdlStatement::CreateExternalTable(create)) => &create.name,
        LogicalPlan::Ddl(DdlStatement::DropTable(drop)) => &drop.name,
        LogicalPlan::Ddl(DdlStatement::DropView(drop)) => &drop.name,
        LogicalPlan::Ddl(DdlStatement::DropCatalogSchema(drop)) => &in_schema(&drop.name),
        _ => return Ok(()),
    };
    refuse_if_own(state, table, None)
}

/// Any table of the schema; it need not exist.
fn in_schema(schema: &SchemaReference) -> TableReference {
    match schema {
        SchemaReference::Bare { schema } => TableReference::partial(Arc::clone(schema), ""),
        SchemaReference::Full { schema, catalog } => {
            TableReference::full(Arc::clone(catalog), Arc::clone(schema), "")
        }
    }
}

fn refuse_if_own(state: &SessionState, table: &TableReference, span: Option<Span>) -> Result<()> {
    match state.schema_for_ref(table.clone()) {
        Ok(schema) if catalogue::is_own(schema.as_ref()) => Err(refused(
            &format!(
                "schema {} is the engine's own and read-only: make a table of yours with CREATE \
                 TABLE mine AS SELECT .. and change that",
                catalogue::NAME
            ),
            span,
        )),
        _ => Ok(()),
    }
}

/// Limits `SHOW TABLES` to the user's tables; `information_schema.tables` has all.
pub(super) fn show_tables(state: &SessionState, statement: &mut DFStatement) -> Result<()> {
    let DFStatement::Statement(inner) = &*statement else {
        return Ok(());
    };
    let is_bare = matches!(inner.as_ref(), Statement::ShowTables { .. })
        && inner.to_string() == "SHOW TABLES";
    if !is_bare || !state.config_options().catalog.information_schema {
        return Ok(());
    }
    let query = format!(
        "SELECT table_schema, table_name, table_type FROM information_schema.tables WHERE table_schema NOT IN ('information_schema', \
         '{}') ORDER BY table_schema, table_name",
        catalogue::NAME
    );
    if let Some(rewritten) = DFParser::parse_sql(&query)?.pop_front() {
        *statement = rewritten;
    }
    Ok(())
}
