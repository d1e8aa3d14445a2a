//! Forms whose meaning depends on the columns, types or values of their input: PIVOT, UNPIVOT, the fields
//! of a struct by `d.*`, `(f(x)).*` and `unnest(d)`.
//!
//! Each is taken out of the statement, the innermost first; its input is planned, or run for the values that
//! become columns; and plain SQL takes its place.

mod pivot;
mod pivot_keys;
mod search;
mod struct_fields;
mod syntax;
mod unpivot;

use datafusion::dataframe::DataFrame;
use datafusion::error::{DataFusionError, Result};
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{Query, SelectItem, Statement as SqlStatement, TableFactor};

use super::catalog::FunctionNames;
use pivot::PivotForm;
use struct_fields::StructForm;
use unpivot::UnpivotForm;

/// A form, taken out of its statement.
#[derive(Debug)]
enum TakenForm {
    Pivot(Box<PivotForm>),
    Unpivot(Box<UnpivotForm>),
    Struct(Box<StructForm>),
}

/// What takes the place of a form.
#[derive(Debug)]
enum WrittenForm {
    Relation(Box<TableFactor>),
    Items(Vec<SelectItem>),
}

/// Writes out every such form of a statement.
///
/// # Errors
/// When its input cannot be planned, or the form lacks a part.
pub(super) async fn settle(context: &SessionContext, statement: &mut Statement) -> Result<()> {
    let mut kept = 0;
    loop {
        let taken = stacker::grow(super::STACK, || search::take(statement, kept))?;
        let Some(taken) = taken else {
            return Ok(());
        };
        let written = match taken {
            TakenForm::Pivot(form) => form.write_out(context).await?,
            TakenForm::Unpivot(form) => form.write_out(context).await?,
            TakenForm::Struct(form) => {
                let (items, is_written) = form.write_out(context).await?;
                kept += usize::from(!is_written);
                WrittenForm::Items(items)
            }
        };
        stacker::grow(super::STACK, || search::put_back(statement, written));
    }
}

/// Plans `query`, which nobody sees.
async fn planned(context: &SessionContext, query: Query) -> Result<DataFrame, DataFusionError> {
    let statement = Statement::Statement(Box::new(SqlStatement::Query(Box::new(query))));
    Box::pin(super::plain(context, &statement, false)).await
}

/// The columns of `query` by name.
async fn columns(context: &SessionContext, query: Query) -> Result<Vec<String>> {
    let frame = planned(context, query).await?;
    let fields = frame.schema().fields();
    Ok(fields.iter().map(|field| field.name().clone()).collect())
}

fn functions(context: &SessionContext) -> FunctionNames {
    FunctionNames::load(&context.state())
}
