//! `FROM backlog_series(tickets, ..)`: a query over `backlog_moves` and `backlog_levels`.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use datafusion::common::{DataFusionError, Result, internal_err, plan_err};
use datafusion::logical_expr::{DocSection, Documentation};
use datafusion::sql::parser::{CopyToSource, DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, Ident, Query, Statement as SqlStatement, TableAlias,
    TableFactor, Value, VisitMut, VisitorMut,
};

use super::typed_places;
use crate::functions::FunctionPage;
use crate::parser::DeskDialect;

const NAME: &str = "backlog_series";
/// The options with their default values.
const OPTIONS: [(&str, &str); 8] = [
    ("opened_at", "created_at"),
    ("closed_at", "closed_at"),
    ("due_at", "due_at"),
    ("grain", "'day'"),
    ("zone", "'UTC'"),
    ("week_start", "'monday'"),
    ("by", ""),
    ("until", ""),
];

/// The options in the order in which people write them without names.
const COLUMNS: [&str; 3] = ["opened_at", "closed_at", "due_at"];

/// Documentation of the function.
pub(crate) fn page() -> FunctionPage {
    let section = DocSection {
        include: true,
        label: "Workload and cost",
        description: None,
    };
    let description = "Open and overdue tickets at the end of every local hour, day, week or longer, \
        with those opened and closed in it: `period`, `opened`, `closed`, `open_at_end`, \
        `overdue_at_end`, from the first to the last period in which something happened. One pass over \
        the tickets, which need not be sorted; memory for the periods only. A row is one time that a \
        ticket was open; a reopened ticket may have several. Rows without `opened_at` do not count. \
        Closed before opened is an error, as in `backlog`; closed in the year 9999 is still open. \
        docs/time.md says how local days are made.";
    let documentation = Documentation::builder(
        section,
        description,
        "backlog_series(tickets [, option => value, ..])",
    )
    .with_argument("tickets", "A table by name, or a query in parentheses.")
    .with_argument(
        "opened_at, closed_at, due_at",
        "The columns; `created_at`, `closed_at` and `due_at` when absent. `due_at => NULL` without targets.",
    )
    .with_argument("grain", "`'hour'`, `'day'` (when absent), `'week'`, `'month'`, `'quarter'` or `'year'`.")
    .with_argument("zone", "Whose clocks divide the periods, `'UTC'` when absent.")
    .with_argument("week_start", "The day on which weeks start, `'monday'` when absent.")
    .with_argument("until", "A date or a time on those clocks, in the last period that is wanted; the last one in which something happened when absent.")
    .with_argument("by", "A column or expression: a series for each of its values.")
    .with_sql_example(
        "```sql\nSELECT period, opened, closed, open_at_end FROM backlog_series((SELECT * FROM tickets \
         WHERE merged_into_id IS NULL), grain => 'year', zone => 'America/New_York') LIMIT 1;\n```",
    )
    .with_related_udf("backlog_moves")
    .with_related_udf("backlog")
    .build();
    FunctionPage {
        name: NAME.to_owned(),
        aliases: vec![],
        kind: "table",
        is_own: true,
        documentation: Some(documentation),
    }
}

/// Replaces each call by the query.
///
/// # Errors
/// When a call has no table or an unknown option.
pub(super) fn expand(statement: &mut Statement) -> Result<()> {
    match statement {
        Statement::Statement(inner) => expand_in(inner.as_mut()),
        Statement::Explain(explain) => expand(&mut explain.statement),
        Statement::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => expand_in(query.as_mut()),
            CopyToSource::Relation(_) => Ok(()),
        },
        Statement::CreateExternalTable(_) | Statement::Reset(_) => Ok(()),
    }
}

fn expand_in(node: &mut impl VisitMut) -> Result<()> {
    match node.visit(&mut BacklogSeriesRewriter) {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(()),
    }
}

struct BacklogSeriesRewriter;

impl VisitorMut for BacklogSeriesRewriter {
    type Break = DataFusionError;

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<Self::Break> {
        let TableFactor::Table {
            name,
            alias,
            args: Some(args),
            ..
        } = factor
        else {
            return ControlFlow::Continue(());
        };
        if !name.to_string().eq_ignore_ascii_case(NAME) {
            return ControlFlow::Continue(());
        }
        match series(&args.args) {
            Ok(mut subquery) => {
                typed_places::point_at(&mut subquery, &args.args, name);
                let alias = alias.take().unwrap_or_else(|| TableAlias {
                    explicit: true,
                    name: Ident::new(NAME),
                    columns: vec![],
                    at: None,
                });
                *factor = TableFactor::Derived {
                    lateral: false,
                    subquery,
                    alias: Some(alias),
                    sample: None,
                };
                ControlFlow::Continue(())
            }
            Err(error) => ControlFlow::Break(error),
        }
    }
}

