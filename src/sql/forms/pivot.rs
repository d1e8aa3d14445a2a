//! `PIVOT`: values of a column as columns of an aggregate.

use std::ops::ControlFlow;

use datafusion::common::Span;
use datafusion::error::{DataFusionError, Result};
use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Cte, Expr, ExprWithAlias, Function, FunctionArg, FunctionArgExpr,
    FunctionArguments, GroupByExpr, PivotValueSource, Select, SelectItem, SetExpr, Spanned,
    TableAlias, TableFactor, TableWithJoins, Value, ValueWithSpan, visit_expressions_mut,
};

use super::pivot_keys::{MOST_VALUES, PivotKey, PivotSource, PivotValue, PivotValues};
use super::syntax::{self, aliased, arguments, call, column, columns_in, function_name};
use super::{WrittenForm, columns, functions};
use crate::parser::{PIVOT_KEY, PIVOT_VALUE, refused};
use crate::sql::catalog::FunctionNames;

/// PIVOT of a relation.
#[derive(Debug)]
pub(super) struct PivotForm {
    source: Vec<TableWithJoins>,
    keys: Vec<PivotKey>,
    aggregates: Vec<ExprWithAlias>,
    /// The rest of the columns if absent.
    groups: Option<Vec<Expr>>,
    /// In the place of a NULL.
    default: Option<Expr>,
    alias: Option<TableAlias>,
    ctes: Vec<Cte>,
    is_view: bool,
    span: Option<Span>,
}

impl PivotForm {
    /// True for a statement that the parser wrote as a query of keys.
    pub(super) fn is_marked(factor: &TableFactor) -> bool {
        marked(factor)
            .is_some_and(|select| select.projection.iter().any(|item| key(item).is_some()))
    }

    pub(super) fn new(factor: TableFactor, ctes: Vec<Cte>, is_view: bool) -> Result<Self> {
        let span = Span::try_from_sqlparser_span(factor.span());
        let empty = Self {
            source: Vec::new(),
            keys: Vec::new(),
            aggregates: Vec::new(),
            groups: None,
            default: None,
            alias: None,
            ctes,
            is_view,
            span,
        };
        match factor {
            TableFactor::Pivot {
                table,
                aggregate_functions,
                value_column,
                value_source,
                default_on_null,
                alias,
            } => {
                let mut key_columns = value_column.into_iter();
                let (Some(expr), None) = (key_columns.next(), key_columns.next()) else {
                    return Err(refused(
                        "PIVOT takes one column behind FOR: write the statement PIVOT t ON a, b USING ..",
                        span,
                    ));
                };
                let values = values_of(&expr, value_source);
                Ok(Self {
                    source: vec![syntax::relation(*table)],
                    keys: vec![PivotKey { expr, values }],
                    aggregates: aggregate_functions,
                    default: default_on_null,
                    alias,
                    ..empty
                })
            }
            marked_factor => {
                let select = marked(&marked_factor)
                    .cloned()
                    .ok_or_else(|| refused("PIVOT has no columns", span))?;
                empty.statement(select)
            }
        }
    }

    fn statement(mut self, select: Select) -> Result<Self> {
        for item in select.projection {
            match key(&item) {
                Some(call) => self.keys.push(key_of(call)?),
                None => self.aggregates.push(match item {
                    SelectItem::UnnamedExpr(expr) => ExprWithAlias { expr, alias: None },
                    SelectItem::ExprWithAlias { expr, alias } => ExprWithAlias {
                        expr,
                        alias: Some(alias),
                    },
                    other => {
                        let advice =
                            format!("PIVOT: USING takes aggregates, as sum(x), not {other}");
                        return Err(refused(&advice, self.span));
                    }
                }),
            }
        }
        self.source = select.from;
        self.groups = match select.group_by {
            GroupByExpr::Expressions(exprs, _) if exprs.is_empty() => None,
            GroupByExpr::Expressions(exprs, _) => Some(exprs),
            GroupByExpr::All(_) => {
                return Err(refused(
                    "PIVOT: GROUP BY takes the columns themselves",
                    self.span,
                ));
            }
        };
        Ok(self)
    }

