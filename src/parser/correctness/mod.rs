//! Corrects misreadings of the parser, on tokens and on the syntax tree; called from `sql`.
//!
//! The dialect calls `next_strength`, `infix` and `prefix` during parsing; `rewrite` visits a
//! parsed statement before its names are resolved.

mod cast_names;
mod delete_alias;
mod distinct_from;
mod exponents;
mod far_literals;
mod grouping_ordinals;
mod insert_sources;
pub(crate) mod interval_text;
mod json_arrow;
pub(crate) mod length_minus;
mod like_escape;
pub(crate) mod merged_columns;
mod named_windows;
mod operator_strength;
mod pattern_operands;
mod power_sign;
mod quantified_comparison;
mod repeated_assignments;
mod repeated_ctes;
mod repeated_keys;
mod row_comparisons;
mod row_memberships;
mod series_of_rows;
mod series_texts;
mod similar_to;

use std::ops::ControlFlow;

use datafusion::error::Result;
use datafusion::sql::parser::{CopyToSource, Statement as DFStatement};
use datafusion::sql::sqlparser::ast::{Expr, VisitMut, visit_expressions_mut};
use datafusion::sql::sqlparser::parser::{Parser, ParserError};

pub(crate) use exponents::as_doubles;
pub(crate) use like_escape::function;
pub(crate) use operator_strength::{next_strength, strength};
pub(crate) use repeated_ctes::{MATERIALIZED_CTE, next_relation_id};
pub(crate) use row_memberships::ROW_OF_VALUES;

/// An operator that the parser would misread; `None` for all others.
pub(crate) fn infix(parser: &mut Parser<'_>, left: &Expr) -> Option<Result<Expr, ParserError>> {
    distinct_from::infix(parser, left)
        .or_else(|| power_sign::infix(parser, left))
        .or_else(|| pattern_operands::infix(parser, left))
        .or_else(|| operator_strength::infix(parser, left))
}

/// A sign before an operand that would otherwise include too much of the following expression, or a column
/// before an arrow that would be read as a parameter.
pub(crate) fn prefix(parser: &mut Parser<'_>) -> Option<Result<Expr, ParserError>> {
    operator_strength::prefix(parser).or_else(|| json_arrow::prefix(parser))
}

/// Rewrites forms that the planner misreads.
///
/// # Errors
/// When a form has no meaning, such as an undefined window.
pub(crate) fn rewrite(statement: &mut DFStatement) -> Result<()> {
    match statement {
        DFStatement::Statement(inner) => {
            repeated_assignments::refuse(inner)?;
            delete_alias::rewrite(inner);
            insert_sources::rewrite(inner)?;
            rewrite_in(inner.as_mut())
        }
        DFStatement::Explain(explain) => rewrite(&mut explain.statement),
        DFStatement::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => rewrite_in(query.as_mut()),
            CopyToSource::Relation(_) => Ok(()),
        },
        DFStatement::CreateExternalTable(_) | DFStatement::Reset(_) => Ok(()),
    }
}

/// Like [`rewrite`], for a part of a statement.
///
/// # Errors
/// As [`rewrite`].
pub(crate) fn rewrite_in(node: &mut impl VisitMut) -> Result<()> {
    named_windows::write_out(node)?;
    grouping_ordinals::write_out(node)?;
    repeated_keys::write_out(node);
    far_literals::give_precision(node);
    series_texts::give_types(node);
    series_of_rows::unnest(node);
    let mut failed = Ok(());
    let _: ControlFlow<()> = visit_expressions_mut(node, |expr| {
        let done = quantified_comparison::rewrite(expr)
            .and_then(|()| row_comparisons::rewrite(expr))
            .and_then(|()| row_memberships::rewrite(expr))
            .and_then(|()| like_escape::rewrite(expr))
            .and_then(|()| similar_to::rewrite(expr));
        power_sign::rewrite(expr);
        match done {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Err(error);
                ControlFlow::Break(())
            }
        }
    });
    cast_names::tell_apart(node);
    repeated_ctes::mark(node);
    failed
}
