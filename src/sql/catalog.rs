//! Tables that a statement names and their columns, looked up before planning.

use std::collections::{HashMap, HashSet};

use datafusion::common::TableReference;
use datafusion::error::Result;
use datafusion::execution::SessionState;
use datafusion::logical_expr::Volatility;
use datafusion::sql::parser::Statement;
use datafusion::sql::planner::object_name_to_table_reference;
use datafusion::sql::sqlparser::ast::Statement as SqlStatement;

use super::equivalents;
use crate::parser::refused;

/// A table that exists.
#[derive(Debug, Clone)]
pub(super) struct ReferencedTable {
    /// The stored name, which may differ in case from the name in the statement.
    pub(super) name: String,
    /// Column names as stored.
    pub(super) columns: Vec<String>,
}

/// Tables of one statement by the reference that the planner looks up.
#[derive(Debug, Default)]
pub(super) struct StatementCatalog {
    tables: HashMap<TableReference, ReferencedTable>,
    schemas: HashSet<String>,
    functions: FunctionNames,
}

/// Functions of the session by their kind.
#[derive(Debug, Default)]
pub(super) struct FunctionNames {
    aggregates: HashSet<String>,
    volatile: HashSet<String>,
}

impl FunctionNames {
    pub(super) fn load(state: &SessionState) -> Self {
        let volatile = state
            .scalar_functions()
            .iter()
            .filter(|(_, function)| function.signature().volatility == Volatility::Volatile);
        Self {
            aggregates: equivalents::aggregate_names()
                .map(str::to_owned)
                .chain(state.aggregate_functions().keys().cloned())
                .collect(),
            volatile: volatile.map(|(name, _)| name.clone()).collect(),
        }
    }

    /// True for an aggregate of this name in lower case.
    pub(super) fn is_aggregate(&self, name: &str) -> bool {
        self.aggregates.contains(name)
    }

    /// True for a function that gives another value at each call.
    pub(super) fn is_volatile(&self, name: &str) -> bool {
        self.volatile.contains(name)
    }
}

impl StatementCatalog {
    /// Looks up every table that `statement` names. A table that is not found or cannot be read is
    /// left to the planner, which reports it.
    ///
    /// # Errors
    /// When a name matches several tables that differ in case only.
    pub(super) async fn load(state: &SessionState, statement: &Statement) -> Result<Self> {
        let mut tables = HashMap::new();
        let mut schemas = HashSet::new();
        let mut references = state.resolve_table_references(statement)?;
        references.extend(dropped(state, statement));
        for reference in references {
            schemas.extend(reference.schema().map(str::to_owned));
            if let Some(table) = look_up(state, &reference).await? {
                tables.insert(reference, table);
            }
        }
        Ok(Self {
            tables,
            schemas,
            functions: FunctionNames::load(state),
        })
    }

    /// True if the statement names a table of this schema.
    pub(super) fn names_schema(&self, schema: &str) -> bool {
        self.schemas.contains(schema)
    }

    /// The functions of the session.
    pub(super) fn functions(&self) -> &FunctionNames {
        &self.functions
    }

    /// The table that `reference` resolves to.
    pub(super) fn table(&self, reference: &TableReference) -> Option<&ReferencedTable> {
        self.tables.get(reference)
    }
}

/// Tables of a `DROP`, which DataFusion does not count among the references of a statement.
fn dropped(state: &SessionState, statement: &Statement) -> Vec<TableReference> {
    let lowers = state.config_options().sql_parser.enable_ident_normalization;
    let Statement::Statement(inner) = statement else {
        return Vec::new();
    };
    let SqlStatement::Drop { names, .. } = inner.as_ref() else {
        return Vec::new();
    };
    names
        .iter()
        .filter_map(|name| object_name_to_table_reference(name.clone(), lowers).ok())
        .collect()
}

async fn look_up(
    state: &SessionState,
    reference: &TableReference,
) -> Result<Option<ReferencedTable>> {
    let Ok(schema) = state.schema_for_ref(reference.clone()) else {
        return Ok(None);
    };
    let wanted = reference.table();
    let folded = wanted.to_lowercase();
    let mut name = wanted.to_owned();
    if !schema.table_exist(wanted) {
        let mut spellings: Vec<String> = schema
            .table_names()
            .into_iter()
            .filter(|name| name.to_lowercase() == folded)
            .collect();
        spellings.sort();
        match spellings.as_slice() {
            [] => {}
            [only] => name.clone_from(only),
            _ => {
                let quoted: Vec<String> = spellings.iter().map(|s| format!("\"{s}\"")).collect();
                return Err(refused(
                    &format!(
                        "table '{wanted}' could be any of {}: quote the one you mean",
                        quoted.join(", ")
                    ),
                    None,
                ));
            }
        }
    }
    let Ok(Some(provider)) = schema.table(&name).await else {
        return Ok(None);
    };
    let columns = provider
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    Ok(Some(ReferencedTable { name, columns }))
}
