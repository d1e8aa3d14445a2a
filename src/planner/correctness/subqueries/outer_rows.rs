//! The distinct values of outer rows, and their join with the rows of a subquery.
//!
//! Upstream: none found: "a correlated column of the query two levels out is not found: No field named a.x"
//! Retire when: `outer_values` is retired.

use std::sync::Arc;

use arrow::datatypes::FieldRef;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, ExprSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::{Exists, InSubquery};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::logical_plan::Subquery;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, Filter, LogicalPlan, LogicalPlanBuilder, lit, when};

/// A column of an outer query.
pub(crate) type OuterReference = (FieldRef, Column);

/// The distinct rows of some columns of an outer query.
pub(crate) struct OuterRows {
    plan: LogicalPlan,
    references: Vec<OuterReference>,
    /// The columns of `plan` that hold the values, in the order of `references`.
    values: Vec<Column>,
    /// The equalities of a row with the outer row.
    equalities: Vec<Expr>,
}

impl OuterRows {
    /// The rows of `input`; `None` if a column has a type without a zero to stand for NULL.
    pub(crate) fn try_new(
        input: &LogicalPlan,
        references: Vec<OuterReference>,
        number: usize,
    ) -> Result<Option<Self>> {
        let alias = format!("__outer_{number}");
        let (mut columns, mut values, mut equalities) = (vec![], vec![], vec![]);
        let mut tie = |inner: Expr, outer: Expr, name: String| {
            columns.push(inner.alias(name.clone()));
            let column = Column::new(Some(alias.clone()), name);
            equalities.push(Expr::Column(column.clone()).eq(outer));
            column
        };
        let mut shown = vec![];
        for (place, (field, column)) in references.iter().enumerate() {
            let inner = Expr::Column(column.clone());
            let outer = Expr::OuterReferenceColumn(Arc::clone(field), column.clone());
            let known = input.schema().field_from_column(column);
            if known.is_ok_and(|known| !known.is_nullable()) {
                values.push(tie(inner, outer, format!("v{place}")));
                continue;
            }
            // NULL equals nothing: a further column compares whether there is a value.
            let Ok(zero) = ScalarValue::new_default(field.data_type()) else {
                return Ok(None);
            };
            let known =
                |value: Expr| when(value.clone().is_null(), lit(zero.clone())).otherwise(value);
            tie(
                inner.clone().is_null(),
                outer.clone().is_null(),
                format!("n{place}"),
            );
            tie(known(inner.clone())?, known(outer)?, format!("k{place}"));
            let name = format!("v{place}");
            shown.push(inner.alias(name.clone()));
            values.push(Column::new(Some(alias.clone()), name));
        }
        columns.extend(shown);
        let plan = LogicalPlanBuilder::from(input.clone())
            .project(columns)?
            .distinct()?
            .alias(alias)?
            .build()?;
        Ok(Some(Self {
            plan,
            references,
            values,
            equalities,
        }))
    }

    /// The references for the subquery's list of outer columns.
    pub(crate) fn references(&self) -> Vec<Expr> {
        let references = self.references.iter();
        references
            .map(|(field, column)| Expr::OuterReferenceColumn(Arc::clone(field), column.clone()))
            .collect()
    }

