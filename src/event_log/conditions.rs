//! The conditions of SLA policies, over the columns of tickets.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use arrow::datatypes::DataType;
use datafusion::common::{DFSchema, DataFusionError, Result, plan_err};
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::{Expr, ExprSchemable};
use datafusion::sql::sqlparser::ast::{
    Expr as SqlExpr, Ident, Visit, VisitMut, Visitor, VisitorMut,
};

use super::function_names::SLA_EVENTS;
use crate::parser;
use crate::sla::SlaPolicies;
use crate::text::nearest;

/// The conditions of a session's policies, with resolved columns.
pub(super) struct PolicyConditions {
    all: Vec<PolicyCondition>,
}

struct PolicyCondition {
    expr: SqlExpr,
    /// Its position in the config, for errors.
    place: String,
}

impl PolicyConditions {
    /// Parses the conditions of `policies` over tickets that have the columns `known`.
    ///
    /// # Errors
    /// When a condition has an unknown column, with its position in the config.
    pub(super) fn try_new(policies: &SlaPolicies, known: &[String]) -> Result<Self> {
        let mut all = Vec::new();
        for when in policies.conditions() {
            let mut rules = policies.rules().iter();
            let rule = rules.find(|rule| rule.when.as_ref() == Some(when));
            let place = rule.map_or_else(String::new, |rule| {
                format!("{}: when of policy {:?}", rule.source, rule.policy)
            });
            let mut expr = parser::condition(when).map_err(|error| {
                DataFusionError::Plan(format!("{SLA_EVENTS}: {place}: {error}"))
            })?;
            let mut names = ConditionColumnResolver {
                known,
                place: &place,
            };
            if let ControlFlow::Break(error) = VisitMut::visit(&mut expr, &mut names) {
                return Err(error);
            }
            all.push(PolicyCondition { expr, place });
        }
        Ok(Self { all })
    }

    /// The columns that they read.
    pub(super) fn columns(&self) -> BTreeSet<String> {
        let mut read = ConditionColumnCollector::default();
        for condition in &self.all {
            let _ = Visit::visit(&condition.expr, &mut read);
        }
        read.names
    }

    /// Plans the conditions over rows of `schema`.
    ///
    /// # Errors
    /// When one is not a boolean expression over these columns, with its position.
    pub(super) fn plan(
        &self,
        schema: &DFSchema,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<Vec<Expr>> {
        let mut planned = Vec::with_capacity(self.all.len());
        for PolicyCondition { expr, place } in &self.all {
            let at_place = |error: DataFusionError| {
                let problem = error.strip_backtrace();
                DataFusionError::Plan(format!("{SLA_EVENTS}: {place}: {problem}"))
            };
            let found = context
                .sql_to_expr(expr.clone(), schema)
                .map_err(at_place)?;
            let data_type = found.get_type(schema).map_err(at_place)?;
            if data_type != DataType::Boolean {
                return plan_err!("{SLA_EVENTS}: {place} is {data_type}, not true or false");
            }
            planned.push(found);
        }
        Ok(planned)
    }
}

/// Replaces names by the columns' stored spelling.
struct ConditionColumnResolver<'a> {
    known: &'a [String],
    place: &'a str,
}

impl VisitorMut for ConditionColumnResolver<'_> {
    type Break = DataFusionError;

    fn pre_visit_expr(&mut self, expr: &mut SqlExpr) -> ControlFlow<DataFusionError> {
        let place = self.place;
        let problem = match expr {
            SqlExpr::Identifier(ident) => {
                let mut known = self.known.iter();
                match known.find(|name| name.eq_ignore_ascii_case(&ident.value)) {
                    Some(name) => {
                        *ident = Ident::with_quote('"', name);
                        return ControlFlow::Continue(());
                    }
                    None => unknown(&ident.value, self.known),
                }
            }
            SqlExpr::CompoundIdentifier(_) => {
                format!("{expr}: write the column alone, without a table")
            }
            SqlExpr::Subquery(_) | SqlExpr::Exists { .. } | SqlExpr::InSubquery { .. } => {
                format!(
                    "{expr}: a condition has no queries in it; join what it needs: tickets => \
                     (SELECT ..)"
                )
            }
            _ => return ControlFlow::Continue(()),
        };
        ControlFlow::Break(DataFusionError::Plan(format!(
            "{SLA_EVENTS}: {place}: {problem}"
        )))
    }
}

fn unknown(name: &str, known: &[String]) -> String {
    let hint = match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {near}?"),
        None => "name the tickets that have it: tickets => my_tickets".to_owned(),
    };
    format!("tickets have no column {name}; {hint}")
}

#[derive(Default)]
struct ConditionColumnCollector {
    names: BTreeSet<String>,
}

impl Visitor for ConditionColumnCollector {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &SqlExpr) -> ControlFlow<()> {
        if let SqlExpr::Identifier(ident) = expr {
            self.names.insert(ident.value.clone());
        }
        ControlFlow::Continue(())
    }
}
