//! Checks that the available tables have what a query needs.

use datafusion::prelude::SessionContext;

use super::query::NamedQuery;
use crate::error::{Error, Result};
use crate::settings::DeskqlOptions;

/// Checks the tables and columns of `query`'s header against those of `context`.
///
/// # Errors
/// When one is missing; the message names the query, the table and the columns.
pub(crate) async fn check(context: &SessionContext, query: &NamedQuery) -> Result<()> {
    if reads_policies(query)
        && DeskqlOptions::policies(context.state().config_options())
            .rules()
            .is_empty()
    {
        return Err(Error::Usage(format!(
            "query {} needs SLA policies: declare [[sla_policies]] in deskql.toml",
            query.name
        )));
    }
    for (table, columns) in &query.needs {
        let Ok(provider) = context.table_provider(table.as_str()).await else {
            return Err(lacks(
                query,
                &format!("a table {table} ({})", columns.join(", ")),
            ));
        };
        let schema = provider.schema();
        let is_absent = |column: &&String| {
            let mut fields = schema.fields().iter();
            !fields.any(|field| field.name().eq_ignore_ascii_case(column))
        };
        let absent: Vec<&str> = columns
            .iter()
            .filter(is_absent)
            .map(String::as_str)
            .collect();
        if !absent.is_empty() {
            let plural = if absent.len() == 1 { "" } else { "s" };
            return Err(lacks(
                query,
                &format!("column{plural} {} in {table}", absent.join(", ")),
            ));
        }
    }
    Ok(())
}

/// True if the query reads SLA policies.
fn reads_policies(query: &NamedQuery) -> bool {
    query.sql.contains("sla_events(")
}

fn lacks(query: &NamedQuery, what: &str) -> Error {
    Error::Usage(format!(
        "query {} needs {what}: name the data with --data, or map your columns to it in deskql.toml",
        query.name
    ))
}