    /// `plan` with these rows joined where the outer row is read; `None` if it is read in several
    /// places, or below a node whose result changes with more rows.
    pub(crate) fn below(
        &self,
        plan: &LogicalPlan,
        aggregated: bool,
    ) -> Result<Option<LogicalPlan>> {
        let reads = reads_outer(plan)?;
        match plan {
            LogicalPlan::Filter(filter) if reads => {
                if aggregates(&filter.input) {
                    return Ok(None);
                }
                self.joined(plan)
            }
            LogicalPlan::Aggregate(_) if aggregated => Ok(None),
            LogicalPlan::Projection(_) | LogicalPlan::Aggregate(_) if reads => {
                let inputs = plan.inputs();
                let Some(input) = inputs.first().filter(|input| !aggregates(input)) else {
                    return Ok(None);
                };
                let Some(input) = self.joined(input)? else {
                    return Ok(None);
                };
                let names = NamePreserver::new(plan);
                let replaced = plan.clone().map_expressions(|expression| {
                    let name = names.save(&expression);
                    let replaced = self.replaced(expression)?;
                    Ok(replaced.update_data(|expression| name.restore(expression)))
                })?;
                let expressions = replaced.data.expressions();
                plan.with_new_exprs(expressions, vec![input]).map(Some)
            }
            LogicalPlan::Filter(_)
            | LogicalPlan::Projection(_)
            | LogicalPlan::Aggregate(_)
            | LogicalPlan::SubqueryAlias(_) => {
                let aggregated = aggregated || matches!(plan, LogicalPlan::Aggregate(_));
                let inputs = plan.inputs();
                let Some(input) = inputs.first() else {
                    return Ok(None);
                };
                match self.below(input, aggregated)? {
                    Some(input) => plan
                        .with_new_exprs(plan.expressions(), vec![input])
                        .map(Some),
                    None => Ok(None),
                }
            }
            _ => Ok(None),
        }
    }

    /// A filter over a join of its input with the rows; for other nodes, the same over the node itself.
    fn joined(&self, plan: &LogicalPlan) -> Result<Option<LogicalPlan>> {
        let (predicate, input) = match plan {
            LogicalPlan::Filter(filter) => (Some(&filter.predicate), filter.input.as_ref()),
            other => (None, other),
        };
        if !free_references(input)?.is_empty() {
            return Ok(None);
        }
        let mut conditions = vec![];
        if let Some(predicate) = predicate {
            conditions.push(self.replaced(predicate.clone())?.data);
        }
        conditions.extend(self.equalities.iter().cloned());
        let Some(predicate) = conjunction(conditions) else {
            return Ok(None);
        };
        let joined = LogicalPlanBuilder::from(input.clone())
            .cross_join(self.plan.clone())?
            .build()?;
        let filter = Filter::try_new(predicate, Arc::new(joined))?;
        Ok(Some(LogicalPlan::Filter(filter)))
    }

    /// An expression that reads the values instead of the outer row.
    fn replaced(&self, expression: Expr) -> Result<Transformed<Expr>> {
        expression.transform_down(|part| match part {
            Expr::OuterReferenceColumn(field, column) => Ok(match self.value(&column) {
                Some(value) => Transformed::yes(Expr::Column(value.clone())),
                None => Transformed::no(Expr::OuterReferenceColumn(field, column)),
            }),
            other => self.replaced_inside(other),
        })
    }

    fn value(&self, column: &Column) -> Option<&Column> {
        let mut pairs = self.references.iter().zip(&self.values);
        pairs
            .find(|((_, known), _)| known == column)
            .map(|(_, value)| value)
    }

    /// A nested subquery that reads the values as its outer row.
    fn replaced_inside(&self, part: Expr) -> Result<Transformed<Expr>> {
        let Some(inner) = inner_subquery(&part) else {
            return Ok(Transformed::no(part));
        };
        let plan = self.looking_out(inner.subquery.as_ref().clone())?;
        let free = free_references(&plan)?.into_iter();
        let subquery = Subquery {
            subquery: Arc::new(plan),
            outer_ref_columns: free
                .map(|(field, column)| Expr::OuterReferenceColumn(field, column))
                .collect(),
            spans: inner.spans.clone(),
        };
        Ok(Transformed::yes(match part {
            Expr::ScalarSubquery(_) => Expr::ScalarSubquery(subquery),
            Expr::Exists(Exists { negated, .. }) => Expr::Exists(Exists { subquery, negated }),
            // Its operand is rewritten like any other part.
            Expr::InSubquery(InSubquery { expr, negated, .. }) => {
                Expr::InSubquery(InSubquery::new(expr, subquery, negated))
            }
            other => other,
        }))
    }

