//! `read_csv('file')`, `read_parquet(..)` and `read_json(..)` of DuckDB: the file itself behind FROM.

use std::ops::ControlFlow;

use datafusion::common::Span;
use datafusion::error::{DataFusionError, Result};
use datafusion::sql::parser::{CopyToSource, Statement};
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, Ident, ObjectName, Spanned, TableFactor, Value,
    ValueWithSpan, VisitMut, VisitorMut,
};

use crate::parser::refused;

const READERS: [&str; 7] = [
    "read_csv",
    "read_csv_auto",
    "read_json",
    "read_json_auto",
    "read_ndjson",
    "read_parquet",
    "parquet_scan",
];

/// Puts the file in the place of each such call.
///
/// # Errors
/// When a call has options, or several files.
pub(super) fn replace(statement: &mut Statement) -> Result<()> {
    let mut reader = FileReader(None);
    let flow: ControlFlow<()> = match statement {
        Statement::Statement(inner) => inner.visit(&mut reader),
        Statement::Explain(explain) => return replace(&mut explain.statement),
        Statement::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => query.visit(&mut reader),
            CopyToSource::Relation(_) => ControlFlow::Continue(()),
        },
        Statement::CreateExternalTable(_) | Statement::Reset(_) => ControlFlow::Continue(()),
    };
    match (flow, reader.0) {
        (ControlFlow::Break(()), Some(error)) => Err(error),
        _ => Ok(()),
    }
}

struct FileReader(Option<DataFusionError>);

impl VisitorMut for FileReader {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        let place = Span::try_from_sqlparser_span(factor.span());
        let TableFactor::Table { name, args, .. } = factor else {
            return ControlFlow::Continue(());
        };
        let function = name.to_string().to_lowercase();
        let Some(given) = args
            .as_ref()
            .filter(|_| READERS.contains(&function.as_str()))
        else {
            return ControlFlow::Continue(());
        };
        match path(&function, &given.args) {
            Ok(path) => {
                *name = ObjectName::from(vec![Ident::with_quote('\'', path)]);
                *args = None;
                ControlFlow::Continue(())
            }
            Err(advice) => {
                self.0 = Some(refused(&advice, place));
                ControlFlow::Break(())
            }
        }
    }
}

/// The only file of a call.
fn path(function: &str, args: &[FunctionArg]) -> Result<String, String> {
    let (first, options) = args
        .split_first()
        .ok_or_else(|| format!("{function} takes a file: write FROM 'file'"))?;
    if !options.is_empty() {
        return Err(format!(
            "{function} takes no options here: write FROM 'file', and what it cannot tell by itself into deskql.toml"
        ));
    }
    let FunctionArg::Unnamed(FunctionArgExpr::Expr(first)) = first else {
        return Err(format!("{function} takes a file: write FROM 'file'"));
    };
    match first {
        Expr::Array(files) => match files.elem.as_slice() {
            [only] => text(only),
            _ => None,
        },
        other => text(other),
    }
    .ok_or_else(|| {
        format!("{function} takes one file or pattern, as text: write FROM 'folder/*.parquet', or UNION ALL BY NAME between files")
    })
}

fn text(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Value(ValueWithSpan {
            value: Value::SingleQuotedString(text),
            ..
        }) => Some(text.clone()),
        _ => None,
    }
}
