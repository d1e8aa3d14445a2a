//! What PIVOT makes columns of: expressions, and their values.

use datafusion::arrow::array::AsArray;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Span;
use datafusion::error::Result;
use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CastKind, Cte, DataType as SqlType, Expr, OrderByExpr, Query, SelectItem,
    Spanned, TableWithJoins, Value, ValueWithSpan,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::planned;
use super::syntax::{self, aliased, column, text};
use crate::parser::refused;

/// Most values of one expression, and most columns that PIVOT makes.
pub(super) const MOST_VALUES: usize = 1_000;

/// An expression of ON, or before IN.
#[derive(Debug)]
pub(super) struct PivotKey {
    pub(super) expr: Expr,
    pub(super) values: PivotValues,
}

/// Where the values come from.
#[derive(Debug)]
pub(super) enum PivotValues {
    Listed(Vec<PivotValue>),
    /// All that there are, in ascending or descending order.
    All {
        is_descending: bool,
    },
    Query(Box<Query>),
}

/// A value and its part of a header.
#[derive(Debug, Clone)]
pub(super) struct PivotValue {
    pub(super) condition: Expr,
    pub(super) header: String,
}

/// What the values are looked up in.
pub(super) struct PivotSource<'a> {
    pub(super) from: &'a [TableWithJoins],
    pub(super) ctes: &'a [Cte],
    pub(super) is_view: bool,
}

impl PivotKey {
    /// A value that is written in the statement.
    pub(super) fn listed(key: &Expr, value: &Expr, header: Option<String>) -> PivotValue {
        let header = header.unwrap_or_else(|| match value {
            Expr::Value(ValueWithSpan {
                value: Value::SingleQuotedString(text),
                ..
            }) => text.clone(),
            other => other.to_string(),
        });
        let is_null = matches!(
            value,
            Expr::Value(ValueWithSpan {
                value: Value::Null,
                ..
            })
        );
        let key = Box::new(key.clone());
        let condition = match value {
            _ if is_null => Expr::IsNull(key),
            Expr::Value(_) => Expr::BinaryOp {
                left: key,
                op: BinaryOperator::Eq,
                right: Box::new(value.clone()),
            },
            value => Expr::IsNotDistinctFrom(key, Box::new(value.clone())),
        };
        PivotValue { condition, header }
    }

    /// ORDER BY behind ANY, of which only the direction matters.
    pub(super) fn ordered(order: &[OrderByExpr]) -> PivotValues {
        let is_descending = order
            .first()
            .is_some_and(|key| key.options.asc == Some(false));
        PivotValues::All { is_descending }
    }

    /// The values, looked up where they are not listed.
    pub(super) async fn settled(
        self,
        context: &SessionContext,
        source: &PivotSource<'_>,
    ) -> Result<Vec<PivotValue>> {
        let place = Span::try_from_sqlparser_span(self.expr.span());
        if source.is_view && !matches!(self.values, PivotValues::Listed(_)) {
            let advice = format!(
                "PIVOT in a view needs its values written down: {} IN ('a', 'b')",
                self.expr
            );
            return Err(refused(&advice, place));
        }
        let (query, is_descending) = match self.values {
            PivotValues::Listed(values) => return Ok(values),
            PivotValues::All { is_descending } => (self.distinct(source)?, is_descending),
            PivotValues::Query(query) => (*query, false),
        };
        let mut texts = texts(context, syntax::with(query, source.ctes)).await?;
        if is_descending {
            texts.reverse();
        }
        if texts.len() > MOST_VALUES {
            let advice = format!(
                "PIVOT: {} has more than {MOST_VALUES} values, each of which would be a column: name those you want, {} IN ('a', 'b')",
                self.expr, self.expr
            );
            return Err(refused(&advice, place));
        }
        let value = |header: String| PivotValue {
            condition: Expr::BinaryOp {
                left: Box::new(as_text(&self.expr)),
                op: BinaryOperator::Eq,
                right: Box::new(text(&header)),
            },
            header,
        };
        Ok(texts.into_iter().map(value).collect())
    }

    /// `SELECT DISTINCT key FROM source WHERE key IS NOT NULL ORDER BY 1 LIMIT most + 1`.
    fn distinct(&self, source: &PivotSource<'_>) -> Result<Query> {
        const KEY: &str = "key";
        let inner = syntax::select(vec![aliased(self.expr.clone(), KEY)], source.from.to_vec())?;
        let inner = syntax::relation(syntax::derived(inner, None));
        let mut query = ordered_keys()?;
        syntax::change(&mut query, |select| {
            select.projection = vec![SelectItem::UnnamedExpr(column(KEY))];
            select.from = vec![inner];
            select.selection = Some(Expr::IsNotNull(Box::new(column(KEY))));
        });
        Ok(query)
    }
}

fn ordered_keys() -> Result<Query> {
    let sql = format!("SELECT DISTINCT 1 ORDER BY 1 LIMIT {}", MOST_VALUES + 1);
    Ok(*Parser::new(&GenericDialect)
        .try_with_sql(&sql)?
        .parse_query()?)
}

fn as_text(key: &Expr) -> Expr {
    Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(key.clone()),
        data_type: SqlType::Varchar(None),
        array: false,
        format: None,
    }
}

/// The values of the first column of `query` as CAST would write them, without NULL and repetition.
async fn texts(context: &SessionContext, query: Query) -> Result<Vec<String>> {
    const VALUE: &str = "value";
    let mut named = syntax::select(
        Vec::new(),
        vec![syntax::relation(syntax::derived(query, None))],
    )?;
    let frame = planned(context, named.clone()).await?;
    let first = frame.schema().field(0).name().clone();
    syntax::change(&mut named, |select| {
        select.projection = vec![aliased(as_text(&column(&first)), VALUE)];
    });
    let mut texts: Vec<String> = Vec::new();
    for batch in planned(context, named).await?.collect().await? {
        let values = cast(batch.column(0), &DataType::Utf8)?;
        for value in values.as_string::<i32>().iter().flatten() {
            if !texts.iter().any(|known| known == value) {
                texts.push(value.to_owned());
            }
        }
    }
    Ok(texts)
}
