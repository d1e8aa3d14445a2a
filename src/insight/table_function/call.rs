//! The arguments of one call.

#[cfg(feature = "text")]
use std::sync::Arc;

use datafusion::common::{DFSchema, Result, ScalarValue, plan_err};
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::sql::sqlparser::ast::{Expr as SqlExpr, FunctionArg};

use super::TableFunctionSpec;
use crate::settings::{DeskqlOptions, InvalidPolicy};
use crate::table_arguments;

/// A call of a table function: its table, planned, and its options.
pub(crate) struct TableCall<'a> {
    spec: &'static TableFunctionSpec,
    context: &'a mut dyn RelationPlannerContext,
    input: LogicalPlan,
    options: Vec<(&'static str, SqlExpr)>,
}

impl<'a> TableCall<'a> {
    /// The call with these arguments.
    ///
    /// # Errors
    /// When there is no table, or an option is unknown, given twice or missing.
    pub(super) fn try_new(
        spec: &'static TableFunctionSpec,
        args: Vec<FunctionArg>,
        context: &'a mut dyn RelationPlannerContext,
    ) -> Result<Self> {
        let name = spec.name;
        let mut args = args.into_iter();
        let Some(table) = args.next().as_ref().and_then(table_arguments::query) else {
            return plan_err!(
                "{name}: name the rows first, a table or a query in parentheses: {}",
                spec.syntax()
            );
        };
        let mut options: Vec<(&'static str, SqlExpr)> = vec![];
        for arg in args {
            let (given, value) = table_arguments::named(name, &arg)?;
            let known = spec
                .options
                .iter()
                .find(|option| option.name.eq_ignore_ascii_case(&given));
            let Some(known) = known else {
                let names: Vec<_> = spec.options.iter().map(|option| option.name).collect();
                return plan_err!(
                    "{name}: there is no option {given}; there are {}",
                    names.join(", ")
                );
            };
            if options.iter().any(|(own, _)| *own == known.name) {
                return plan_err!("{name}: {} is given twice", known.name);
            }
            options.push((known.name, value));
        }
        let missing = spec.options.iter().find(|option| {
            option.is_required && options.iter().all(|(own, _)| *own != option.name)
        });
        if let Some(missing) = missing {
            return plan_err!(
                "{name}: {} is missing; write {}",
                missing.name,
                spec.syntax()
            );
        }
        let input = table_arguments::table(table, context)?;
        Ok(Self {
            spec,
            context,
            input,
            options,
        })
    }

    /// The name of the function, for messages.
    pub(crate) fn function(&self) -> &'static str {
        self.spec.name
    }

    /// The session's treatment of invalid values.
    pub(crate) fn invalid(&self) -> InvalidPolicy {
        let options = self.context.context_provider().options();
        if DeskqlOptions::ignores_invalid_values(options) {
            InvalidPolicy::Ignore
        } else {
            InvalidPolicy::Error
        }
    }

    /// The rows of the table.
    pub(crate) fn input(&self) -> &LogicalPlan {
        &self.input
    }

    /// The languages of the desk, most usual first; none where it names none.
    #[cfg(feature = "text")]
    pub(crate) fn desk_languages(&self) -> Arc<[String]> {
        DeskqlOptions::languages(self.context.context_provider().options())
    }

    fn option(&self, name: &str) -> Option<&SqlExpr> {
        let found = self.options.iter().find(|(own, _)| *own == name);
        found.map(|(_, value)| value)
    }

    /// True if the option called `name` is given.
    pub(crate) fn is_given(&self, name: &str) -> bool {
        self.option(name).is_some()
    }

    /// An expression over the columns of the table.
    ///
    /// # Errors
    /// When it cannot be planned.
    pub(crate) fn expression(&mut self, name: &str) -> Result<Option<Expr>> {
        let Some(value) = self.option(name).cloned() else {
            return Ok(None);
        };
        let schema = DFSchema::clone(self.input.schema());
        self.context.sql_to_expr(value, &schema).map(Some)
    }

    /// An expression that must be given.
    ///
    /// # Errors
    /// When it is not, or cannot be planned.
    pub(crate) fn required(&mut self, name: &str) -> Result<Expr> {
        match self.expression(name)? {
            Some(expr) => Ok(expr),
            None => plan_err!(
                "{}: {name} is missing; write {}",
                self.spec.name,
                self.spec.syntax()
            ),
        }
    }

