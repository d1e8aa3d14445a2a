//! Helpers of name resolution: positions of names, their replacement, and errors for names that
//! match nothing or several things.

use datafusion::common::{Diagnostic, Span};
use datafusion::error::{DataFusionError, Result};
use datafusion::sql::sqlparser::ast::{
    ExcludeSelectItem, Expr, Ident, JoinConstraint, JoinOperator, ObjectName, ObjectNamePart,
    OrderBy, OrderByExpr, OrderByKind, Query, Value, WildcardAdditionalOptions,
};

use crate::parser::refused;
use crate::text::nearest;

/// The names of a join's `USING`.
pub(super) fn using(join: &mut JoinOperator) -> Option<&mut Vec<ObjectName>> {
    use JoinOperator as J;
    match join {
        J::Join(JoinConstraint::Using(names))
        | J::Inner(JoinConstraint::Using(names))
        | J::Left(JoinConstraint::Using(names))
        | J::LeftOuter(JoinConstraint::Using(names))
        | J::Right(JoinConstraint::Using(names))
        | J::RightOuter(JoinConstraint::Using(names))
        | J::FullOuter(JoinConstraint::Using(names))
        | J::LeftSemi(JoinConstraint::Using(names))
        | J::RightSemi(JoinConstraint::Using(names))
        | J::LeftAnti(JoinConstraint::Using(names))
        | J::RightAnti(JoinConstraint::Using(names))
        | J::AsOf {
            constraint: JoinConstraint::Using(names),
            ..
        } => Some(names),
        _ => None,
    }
}

pub(super) fn option_names(options: &mut WildcardAdditionalOptions) -> Vec<&mut Ident> {
    let mut names: Vec<&mut Ident> = Vec::new();
    let excluded = match &mut options.opt_exclude {
        Some(ExcludeSelectItem::Single(name)) => std::slice::from_mut(name),
        Some(ExcludeSelectItem::Multiple(many)) => many.as_mut_slice(),
        None => &mut [],
    };
    for name in excluded {
        if let [ObjectNamePart::Identifier(ident)] = name.0.as_mut_slice() {
            names.push(ident);
        }
    }
    if let Some(except) = &mut options.opt_except {
        names.push(&mut except.first_element);
        names.extend(&mut except.additional_elements);
    }
    if let Some(replace) = &mut options.opt_replace {
        names.extend(replace.items.iter_mut().map(|item| &mut item.column_name));
    }
    names
}

/// `ORDER BY ALL` as `ORDER BY 1, 2, ..`: the planner's own form supports plain columns only, loses
/// their case, and has no effect after a `UNION`.
pub(super) fn order_by_all(query: &mut Query, width: Option<usize>) -> Result<()> {
    let Some(OrderBy {
        kind: kind @ OrderByKind::All(_),
        ..
    }) = &mut query.order_by
    else {
        return Ok(());
    };
    let OrderByKind::All(options) = *kind else {
        return Ok(());
    };
    let width = width.ok_or_else(|| {
        refused(
            "ORDER BY ALL needs columns known before planning: write ORDER BY 1, 2, ..",
            None,
        )
    })?;
    let position = |i: usize| OrderByExpr {
        expr: Expr::value(Value::Number(i.to_string(), false)),
        options,
        with_fill: None,
    };
    *kind = OrderByKind::Expressions((1..=width).map(position).collect());
    Ok(())
}

/// Replaces a name by the stored one, quoted so that its case is preserved; the span stays.
pub(super) fn respell(ident: &mut Ident, name: &str) {
    name.clone_into(&mut ident.value);
    ident.quote_style = Some('"');
}

pub(super) fn ambiguous(ident: &Ident, names: &[String]) -> DataFusionError {
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    refused(
        &format!(
            "column '{}' could be any of {}: quote the one you mean",
            ident.value,
            quoted.join(", ")
        ),
        Span::try_from_sqlparser_span(ident.span),
    )
}

/// Error for an unknown column; suggests the nearest name.
pub(super) fn no_column(ident: &Ident, names: &[&str]) -> DataFusionError {
    let hint = nearest(&ident.value, names.iter().copied())
        .map(|name| format!("; did you mean '{name}'?"))
        .unwrap_or_default();
    let text = format!("no column named '{}'{hint}", ident.value);
    let span = Span::try_from_sqlparser_span(ident.span);
    DataFusionError::Plan(text.clone()).with_diagnostic(Diagnostic::new_error(text, span))
}

/// The plain identifiers of a dotted name.
pub(super) fn idents(name: &ObjectName) -> Option<Vec<Ident>> {
    name.0.iter().map(|part| part.as_ident().cloned()).collect()
}
