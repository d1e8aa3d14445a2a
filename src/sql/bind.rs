//! Values for the `$name` placeholders of a statement.
//!
//! A value goes into the parsed statement as a typed literal, so no part of it can become SQL, and
//! the planner sees a constant: ranges prune files, and arguments that must be constant are.

use std::ops::ControlFlow;

use datafusion::error::DataFusionError;
use datafusion::sql::parser::{CopyToSource, DFParserBuilder, Statement as DFStatement};
use datafusion::sql::sqlparser::ast::{
    Array, CastKind, DataType, ExactNumberInfo, Expr, Interval, TimezoneInfo, UnaryOperator,
    Value as Literal, ValueWithSpan, Visit, VisitMut, visit_expressions, visit_expressions_mut,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use crate::error::{Error, Result};
use crate::parser::DeskDialect;
use crate::parser::{Statement, StatementBody};

/// Value of a placeholder.
#[derive(Debug, Clone, PartialEq)]
pub enum BindValue {
    /// NULL of this type.
    Null(BindType),
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number as digits, so that it keeps its exact value.
    Number(String),
    /// True or false.
    Boolean(bool),
    /// A day, as `2026-01-31`.
    Date(String),
    /// An instant, as `2026-01-31 09:30:00`.
    Timestamp(String),
    /// A length of time, as `7 days`.
    Interval(String),
    /// An SQL expression over the columns in scope.
    Expression(String),
    /// NULL, whose type its surroundings say.
    Untyped,
    /// A number as digits, written as such.
    Decimal(String),
    /// A list.
    List(Vec<Self>),
}

/// The type of a [`BindValue`] that is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BindType {
    /// `VARCHAR`
    Text,
    /// `BIGINT`
    Integer,
    /// `DOUBLE`
    Number,
    /// `BOOLEAN`
    Boolean,
    /// `DATE`
    Date,
    /// `TIMESTAMP`
    Timestamp,
    /// `INTERVAL`
    Interval,
}

impl BindType {
    fn sql(self) -> DataType {
        match self {
            Self::Text => DataType::Varchar(None),
            Self::Integer => DataType::BigInt(None),
            Self::Number => DataType::Double(ExactNumberInfo::None),
            Self::Boolean => DataType::Boolean,
            Self::Date => DataType::Date,
            Self::Timestamp => DataType::Timestamp(None, TimezoneInfo::None),
            Self::Interval => DataType::Interval {
                fields: None,
                precision: None,
            },
        }
    }
}

impl Statement {
    /// Names of the placeholders, without `$`, in the order of first use.
    #[must_use]
    pub fn placeholders(&self) -> Vec<String> {
        let (StatementBody::Plain(inner) | StatementBody::Summarize(inner)) = &self.kind;
        let mut names = Vec::new();
        placeholders_of(inner, &mut names);
        names
    }

    /// The statement with every placeholder replaced by the result of `value` for its name; a
    /// placeholder without a value stays.
    ///
    /// # Errors
    /// When a `BindValue::Expression` is not an SQL expression.
    pub fn bind(&self, value: impl Fn(&str) -> Option<BindValue>) -> Result<Self> {
        let mut bound = self.clone();
        let (StatementBody::Plain(inner) | StatementBody::Summarize(inner)) = &mut bound.kind;
        replace_in(inner, &value)?;
        Ok(bound)
    }
}

fn placeholders_of(statement: &DFStatement, names: &mut Vec<String>) {
    match statement {
        DFStatement::Statement(inner) => add_placeholders(inner.as_ref(), names),
        DFStatement::CopyTo(copy) => {
            if let CopyToSource::Query(query) = &copy.source {
                add_placeholders(query.as_ref(), names);
            }
        }
        DFStatement::Explain(explain) => placeholders_of(&explain.statement, names),
        _ => {}
    }
}

fn add_placeholders(node: &impl Visit, names: &mut Vec<String>) {
    let _: ControlFlow<()> = visit_expressions(node, |expr| {
        if let Some((name, _)) = placeholder(expr)
            && !names.iter().any(|known| known == name)
        {
            names.push(name.to_owned());
        }
        ControlFlow::Continue(())
    });
}

fn replace_in(
    statement: &mut DFStatement,
    value: &impl Fn(&str) -> Option<BindValue>,
) -> Result<()> {
    match statement {
        DFStatement::Statement(inner) => replace(inner.as_mut(), value),
        DFStatement::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => replace(query.as_mut(), value),
            CopyToSource::Relation(_) => Ok(()),
        },
        DFStatement::Explain(explain) => replace_in(&mut explain.statement, value),
        _ => Ok(()),
    }
}

