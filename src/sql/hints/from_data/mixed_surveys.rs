//! `nps(score)` over a table that holds several surveys, of which the query takes no one: the answers to
//! other questions, on other scales, would count too.
//!
//! The plan says where this may be so: a survey's KPI over a column of a table that has a text column of
//! which the query makes no use. Rows of the table say whether it is so, and whether they are answers on a shorter
//! scale (`scale.rs`).

use datafusion::execution::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlan};

use super::{SampledColumn, each_expr, filters, sample, scale};
use crate::sql::hints::HintSet;
use crate::sql::hints::kpis::{measure, window_measure};
use crate::sql::hints::name;
use crate::sql::lineage::table_column;

/// Surveys, and the words by which their names are known.
const SURVEYS: &[(&str, &[&str])] = &[
    ("nps", &["nps", "enps", "tnps", "rnps", "promoter"]),
    ("csat", &["csat", "satisfaction", "dsat"]),
    ("ces", &["ces", "effort"]),
];

/// A survey's KPI over answers that may belong to several surveys.
struct SurveyCall {
    /// The call, for the hint.
    call: String,
    /// The survey of [`SURVEYS`].
    survey: &'static str,
    answer: SampledColumn,
}

/// Looks at some rows of the tables of `plan`, for each KPI of a survey that could be over several.
pub(super) async fn check(state: &SessionState, plan: &LogicalPlan, found: &mut HintSet) {
    for call in calls(plan) {
        let unused = unused_texts(plan, &call);
        let filters = filters(plan, &call.answer);
        let kinds = sample::kinds(state, &call.answer, &unused, &filters).await;
        let kinds = kinds.unwrap_or_default().into_iter();
        let mut mixed = kinds.filter_map(|(column, kinds)| hint(&call, &column, &kinds));
        let hint = match mixed.next() {
            Some(hint) => Some(hint),
            None if call.survey == "nps" => {
                scale::hint(state, &call.call, &call.answer, &filters).await
            }
            None => None,
        };
        if let Some(hint) = hint {
            found.add(hint);
        }
    }
}

/// Calls of survey KPIs over a plain column of a table.
fn calls(plan: &LogicalPlan) -> Vec<SurveyCall> {
    let mut calls: Vec<SurveyCall> = Vec::new();
    let mut see = |expr: &Expr, node: &LogicalPlan| {
        if let Some(call) = call(expr, node)
            && !calls.iter().any(|known| known.call == call.call)
        {
            calls.push(call);
        }
    };
    each_expr(plan, &mut see);
    calls
}

fn call(expr: &Expr, node: &LogicalPlan) -> Option<SurveyCall> {
    let (measure, arguments, condition) = match expr {
        Expr::AggregateFunction(call) => (
            measure(call)?,
            &call.params.args,
            call.params.filter.as_ref(),
        ),
        Expr::WindowFunction(call) => (window_measure(call)?, &call.params.args, None),
        _ => return None,
    };
    // Its rows are chosen by other means.
    if condition.is_some() {
        return None;
    }
    let family = measure.name().split('_').next()?;
    let (survey, _) = SURVEYS.iter().find(|(survey, _)| *survey == family)?;
    let columns = arguments.first()?.column_refs();
    let [column] = columns.into_iter().collect::<Vec<_>>()[..] else {
        return None;
    };
    let (scan, answer) = table_column(column, node)?;
    let detail = if measure.is_detail() { "_detail" } else { "" };
    let argument = name(arguments.first()?);
    let argument = argument.rsplit('.').next().unwrap_or_default();
    Some(SurveyCall {
        call: format!("{}{detail}({argument})", measure.name()),
        survey,
        answer: SampledColumn::new(scan, answer),
    })
}

/// Text columns of the table that no expression of the query uses, whichever scan it is over.
fn unused_texts(plan: &LogicalPlan, call: &SurveyCall) -> Vec<String> {
    let schema = call.answer.source.schema();
    let texts = schema
        .fields()
        .iter()
        .filter(|field| sample::is_text(field.data_type()));
    let mut unused: Vec<String> = texts.map(|field| field.name().clone()).collect();
    let mut see = |expr: &Expr, node: &LogicalPlan| {
        if let Expr::Column(column) = expr {
            let origin = table_column(column, node);
            let is_other = origin.is_some_and(|(other, _)| other.table_name != call.answer.table);
            let used = origin.map_or(column.name.as_str(), |(_, used)| used);
            unused.retain(|column| is_other || column != used);
        }
    };
    each_expr(plan, &mut see);
    unused
}

/// `kinds` are the values of `column` beside which there are answers.
fn hint(call: &SurveyCall, column: &str, kinds: &[String]) -> Option<String> {
    if kinds.len() < 2 {
        return None;
    }
    let named: Vec<&str> = kinds.iter().filter_map(|kind| survey(kind)).collect();
    let mut surveys = named.clone();
    surveys.sort_unstable();
    surveys.dedup();
    // One survey among other words may be chance: then the column has to be called so.
    if surveys.is_empty() || (surveys.len() == 1 && !is_called_kind(column)) {
        return None;
    }
    let own = kinds.iter().find(|kind| survey(kind) == Some(call.survey));
    let (call, list) = (&call.call, shown(kinds));
    let cure = match own {
        Some(own) => format!("add WHERE {column} = '{}', or", own.replace('\'', "''")),
        None => format!("choose one by WHERE {column} = .., or"),
    };
    Some(format!(
        "{call} counts the answers of every {column} ({list}): {cure} GROUP BY {column}"
    ))
}

/// The survey that `kind` names.
fn survey(kind: &str) -> Option<&'static str> {
    let kind = kind.to_lowercase();
    let mut words = kind.split(|letter: char| !letter.is_alphanumeric());
    let found = words.find_map(|word| SURVEYS.iter().find(|(_, words)| words.contains(&word)));
    found.map(|(survey, _)| *survey)
}

fn is_called_kind(column: &str) -> bool {
    const NAMES: [&str; 6] = [
        "kind",
        "type",
        "survey",
        "metric",
        "score_name",
        "questionnaire",
    ];
    let column = column.to_lowercase();
    NAMES.iter().any(|name| column.contains(name))
}

/// At most five, the rest by "..".
fn shown(kinds: &[String]) -> String {
    let mut list = kinds.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    if kinds.len() > 5 {
        list.push_str(", ..");
    }
    list
}