    /// Expressions over the columns of the table, in brackets or one alone, and how each was written.
    ///
    /// # Errors
    /// When one cannot be planned.
    pub(crate) fn expressions(&mut self, name: &str) -> Result<Vec<(Expr, String)>> {
        let written = match self.option(name).cloned() {
            None => return Ok(vec![]),
            Some(SqlExpr::Array(array)) => array.elem,
            Some(SqlExpr::Tuple(items)) => items,
            Some(SqlExpr::Nested(inner)) => vec![*inner],
            Some(one) => vec![one],
        };
        let schema = DFSchema::clone(self.input.schema());
        written
            .into_iter()
            .map(|item| {
                let text = written_name(&item);
                Ok((self.context.sql_to_expr(item, &schema)?, text))
            })
            .collect()
    }

    /// The constant value of an option; `None` where it is absent or NULL.
    ///
    /// # Errors
    /// When it is not a constant.
    pub(crate) fn constant(&mut self, name: &str) -> Result<Option<ScalarValue>> {
        let Some(value) = self.option(name).cloned() else {
            return Ok(None);
        };
        let option = (self.spec.name, name);
        let value = table_arguments::constant(option, value, self.context)?;
        Ok((!value.is_null()).then_some(value))
    }

    /// A constant number.
    ///
    /// # Errors
    /// When it is not one.
    pub(crate) fn number(&mut self, name: &str) -> Result<Option<f64>> {
        let Some(value) = self.constant(name)? else {
            return Ok(None);
        };
        match value.cast_to(&arrow::datatypes::DataType::Float64) {
            Ok(ScalarValue::Float64(Some(number)))
                if value.data_type().is_numeric() && number.is_finite() =>
            {
                Ok(Some(number))
            }
            _ => plan_err!("{}: {name} must be a number, not {value}", self.spec.name),
        }
    }

    /// A constant whole number of at least `least`.
    ///
    /// # Errors
    /// When it is not one.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be whole and in range"
    )]
    pub(crate) fn whole(&mut self, name: &str, least: u32, absent: u32) -> Result<usize> {
        match self.number(name)? {
            None => Ok(absent as usize),
            Some(number)
                if number.fract() == 0.0
                    && number >= f64::from(least)
                    && number <= f64::from(u32::MAX) =>
            {
                Ok(number as usize)
            }
            Some(number) => plan_err!(
                "{}: {name} must be a whole number of {least} or more, not {number}",
                self.spec.name
            ),
        }
    }

    /// The confidence level, strictly between 0 and 1.
    ///
    /// # Errors
    /// When it is not one.
    pub(crate) fn level(&mut self, absent: f64) -> Result<f64> {
        match self.number("level")?.unwrap_or(absent) {
            level if level > 0.0 && level < 1.0 => Ok(level),
            level => plan_err!(
                "{}: level must lie between 0 and 1, not {level}",
                self.spec.name
            ),
        }
    }

    /// A constant boolean.
    ///
    /// # Errors
    /// When it is not one.
    pub(crate) fn flag(&mut self, name: &str, absent: bool) -> Result<bool> {
        match self.constant(name)? {
            None => Ok(absent),
            Some(ScalarValue::Boolean(Some(flag))) => Ok(flag),
            Some(other) => plan_err!(
                "{}: {name} must be true or false, not {other}",
                self.spec.name
            ),
        }
    }

    /// A constant text.
    ///
    /// # Errors
    /// When it is not one.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>> {
        match self.constant(name)? {
            None => Ok(None),
            Some(value) => {
                let wanted = (name, "a text");
                table_arguments::text(self.spec.name, wanted, &value)
            }
        }
    }

    /// One of the texts that an option may be, by its position among them; 0 where it is absent.
    ///
    /// # Errors
    /// When it is another text.
    pub(crate) fn choice(&mut self, name: &str, among: &[&str]) -> Result<usize> {
        let Some(given) = self.text(name)? else {
            return Ok(0);
        };
        match among
            .iter()
            .position(|one| one.eq_ignore_ascii_case(&given))
        {
            Some(place) => Ok(place),
            None => plan_err!(
                "{}: there is no {name} '{given}'; there are '{}'",
                self.spec.name,
                among.join("', '")
            ),
        }
    }
}

/// How people would call an expression: a column by its name alone.
fn written_name(expr: &SqlExpr) -> String {
    match expr {
        SqlExpr::Identifier(ident) => ident.value.clone(),
        SqlExpr::CompoundIdentifier(parts) => parts
            .last()
            .map_or_else(String::new, |last| last.value.clone()),
        other => other.to_string(),
    }
}