fn replace(node: &mut impl VisitMut, value: impl Fn(&str) -> Option<BindValue>) -> Result<()> {
    let flow = visit_expressions_mut(node, |expr| {
        let Some((name, span)) = placeholder(expr) else {
            return ControlFlow::Continue(());
        };
        let Some(value) = value(name) else {
            return ControlFlow::Continue(());
        };
        match literal(value, span) {
            Ok(bound) => {
                *expr = bound;
                ControlFlow::Continue(())
            }
            Err(error) => ControlFlow::Break(error),
        }
    });
    match flow {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

fn placeholder(expr: &Expr) -> Option<(&str, Span)> {
    let Expr::Value(ValueWithSpan {
        value: Literal::Placeholder(name),
        span,
    }) = expr
    else {
        return None;
    };
    Some((name.strip_prefix(['$', ':'])?, *span))
}

/// Errors about the value point at the placeholder through `span`.
fn literal(value: BindValue, span: Span) -> Result<Expr> {
    let plain = |value| Expr::Value(ValueWithSpan { value, span });
    let text = |text| plain(Literal::SingleQuotedString(text));
    let number = |digits: &str| match digits.strip_prefix('-') {
        Some(digits) => Expr::Nested(Box::new(Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr: Box::new(plain(Literal::Number(digits.to_owned(), false))),
        })),
        None => plain(Literal::Number(digits.to_owned(), false)),
    };
    Ok(match value {
        BindValue::Null(kind) => cast(plain(Literal::Null), kind),
        BindValue::Text(value) => text(value),
        BindValue::Integer(value) => number(&value.to_string()),
        BindValue::Number(value) => cast(number(&value), BindType::Number),
        BindValue::Boolean(value) => plain(Literal::Boolean(value)),
        BindValue::Date(value) => cast(text(value), BindType::Date),
        BindValue::Timestamp(value) => cast(text(value), BindType::Timestamp),
        BindValue::Interval(value) => Expr::Interval(Interval {
            value: Box::new(text(value)),
            leading_field: None,
            leading_precision: None,
            last_field: None,
            fractional_seconds_precision: None,
        }),
        BindValue::Expression(sql) => expression(&sql)?,
        BindValue::Untyped => plain(Literal::Null),
        BindValue::Decimal(digits) => number(&digits),
        BindValue::List(items) => Expr::Array(Array {
            elem: items
                .into_iter()
                .map(|item| literal(item, span))
                .collect::<Result<_>>()?,
            named: false,
        }),
    })
}

fn cast(expr: Expr, kind: BindType) -> Expr {
    Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(expr),
        data_type: kind.sql(),
        array: false,
        format: None,
    }
}

fn expression(sql: &str) -> Result<Expr> {
    let parsed = DFParserBuilder::new(sql)
        .with_dialect(&DeskDialect)
        .build()
        .and_then(|mut parser| parser.parse_into_expr());
    let parsed = parsed.map_err(|error: DataFusionError| {
        let problem = super::message::explain(&error, None);
        Error::Sql(format!("{sql:?} is not an SQL expression: {problem}"))
    })?;
    Ok(match parsed.expr {
        column @ (Expr::Identifier(_) | Expr::CompoundIdentifier(_)) => column,
        other => Expr::Nested(Box::new(other)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::parse;

    fn bound(sql: &str, value: &BindValue) -> String {
        let statement = parse(sql).unwrap().remove(0);
        let bound = statement.bind(|_| Some(value.clone())).unwrap();
        let StatementBody::Plain(inner) = bound.kind else {
            panic!("not a plain query")
        };
        inner.to_string()
    }

    #[test]
    fn values_arrive_as_typed_literals() {
        for (value, expected) in [
            (BindValue::Null(BindType::Date), "CAST(NULL AS DATE)"),
            (BindValue::Text("it's; --".to_owned()), "'it''s; --'"),
            (BindValue::Integer(-7), "(-7)"),
            (BindValue::Number("0.50".to_owned()), "CAST(0.50 AS DOUBLE)"),
            (BindValue::Boolean(true), "true"),
            (
                BindValue::Date("2026-01-31".to_owned()),
                "CAST('2026-01-31' AS DATE)",
            ),
            (
                BindValue::Interval("7 days".to_owned()),
                "INTERVAL '7 days'",
            ),
            (BindValue::Expression("t.channel".to_owned()), "t.channel"),
        ] {
            assert_eq!(bound("SELECT $x", &value), format!("SELECT {expected}"));
        }
    }

    #[test]
    fn placeholders_are_found_anywhere() {
        let sql = "WITH a AS (SELECT $b FROM t WHERE c > $a) SELECT f($b) FROM a LIMIT $n";
        assert_eq!(parse(sql).unwrap()[0].placeholders(), ["b", "a", "n"]);
    }
}