fn series(args: &[FunctionArg]) -> Result<Box<Query>> {
    let Some((FunctionArg::Unnamed(FunctionArgExpr::Expr(table)), rest)) = args.split_first()
    else {
        return plan_err!("{NAME}: name the tickets first: {NAME}(tickets, grain => 'day')");
    };
    let table = match table {
        Expr::Value(value) => match &value.value {
            // The name of a file.
            Value::SingleQuotedString(_) => table.to_string(),
            other => return plan_err!("{NAME}: {other} is not a table or a query"),
        },
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => table.to_string(),
        Expr::Subquery(query) => format!("({query}) AS tickets"),
        other => return plan_err!("{NAME}: {other} is not a table or a query in parentheses"),
    };
    query(&text(&table, &options(rest)?))
}

fn options(args: &[FunctionArg]) -> Result<BTreeMap<&'static str, String>> {
    let mut options: BTreeMap<_, _> = OPTIONS
        .iter()
        .map(|(name, default)| (*name, (*default).to_owned()))
        .collect();
    for (place, arg) in args.iter().enumerate() {
        let (name, value) = match arg {
            FunctionArg::Named {
                name,
                arg: FunctionArgExpr::Expr(value),
                ..
            } => (name.value.clone(), value),
            FunctionArg::ExprNamed {
                name,
                arg: FunctionArgExpr::Expr(value),
                ..
            } => (name.to_string(), value),
            other => {
                let name = COLUMNS.get(place).copied().unwrap_or("grain");
                return plan_err!("{NAME}: options are named: write {name} => {other}");
            }
        };
        let known = OPTIONS
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(&name));
        let Some((known, _)) = known else {
            let names: Vec<_> = OPTIONS.iter().map(|(known, _)| *known).collect();
            return plan_err!(
                "{NAME}: there is no option {name}; there are {}",
                names.join(", ")
            );
        };
        options.insert(known, value.to_string());
    }
    Ok(options)
}

/// The query: moves from one pass over the tickets, then levels for all periods of all segments.
fn text(table: &str, options: &BTreeMap<&'static str, String>) -> String {
    let option = |name: &str| options.get(name).map_or("NULL", String::as_str);
    let by = option("by");
    let name = if by
        .chars()
        .all(|letter| letter.is_alphanumeric() || letter == '_')
    {
        by
    } else {
        "segment"
    };
    let (key, segment) = match by {
        "" => (String::new(), String::new()),
        by => (format!("{by} AS {name}, "), format!("{name}, ")),
    };
    let of_days = !["'hour'", "'minute'"].contains(&option("grain").to_lowercase().as_str());
    let period = if of_days {
        "level.period::DATE"
    } else {
        "level.period"
    };
    let divided = format!(
        "{}, {}, {}",
        option("grain"),
        option("zone"),
        option("week_start")
    );
    let last = match option("until") {
        "" => "max(moves[-1]['period']) OVER ()",
        until => until,
    };
    format!(
        "SELECT {segment}{period} AS period, level.opened AS opened, level.closed AS closed, \
         level.open_at_end AS open_at_end, level.overdue_at_end AS overdue_at_end \
         FROM (SELECT {segment}unnest(backlog_levels(moves, first, last, {divided})) AS level \
         FROM (SELECT {segment}moves, min(moves[1]['period']) OVER () AS first, \
         {last} AS last \
         FROM (SELECT {key}backlog_moves({}, {}, {}, {divided}) AS moves FROM {table} GROUP BY ALL)))",
        option("opened_at"),
        option("closed_at"),
        option("due_at"),
    )
}

fn query(text: &str) -> Result<Box<Query>> {
    let parsed = DFParserBuilder::new(text)
        .with_dialect(&DeskDialect)
        .build()?
        .parse_statements()?
        .pop_front();
    if let Some(Statement::Statement(inner)) = parsed
        && let SqlStatement::Query(query) = *inner
    {
        return Ok(query);
    }
    internal_err!("{NAME} becomes a query")
}
