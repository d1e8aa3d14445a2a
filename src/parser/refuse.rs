//! Refusals of SQL that the parser accepts but the planner ignores or misreads.

use datafusion::common::Span;
use datafusion::error::Result;
use datafusion::sql::sqlparser::ast::{
    GroupByExpr, JoinConstraint, JoinOperator, PipeOperator, Query, Select, Spanned, TableFactor,
};
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::correctness::merged_columns;
use super::refusal::refused;
use super::token_kind::is_word;

const SAMPLE: &str = "is not supported: write WHERE random() < 0.1 for about a tenth of the rows";

const GLOBAL: &str = "GLOBAL JOIN is not supported: write JOIN";

/// Word sequences that the grammar reads as something else, mostly as a table alias.
const MISREAD: [(&[&str], &str); 5] = [
    (&["global", "join"], GLOBAL),
    (&["global", "left"], GLOBAL),
    (&["global", "inner"], GLOBAL),
    (
        &["positional", "join"],
        "POSITIONAL JOIN is not supported: number the rows on both sides with row_number() OVER (ORDER BY ..) and join on the number",
    ),
    (
        &["using", "sample"],
        "USING SAMPLE is not supported: write WHERE random() < 0.1 for about a tenth of the rows",
    ),
];

/// Refuses forms by their tokens alone, before parsing.
///
/// # Errors
/// When a refused form occurs; the text has the replacement.
pub(crate) fn tokens(tokens: &[TokenWithSpan]) -> Result<()> {
    let words: Vec<&TokenWithSpan> = tokens
        .iter()
        .filter(|t| !matches!(t.token, Token::Whitespace(_)))
        .collect();
    for (form, advice) in MISREAD {
        let met = words.windows(form.len() + 1).find(|window| {
            let is_form = form
                .iter()
                .zip(&window[1..])
                .all(|(word, token)| is_word(&token.token, word));
            // After AS it is an alias.
            is_form && !is_word(&window[0].token, "as")
        });
        if let Some(window) = met {
            let span = Span::try_from_sqlparser_span(window[1].span);
            return Err(refused(advice, span));
        }
    }
    Ok(())
}

/// Refuses clauses of a whole query.
///
/// # Errors
/// As [`tokens`].
pub(crate) fn query(query: &Query) -> Result<()> {
    let advice = if query.settings.is_some() {
        "SETTINGS is not supported: SET the option in a statement of its own"
    } else if query.format_clause.is_some() {
        "FORMAT is not supported in a query: use --format"
    } else if query.for_clause.is_some() {
        "FOR XML, FOR JSON and FOR BROWSE are not supported: use --format json"
    } else if query.pipe_operators.iter().any(is_misread_join) {
        "USING and NATURAL in a RIGHT or FULL JOIN are not supported behind |>: write the join before the first |>"
    } else {
        return Ok(());
    };
    Err(refused(advice, Span::try_from_sqlparser_span(query.span())))
}

/// True if the planner would use the wrong column of a join as the common one.
fn is_misread_join(operator: &PipeOperator) -> bool {
    matches!(operator, PipeOperator::Join(join) if merged_columns::keeps_right(&join.join_operator)
    && matches!(
        merged_columns::constraint(&join.join_operator),
        Some(JoinConstraint::Using(_) | JoinConstraint::Natural)
    ))
}

/// Refuses clauses of one `SELECT`.
///
/// # Errors
/// As [`tokens`].
pub(crate) fn select(select: &Select) -> Result<()> {
    let modifiers = match &select.group_by {
        GroupByExpr::All(modifiers) | GroupByExpr::Expressions(_, modifiers) => modifiers,
    };
    let advice = if select.prewhere.is_some() {
        "PREWHERE is not supported: write WHERE"
    } else if !select.connect_by.is_empty() {
        "CONNECT BY is not supported: write WITH RECURSIVE"
    } else if !select.distribute_by.is_empty() {
        "DISTRIBUTE BY is not supported: leave it out"
    } else if select.exclude.is_some() {
        "EXCLUDE must follow the *: write SELECT * EXCLUDE (..)"
    } else if select.value_table_mode.is_some() {
        "SELECT AS STRUCT and AS VALUE are not supported: write SELECT named_struct('name', value, ..)"
    } else if !modifiers.is_empty() {
        "GROUP BY .. WITH ROLLUP, CUBE or TOTALS is not supported: write GROUP BY ROLLUP (..) or CUBE (..)"
    } else {
        return joins(select);
    };
    Err(refused(
        advice,
        Span::try_from_sqlparser_span(select.select_token.0.span),
    ))
}

fn joins(select: &Select) -> Result<()> {
    for item in &select.from {
        factor(&item.relation)?;
        item.joins
            .iter()
            .try_for_each(|join| factor(&join.relation))?;
    }
    for join in select.from.iter().flat_map(|item| &item.joins) {
        let advice = match &join.join_operator {
            JoinOperator::StraightJoin(_) => "STRAIGHT_JOIN is not supported: write JOIN",
            JoinOperator::ArrayJoin
            | JoinOperator::LeftArrayJoin
            | JoinOperator::InnerArrayJoin => {
                "ARRAY JOIN is not supported: write CROSS JOIN unnest(..)"
            }
            _ => continue,
        };
        return Err(refused(
            advice,
            Span::try_from_sqlparser_span(join.relation.span()),
        ));
    }
    Ok(())
}

/// Refuses options of one item of `FROM`.
///
/// # Errors
/// As [`tokens`].
fn factor(factor: &TableFactor) -> Result<()> {
    let advice = match factor {
        TableFactor::NestedJoin {
            table_with_joins: inner,
            ..
        } => {
            self::factor(&inner.relation)?;
            return inner
                .joins
                .iter()
                .try_for_each(|join| self::factor(&join.relation));
        }
        TableFactor::Table {
            sample: Some(_), ..
        }
        | TableFactor::Derived {
            sample: Some(_), ..
        } => format!("TABLESAMPLE {SAMPLE}"),
        TableFactor::Table {
            version: Some(_), ..
        } => "FOR SYSTEM_TIME and other table versions are not supported: register the older files under a name of their own".to_owned(),
        TableFactor::Table {
            with_ordinality: true,
            ..
        }
        | TableFactor::Function {
            with_ordinality: true,
            ..
        }
        | TableFactor::UNNEST {
            with_ordinality: true,
            ..
        } => "WITH ORDINALITY is not supported: number the rows with row_number() OVER ()".to_owned(),
        TableFactor::Table {
            with_hints,
            partitions,
            json_path,
            index_hints,
            ..
        } if !with_hints.is_empty()
            || !partitions.is_empty()
            || json_path.is_some()
            || !index_hints.is_empty() =>
        {
            "hints, partitions and paths behind a table name are not supported: leave them out and filter with WHERE".to_owned()
        }
        TableFactor::MatchRecognize { .. } => "MATCH_RECOGNIZE is not supported: compare rows with lag() and lead() OVER (..)".to_owned(),
        _ => return Ok(()),
    };
    Err(refused(
        &advice,
        Span::try_from_sqlparser_span(factor.span()),
    ))
}