    pub(super) async fn write_out(mut self, context: &SessionContext) -> Result<WrittenForm> {
        if self.aggregates.is_empty() {
            self.aggregates.push(ExprWithAlias {
                expr: count_of_rows(),
                alias: None,
            });
        }
        let groups = self.groups(context).await?;
        let source = PivotSource {
            from: &self.source,
            ctes: &self.ctes,
            is_view: self.is_view,
        };
        let mut cells = vec![PivotValue {
            condition: Expr::value(Value::Boolean(true)),
            header: String::new(),
        }];
        for (place, key) in std::mem::take(&mut self.keys).into_iter().enumerate() {
            let values = key.settled(context, &source).await?;
            cells = crossed(&cells, &values, place == 0);
            if cells.len() * self.aggregates.len() > MOST_VALUES {
                let advice = format!(
                    "PIVOT would make more than {MOST_VALUES} columns: name the values you want with IN"
                );
                return Err(refused(&advice, self.span));
            }
        }
        let mut items: Vec<SelectItem> = groups.iter().map(group_item).collect();
        let functions = functions(context);
        for cell in &cells {
            for aggregate in &self.aggregates {
                items.push(self.cell(cell, aggregate, &functions)?);
            }
        }
        if items.is_empty() {
            return Err(refused(
                "PIVOT: there is no value to make a column of",
                self.span,
            ));
        }
        let mut query = syntax::select(items, self.source)?;
        syntax::change(&mut query, |select| {
            select.group_by = GroupByExpr::Expressions(groups, vec![]);
        });
        Ok(WrittenForm::Relation(Box::new(syntax::derived(
            query, self.alias,
        ))))
    }

    /// What the rows are grouped by: as written, or every column that nothing else names.
    async fn groups(&self, context: &SessionContext) -> Result<Vec<Expr>> {
        if let Some(groups) = &self.groups {
            return Ok(groups.clone());
        }
        let probe = syntax::select(Vec::new(), self.source.clone())?;
        let all = columns(context, syntax::with(probe, &self.ctes)).await?;
        let aggregates = self.aggregates.iter().map(|aggregate| &aggregate.expr);
        let exprs = self.keys.iter().map(|key| &key.expr).chain(aggregates);
        let used: Vec<String> = exprs.flat_map(columns_in).collect();
        let is_free = |name: &&String| !used.contains(&name.to_lowercase());
        Ok(all
            .iter()
            .filter(is_free)
            .map(|name| column(name))
            .collect())
    }

    /// One aggregate over the rows of one value.
    fn cell(
        &self,
        cell: &PivotValue,
        aggregate: &ExprWithAlias,
        functions: &FunctionNames,
    ) -> Result<SelectItem> {
        let mut expr = aggregate.expr.clone();
        if !filter(&mut expr, &cell.condition, functions) {
            let advice = format!("PIVOT takes aggregates, as sum(x), not {}", aggregate.expr);
            return Err(refused(
                &advice,
                Span::try_from_sqlparser_span(aggregate.expr.span()),
            ));
        }
        if let Some(default) = &self.default {
            expr = call("coalesce", vec![expr, default.clone()]);
        }
        let mut header = cell.header.clone();
        match &aggregate.alias {
            Some(alias) => header = format!("{header}_{}", alias.value),
            None if self.aggregates.len() > 1 => header = format!("{header}_{}", aggregate.expr),
            None => {}
        }
        Ok(aliased(expr, &header))
    }
}

fn marked(factor: &TableFactor) -> Option<&Select> {
    let TableFactor::Derived { subquery, .. } = factor else {
        return None;
    };
    match subquery.body.as_ref() {
        SetExpr::Select(select) => Some(select),
        _ => None,
    }
}

