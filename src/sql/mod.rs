//! The SQL dialect of users: parsing, shorthand forms, refusals, error wording.

mod advice;
mod arguments;
mod backlog_series;
mod bind;
mod catalog;
mod equivalents;
mod explained;
mod field_access;
mod forms;
mod headers;
mod hints;
mod lineage;
mod lookups;
mod message;
mod names;
mod nested_with;
mod own_schema;
mod place;
mod read_functions;
mod relations;
mod repeated_names;
mod roles;
pub(crate) mod show_functions;
mod summarize;
mod table_functions;
mod type_names;
mod typed_places;
mod units;

use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::execution::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::Statement as DFStatement;
use datafusion::sql::sqlparser::ast::Statement as SqlStatement;

pub(crate) use arguments::call_forms;
pub(crate) use backlog_series::page as backlog_series_page;
pub(crate) use bind::{BindType, BindValue};
use catalog::StatementCatalog;
pub(crate) use equivalents::pages as equivalent_pages;
pub(crate) use hints::hints_from_data;
pub use hints::{QueryHint, hints};
pub use message::explain;
pub(crate) use message::{PlacedValue, SqlFragment, ValueProblem, parquet_problem, value_problem};
use names::IdentifierCasing;
pub(crate) use roles::ColumnRole;
pub use units::ColumnUnits;
pub(crate) use units::UNIT;

use crate::error::{Error, Result};
use crate::functions;
use crate::parser::correctness::{self, length_minus};
use crate::parser::{self, StatementBody};
pub use crate::parser::{Statement, parse};
pub(crate) use crate::parser::{UnparsedStatement, parse_each, parse_in};
use crate::planner::correctness::{
    compute_changed_rows, refuse_numbers_as_dates, settle_range_offsets,
};

/// `error` as text, with the line of `script` that it refers to; unchanged if no position is known.
#[must_use]
pub fn located(error: Error, script: &str) -> Error {
    match error {
        Error::Query(inner) if message::has_place(&inner, script) => {
            Error::Sql(explain(&inner, Some(script)))
        }
        other => other,
    }
}

/// Stack for copying and traversing a statement; only touched pages use memory.
const STACK: usize = 64 << 20;

/// Plans one statement. DDL, `SET`, `PREPARE` and `DEALLOCATE` take effect at once and return an
/// empty frame; nothing else is executed before the frame is read.
///
/// # Errors
/// When the statement has unknown names or is not supported; [`explain`] words the error.
pub(crate) async fn plan(context: &SessionContext, statement: &Statement) -> Result<DataFrame> {
    let planned = match &statement.kind {
        StatementBody::Plain(inner) => Box::pin(plain(context, inner, true)).await,
        StatementBody::Summarize(inner) => match Box::pin(plain(context, inner, false)).await {
            Ok(frame) => summarize::summarize(frame),
            Err(error) => Err(error),
        },
    };
    Ok(planned.map_err(|error| advice::advise(context, error))?)
}

async fn plain(
    context: &SessionContext,
    statement: &DFStatement,
    is_shown: bool,
) -> Result<DataFrame, DataFusionError> {
    let state = context.state();
    own_schema::insert(&state, statement)?;
    let reading = IdentifierCasing {
        lowers: state.config_options().sql_parser.enable_ident_normalization,
    };
    let mut statement = statement.clone();
    stacker::grow(STACK, || nested_with::rename(&mut statement, reading));
    read_functions::replace(&mut statement)?;
    forms::settle(context, &mut statement).await?;
    let statement = &stacker::grow(STACK, || {
        backlog_series::expand(&mut statement)?;
        table_functions::arrange(&mut statement)?;
        Ok::<_, DataFusionError>(statement)
    })?;
    let catalog = StatementCatalog::load(&state, statement).await?;
    // The tree of `a + b + ..` is as deep as it is long, and a worker thread's stack is small.
    let resolved = stacker::grow(STACK, || {
        let mut statement = statement.clone();
        own_schema::show_tables(&state, &mut statement)?;
        show_functions::write_out(&mut statement, &state, || functions::function_pages(&state))?;
        headers::keep_text(&mut statement);
        parser::exponents_as_doubles(&mut statement)?;
        equivalents::replace(&mut statement)?;
        arguments::arrange(&mut statement)?;
        correctness::rewrite(&mut statement)?;
        names::resolve(&mut statement, reading, &catalog)?;
        field_access::in_brackets(&mut statement, reading);
        headers::keep_text(&mut statement);
        parser::intervals::rewrite(&mut statement)?;
        Ok::<_, DataFusionError>(statement)
    })?;
    let plan = match planned(&state, &resolved).await {
        Err(error) if repeated_names::is_refused(&error) => {
            let mut renamed = resolved;
            let Some(headers) = repeated_names::tell_apart(&mut renamed, reading) else {
                return Err(error);
            };
            match planned(&state, &renamed).await {
                Ok(plan) if is_shown => repeated_names::restore_headers(plan, &headers, &renamed)?,
                Ok(plan) => plan,
                // The statement has other errors too.
                Err(_) => return Err(error),
            }
        }
        planned => planned?,
    };
    let plan = in_words_of_sql(plan, statement, &catalog)?;
    refuse_numbers_as_dates(&plan)?;
    explained::refuse(&state, &plan).await?;
    own_schema::change(&state, &plan)?;
    context
        .execute_logical_plan(compute_changed_rows(settle_range_offsets(plan)?)?)
        .await
}

/// Names of columns and of types as the user writes them, not as the planner does.
fn in_words_of_sql(
    plan: LogicalPlan,
    statement: &DFStatement,
    catalog: &StatementCatalog,
) -> Result<LogicalPlan, DataFusionError> {
    let plan = if catalog.names_schema(type_names::SCHEMA) {
        type_names::in_sql(plan)?
    } else {
        plan
    };
    match statement {
        DFStatement::Statement(inner)
            if matches!(inner.as_ref(), SqlStatement::ShowColumns { .. }) =>
        {
            type_names::without_catalog(plan)
        }
        _ => headers::show_text(plan),
    }
}

async fn planned(
    state: &SessionState,
    statement: &DFStatement,
) -> Result<LogicalPlan, DataFusionError> {
    match state.statement_to_plan(statement.clone()).await {
        Err(error) if length_minus::is_refused(&error) => {
            let mut negated = statement.clone();
            parser::intervals::negate(&mut negated);
            state.statement_to_plan(negated).await
        }
        planned => planned,
    }
}
