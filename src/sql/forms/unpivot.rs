//! `UNPIVOT`: columns as rows of a name and a value.

use datafusion::common::Span;
use datafusion::error::Result;
use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::ast::{
    Array, BinaryOperator, Cte, Expr, ExprWithAlias, Ident, NullInclusion, SelectItem, Spanned,
    TableAlias, TableFactor, TableWithJoins,
};

use super::syntax::{self, call, column, columns_in, text};
use super::{WrittenForm, columns};
use crate::parser::refused;

/// UNPIVOT of a relation.
#[derive(Debug)]
pub(super) struct UnpivotForm {
    source: Vec<TableWithJoins>,
    values: Vec<Expr>,
    name: Ident,
    columns: Vec<ExprWithAlias>,
    keeps_nulls: bool,
    alias: Option<TableAlias>,
    ctes: Vec<Cte>,
    span: Option<Span>,
}

/// What becomes a row: its name and its values.
struct UnpivotedRow {
    name: String,
    values: Vec<Expr>,
}

impl UnpivotForm {
    pub(super) fn new(factor: TableFactor, ctes: Vec<Cte>) -> Result<Self> {
        let span = Span::try_from_sqlparser_span(factor.span());
        let TableFactor::Unpivot {
            table,
            value,
            name,
            columns,
            null_inclusion,
            alias,
        } = factor
        else {
            return Err(refused("UNPIVOT has no columns", span));
        };
        Ok(Self {
            source: vec![syntax::relation(*table)],
            values: parts(value),
            name,
            columns,
            keeps_nulls: matches!(null_inclusion, Some(NullInclusion::IncludeNulls)),
            alias,
            ctes,
            span,
        })
    }

    pub(super) async fn write_out(self, context: &SessionContext) -> Result<WrittenForm> {
        let probe = syntax::select(Vec::new(), self.source.clone())?;
        let all = columns(context, syntax::with(probe, &self.ctes)).await?;
        let mut rows = Vec::new();
        for item in &self.columns {
            rows.extend(self.rows(context, item).await?);
        }
        let used: Vec<String> = rows
            .iter()
            .flat_map(|row| &row.values)
            .flat_map(columns_in)
            .collect();
        let kept = all
            .iter()
            .filter(|name| !used.contains(&name.to_lowercase()));
        let mut items: Vec<SelectItem> = kept
            .map(|name| SelectItem::UnnamedExpr(column(name)))
            .collect();
        let names = rows.iter().map(|row| text(&row.name)).collect();
        items.push(SelectItem::ExprWithAlias {
            expr: unnested(names),
            alias: self.name.clone(),
        });
        for (place, value) in self.values.iter().enumerate() {
            let Expr::Identifier(alias) = value else {
                return Err(refused(
                    "UNPIVOT takes the names of new columns before FOR",
                    self.span,
                ));
            };
            let values = rows.iter().map(|row| row.values[place].clone()).collect();
            items.push(SelectItem::ExprWithAlias {
                expr: unnested(values),
                alias: alias.clone(),
            });
        }
        let inner = syntax::select(items, self.source.clone())?;
        let mut query = syntax::select(
            Vec::new(),
            vec![syntax::relation(syntax::derived(inner, None))],
        )?;
        if !self.keeps_nulls {
            let filled = self
                .values
                .iter()
                .map(|value| Expr::IsNotNull(Box::new(value.clone())));
            let all = filled.reduce(|a, b| Expr::BinaryOp {
                left: Box::new(a),
                op: BinaryOperator::And,
                right: Box::new(b),
            });
            syntax::change(&mut query, |select| select.selection = all);
        }
        Ok(WrittenForm::Relation(Box::new(syntax::derived(
            query, self.alias,
        ))))
    }

    /// The rows that an item of the list stands for: several for `COLUMNS(..)`.
    async fn rows(
        &self,
        context: &SessionContext,
        item: &ExprWithAlias,
    ) -> Result<Vec<UnpivotedRow>> {
        let is_columns = matches!(&item.expr, Expr::Function(call)
            if syntax::function_name(call) == "columns");
        if is_columns && self.values.len() == 1 {
            let list = vec![SelectItem::UnnamedExpr(item.expr.clone())];
            let probe = syntax::select(list, self.source.clone())?;
            let names = columns(context, syntax::with(probe, &self.ctes)).await?;
            let row = |name: &String| UnpivotedRow {
                name: name.clone(),
                values: vec![column(name)],
            };
            return Ok(names.iter().map(row).collect());
        }
        let values = parts(item.expr.clone());
        if values.len() != self.values.len() {
            return Err(refused(
                &format!(
                    "UNPIVOT has {} columns of values and {} in {}: give each as many",
                    self.values.len(),
                    values.len(),
                    item.expr
                ),
                self.span,
            ));
        }
        let name = match &item.alias {
            Some(alias) => alias.value.clone(),
            None => values.iter().map(own_name).collect::<Vec<_>>().join("_"),
        };
        Ok(vec![UnpivotedRow { name, values }])
    }
}

/// The members of `(a, b)`.
fn parts(expr: Expr) -> Vec<Expr> {
    match expr {
        Expr::Tuple(parts) => parts,
        Expr::Nested(inner) => vec![*inner],
        other => vec![other],
    }
}

/// A column's name, also that of the only column in an expression.
fn own_name(expr: &Expr) -> String {
    match expr {
        Expr::Identifier(name) => name.value.clone(),
        Expr::CompoundIdentifier(parts) => parts
            .last()
            .map(|last| last.value.clone())
            .unwrap_or_default(),
        other => match columns_in(other).as_slice() {
            [only] => only.clone(),
            _ => other.to_string(),
        },
    }
}

fn unnested(values: Vec<Expr>) -> Expr {
    let list = Expr::Array(Array {
        elem: values,
        named: false,
    });
    call("unnest", vec![list])
}