    /// The plan of a subquery with its references to the row two queries out replaced by the values.
    fn looking_out(&self, plan: LogicalPlan) -> Result<LogicalPlan> {
        let replaced = plan.transform_up(|node| {
            let hidden: Vec<_> = node
                .inputs()
                .iter()
                .map(|input| Arc::clone(input.schema()))
                .collect();
            let names = NamePreserver::new(&node);
            node.map_expressions(|expression| {
                let name = names.save(&expression);
                let replaced = expression.transform_up(|part| match part {
                    Expr::OuterReferenceColumn(field, column) => Ok(match self.value(&column) {
                        Some(value) => {
                            Transformed::yes(Expr::OuterReferenceColumn(field, value.clone()))
                        }
                        None => Transformed::no(Expr::OuterReferenceColumn(field, column)),
                    }),
                    other => {
                        let schemas: Vec<&Arc<DFSchema>> = hidden.iter().collect();
                        self.looking_further(other, &schemas)
                    }
                })?;
                Ok(replaced.update_data(|expression| name.restore(expression)))
            })
        })?;
        Ok(replaced.data)
    }

    /// The same for a subquery nested in it, unless a name there hides the outer one.
    fn looking_further(&self, part: Expr, schemas: &[&Arc<DFSchema>]) -> Result<Transformed<Expr>> {
        let hides = |(_, column): &OuterReference| is_visible(column, schemas);
        match inner_subquery(&part) {
            Some(_) if self.references.iter().any(hides) => Ok(Transformed::no(part)),
            Some(_) => self.replaced_inside(part),
            None => Ok(Transformed::no(part)),
        }
    }
}

/// The subquery of an expression, if it is one.
pub(crate) const fn inner_subquery(part: &Expr) -> Option<&Subquery> {
    match part {
        Expr::ScalarSubquery(subquery) => Some(subquery),
        Expr::Exists(Exists { subquery, .. }) | Expr::InSubquery(InSubquery { subquery, .. }) => {
            Some(subquery)
        }
        _ => None,
    }
}

/// True if the inputs of a node have the column.
pub(crate) fn is_visible(column: &Column, schemas: &[&Arc<DFSchema>]) -> bool {
    schemas.iter().any(|schema| schema.has_column(column))
}

/// The outer columns that a plan with its subqueries reads, each once.
pub(crate) fn free_references(plan: &LogicalPlan) -> Result<Vec<OuterReference>> {
    let mut found: Vec<OuterReference> = vec![];
    plan.apply(|node| {
        for reference in own_references(node)? {
            if !found.iter().any(|(_, column)| *column == reference.1) {
                found.push(reference);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(found)
}

/// The outer columns that the expressions of a node read.
fn own_references(node: &LogicalPlan) -> Result<Vec<OuterReference>> {
    let mut found = vec![];
    let inputs = node.inputs();
    let schemas: Vec<_> = inputs.iter().map(|input| input.schema()).collect();
    node.apply_expressions(|expression| {
        expression.apply(|part| {
            if let Expr::OuterReferenceColumn(field, column) = part {
                found.push((Arc::clone(field), column.clone()));
            }
            if let Some(subquery) = inner_subquery(part) {
                let free = free_references(&subquery.subquery)?.into_iter();
                found.extend(free.filter(|(_, column)| !is_visible(column, &schemas)));
            }
            Ok(TreeNodeRecursion::Continue)
        })
    })?;
    Ok(found)
}

fn reads_outer(node: &LogicalPlan) -> Result<bool> {
    Ok(!own_references(node)?.is_empty())
}

/// True if a plan has an aggregate, above which further columns of its input are not visible.
fn aggregates(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Aggregate(_) => true,
        LogicalPlan::Filter(filter) => aggregates(&filter.input),
        LogicalPlan::Projection(projection) => aggregates(&projection.input),
        _ => false,
    }
}

/// True if a plan emits the same rows each time, and does not depend on outer rows.
pub(crate) fn is_repeatable(plan: &LogicalPlan) -> Result<bool> {
    let mut repeatable = free_references(plan)?.is_empty();
    plan.apply_with_subqueries(|node| {
        repeatable &= !matches!(
            node,
            LogicalPlan::Limit(_) | LogicalPlan::Window(_) | LogicalPlan::Extension(_)
        );
        node.apply_expressions(|expression| {
            repeatable &= !expression.is_volatile();
            Ok(TreeNodeRecursion::Continue)
        })
    })?;
    Ok(repeatable)
}