/// The call that marks a key.
fn key(item: &SelectItem) -> Option<&Function> {
    match item {
        SelectItem::UnnamedExpr(Expr::Function(call)) if function_name(call) == PIVOT_KEY => {
            Some(call)
        }
        _ => None,
    }
}

fn key_of(call: &Function) -> Result<PivotKey, DataFusionError> {
    let mut given = arguments(call).into_iter();
    let expr = given
        .next()
        .ok_or_else(|| refused("PIVOT: ON takes a column or an expression", None))?;
    let mut listed = Vec::new();
    for value in given {
        match &value {
            Expr::Subquery(query) => {
                let values = PivotValues::Query(query.clone());
                return Ok(PivotKey { expr, values });
            }
            Expr::Function(call) if function_name(call) == PIVOT_VALUE => {
                if let [value, header] = arguments(call).as_slice() {
                    listed.push(PivotKey::listed(&expr, value, literal(header)));
                }
            }
            value => listed.push(PivotKey::listed(&expr, value, None)),
        }
    }
    let values = if listed.is_empty() {
        PivotValues::All {
            is_descending: false,
        }
    } else {
        PivotValues::Listed(listed)
    };
    Ok(PivotKey { expr, values })
}

fn literal(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Value(ValueWithSpan {
            value: Value::SingleQuotedString(text),
            ..
        }) => Some(text.clone()),
        _ => None,
    }
}

fn values_of(key: &Expr, source: PivotValueSource) -> PivotValues {
    match source {
        PivotValueSource::List(values) => PivotValues::Listed(
            values
                .iter()
                .map(|value| {
                    let header = value.alias.as_ref().map(|alias| alias.value.clone());
                    PivotKey::listed(key, &value.expr, header)
                })
                .collect(),
        ),
        PivotValueSource::Any(order) => PivotKey::ordered(&order),
        PivotValueSource::Subquery(query) => PivotValues::Query(query),
    }
}

/// Every cell with every value.
fn crossed(cells: &[PivotValue], values: &[PivotValue], is_first: bool) -> Vec<PivotValue> {
    if is_first {
        return values.to_vec();
    }
    let both = |cell: &PivotValue, value: &PivotValue| PivotValue {
        condition: and(&cell.condition, &value.condition),
        header: format!("{}_{}", cell.header, value.header),
    };
    cells
        .iter()
        .flat_map(|cell| values.iter().map(move |value| both(cell, value)))
        .collect()
}

fn and(left: &Expr, right: &Expr) -> Expr {
    let nested = |expr: &Expr| Box::new(Expr::Nested(Box::new(expr.clone())));
    Expr::BinaryOp {
        left: nested(left),
        op: BinaryOperator::And,
        right: nested(right),
    }
}

/// Restricts every aggregate in `expr` to rows of `condition`; false if there is none.
fn filter(expr: &mut Expr, condition: &Expr, functions: &FunctionNames) -> bool {
    let mut is_found = false;
    let _: ControlFlow<()> = visit_expressions_mut(expr, |expr| {
        if let Expr::Function(call) = expr
            && call.over.is_none()
            && functions.is_aggregate(&function_name(call))
        {
            is_found = true;
            call.filter = Some(Box::new(match &call.filter {
                Some(filter) => and(filter, condition),
                None => condition.clone(),
            }));
        }
        ControlFlow::Continue(())
    });
    is_found
}

/// A group under its own text.
fn group_item(group: &Expr) -> SelectItem {
    match group {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => SelectItem::UnnamedExpr(group.clone()),
        other => aliased(other.clone(), &other.to_string()),
    }
}

fn count_of_rows() -> Expr {
    let mut count = call("count", vec![]);
    if let Expr::Function(Function {
        args: FunctionArguments::List(list),
        ..
    }) = &mut count
    {
        list.args = vec![FunctionArg::Unnamed(FunctionArgExpr::Wildcard)];
    }
    count
}
