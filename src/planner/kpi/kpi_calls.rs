//! Rewrites of every KPI call: DISTINCT is refused, and `deskql.invalid_values` is appended.
//!
//! An aggregate function cannot read the session's settings, and a setting stored in the function would
//! be lost in another process. So the setting is passed like every parameter: as an argument, appended
//! to each KPI call.
//!
//! For the same reason the calendar of a duration becomes an argument of `business_end`, a scalar
//! function: the KPI counts up to the instant that it returns. The same pass appends the definition of
//! its calendars to every call that counts business time, and the languages of the desk to calls about texts.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, plan_err};
use datafusion::logical_expr::{
    AggregateUDF, Expr, ExprSchemable, LogicalPlan, WindowFrame, WindowFunctionDefinition, lit,
};
use datafusion::optimizer::AnalyzerRule;
use datafusion::scalar::ScalarValue;

use super::carried_calendars::with_calendars;
use crate::functions;
use crate::functions::datetime::business::{end as business_end, needs_zone};
use crate::insight;
use crate::planner::rewrite::rewrite_node;
use crate::settings::DeskqlOptions;
use crate::time::calendar::BusinessCalendars;

const IGNORE: &str = "ignore";

/// Refuses DISTINCT, and appends `'ignore'` while the session ignores invalid values.
#[derive(Debug, Default)]
pub(crate) struct KpiCalls;

impl AnalyzerRule for KpiCalls {
    fn name(&self) -> &'static str {
        "deskql_kpi_calls"
    }

    fn analyze(&self, plan: LogicalPlan, config: &ConfigOptions) -> Result<LogicalPlan> {
        let session = SessionArguments {
            ignores_invalid_values: DeskqlOptions::ignores_invalid_values(config),
            calendars: DeskqlOptions::calendars(config),
            languages: DeskqlOptions::languages(config),
        };
        let rewritten = plan.transform_up_with_subqueries(|node| {
            let rewritten = rewrite_node(node, &|expr, inputs| session.append(expr, inputs))?;
            if rewritten.transformed {
                rewritten.map_data(LogicalPlan::recompute_schema)
            } else {
                Ok(rewritten)
            }
        })?;
        Ok(rewritten.data)
    }
}

/// Settings of the session that become arguments of calls.
struct SessionArguments {
    ignores_invalid_values: bool,
    calendars: Arc<BusinessCalendars>,
    languages: Arc<[String]>,
}

impl SessionArguments {
    fn append(&self, mut expr: Expr, inputs: &DFSchema) -> Result<Transformed<Expr>> {
        refuse_parts_of_partitions(&expr)?;
        let Some(call) = kpi_call(&mut expr) else {
            let languages = &self.languages;
            return with_calendars(expr, &self.calendars)
                .transform_data(|expr| Ok(insight::with_desk_languages(expr, languages)));
        };
        Ok(if self.append_to_kpi(call, inputs)? {
            Transformed::yes(expr)
        } else {
            Transformed::no(expr)
        })
    }

    /// True if the arguments have changed.
    fn append_to_kpi(&self, call: KpiCall<'_>, inputs: &DFSchema) -> Result<bool> {
        let KpiCall {
            function,
            arguments,
            is_distinct,
        } = call;
        let (function, place) = (function.name(), calendar_place(function));
        // The optimizer would rewrite some of these to a GROUP BY and ignore the DISTINCT of others.
        if is_distinct {
            return plan_err!(
                "{function}(DISTINCT ..) is refused, because in a KPI every row counts; leave DISTINCT \
                 out, or select the distinct rows in a subquery first"
            );
        }
        let mut is_changed = false;
        if let Some(place) = place {
            is_changed = self.count_business_time(function, arguments, place, inputs)?;
        }
        if self.ignores_invalid_values && !arguments.last().is_some_and(is_ignore) {
            arguments.push(lit(IGNORE));
            is_changed = true;
        }
        Ok(is_changed)
    }

    /// Removes the calendar from the arguments of a duration, and makes it count business time instead.
    fn count_business_time(
        &self,
        function: &str,
        arguments: &mut Vec<Expr>,
        place: usize,
        inputs: &DFSchema,
    ) -> Result<bool> {
        if arguments.get(place).is_none_or(is_policy) {
            return Ok(false);
        }
        let calendar = arguments.remove(place);
        if is_null(&calendar) {
            return Ok(true);
        }
        for instant in &arguments[..2] {
            if let DataType::Timestamp(_, None) = instant.get_type(inputs)? {
                return needs_zone(function, &instant.human_display().to_string());
            }
        }
        let instants = [arguments[0].clone(), arguments[1].clone()];
        let business = instants.into_iter().chain([calendar]);
        let end = business_end().call(business.collect());
        arguments[1] = with_calendars(end, &self.calendars).data;
        Ok(true)
    }
}

/// True for an omitted argument, which coercion may have cast to text.
fn is_null(argument: &Expr) -> bool {
    match argument {
        Expr::Literal(value, _) => value.is_null(),
        Expr::Cast(cast) => is_null(&cast.expr),
        _ => false,
    }
}

/// True for the policy for invalid values, which no calendar has as its name.
fn is_policy(argument: &Expr) -> bool {
    matches!(argument, Expr::Literal(ScalarValue::Utf8(Some(text)), _)
        if text == IGNORE || text == "error")
}

fn is_ignore(argument: &Expr) -> bool {
    matches!(argument, Expr::Literal(ScalarValue::Utf8(Some(text)), _) if text == IGNORE)
}

/// The number of tests is that of the whole partition: an order or a frame would be ignored.
fn refuse_parts_of_partitions(expr: &Expr) -> Result<()> {
    let Expr::WindowFunction(call) = expr else {
        return Ok(());
    };
    let WindowFunctionDefinition::WindowUDF(function) = &call.fun else {
        return Ok(());
    };
    let is_whole =
        call.params.order_by.is_empty() && call.params.window_frame == WindowFrame::new(None);
    if function.name() == insight::P_ADJUST && !is_whole {
        return plan_err!(
            "{} takes the whole partition: leave ORDER BY and the frame out of OVER",
            insight::P_ADJUST
        );
    }
    Ok(())
}

/// True for functions that read values as KPIs do.
fn takes_invalid_policy(function: &AggregateUDF) -> bool {
    functions::registry::takes_invalid_policy(function) || insight::is_statistic(function)
}

fn calendar_place(function: &AggregateUDF) -> Option<usize> {
    functions::calendar_place(function).or_else(|| insight::calendar_place(function))
}

/// A call of a KPI, with or without OVER.
struct KpiCall<'a> {
    function: &'a AggregateUDF,
    arguments: &'a mut Vec<Expr>,
    is_distinct: bool,
}

fn kpi_call(expr: &mut Expr) -> Option<KpiCall<'_>> {
    match expr {
        Expr::AggregateFunction(call) if takes_invalid_policy(&call.func) => Some(KpiCall {
            function: &call.func,
            arguments: &mut call.params.args,
            is_distinct: call.params.distinct,
        }),
        Expr::WindowFunction(call) => match &call.fun {
            WindowFunctionDefinition::AggregateUDF(function) if takes_invalid_policy(function) => {
                Some(KpiCall {
                    function,
                    is_distinct: call.params.distinct,
                    arguments: &mut call.params.args,
                })
            }
            _ => None,
        },
        _ => None,
    }
}
