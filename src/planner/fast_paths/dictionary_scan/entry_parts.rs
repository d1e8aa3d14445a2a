//! The parts of expressions that depend on one text column alone.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::physical_expr::PhysicalExprRef;
use datafusion::physical_expr::expressions::{CastExpr, Column};

use super::dictionary_type;
use super::entry_expression::{DictionaryEntryExpr, EntryOutput};
use crate::planner::rewrite::{columns_read, only_column, substituted};

/// The columns that `expressions` read in such parts only, and nowhere as they are.
pub(crate) fn columns_of_parts<'a>(
    expressions: impl IntoIterator<Item = &'a PhysicalExprRef>,
) -> Vec<usize> {
    let (mut inside, mut bare) = (vec![], vec![]);
    for expression in expressions {
        collect(expression, &mut inside, &mut bare);
    }
    inside.retain(|column| !bare.contains(column));
    inside.sort_unstable();
    inside.dedup();
    inside
}

fn collect(expression: &PhysicalExprRef, inside: &mut Vec<usize>, bare: &mut Vec<usize>) {
    if expression.is::<Column>() {
        bare.extend(columns_read(expression));
    } else if let Some(column) = only_column(expression) {
        inside.push(column);
    } else {
        for child in expression.children() {
            collect(child, inside, bare);
        }
    }
}

/// `expression` over the columns of `before`, of which some are dictionaries in `now`, with its parts that depend
/// on one of them alone evaluated by entries.
///
/// # Errors
/// When it cannot be rewritten.
pub(super) fn decoded_by_entries(
    expression: &PhysicalExprRef,
    before: &Schema,
    now: &Schema,
) -> Result<PhysicalExprRef> {
    let fields = before.fields().iter().zip(now.fields()).enumerate();
    let columns = fields.map(|(index, (before, now))| {
        let column: PhysicalExprRef = Arc::new(Column::new(now.name(), index));
        if before.data_type() == now.data_type() {
            return column;
        }
        Arc::new(CastExpr::new(column, before.data_type().clone(), None))
    });
    let decoded = substituted(expression, &columns.collect::<Vec<_>>())?;
    by_entries(decoded, now)
}

/// `expression` over `schema`, in which dictionaries stand under casts to text, with its parts that depend on one
/// dictionary alone evaluated by entries.
///
/// # Errors
/// When it cannot be rewritten.
pub(crate) fn by_entries(expression: PhysicalExprRef, schema: &Schema) -> Result<PhysicalExprRef> {
    expression
        .transform_down(|node| {
            Ok(match part(&node, schema, EntryOutput::Plain)? {
                // It is over the dictionary and must not be visited.
                Some(part) => Transformed::new(part, true, TreeNodeRecursion::Jump),
                None => Transformed::no(node),
            })
        })
        .data()
}

/// The same for a key of text, which becomes a dictionary where all of it is such a part.
///
/// # Errors
/// When it cannot be rewritten.
pub(crate) fn key_by_entries(
    expression: PhysicalExprRef,
    schema: &Schema,
) -> Result<PhysicalExprRef> {
    let is_text = is_text(&expression.data_type(schema)?);
    match part(&expression, schema, EntryOutput::Dictionary)?.filter(|_| is_text) {
        Some(key) => Ok(key),
        None => by_entries(expression, schema),
    }
}

fn part(
    node: &PhysicalExprRef,
    schema: &Schema,
    output: EntryOutput,
) -> Result<Option<PhysicalExprRef>> {
    let column = only_column(node).filter(|&column| {
        let field = schema.fields().get(column);
        field.is_some_and(|field| *field.data_type() == dictionary_type())
    });
    let Some(column) = column.filter(|_| !node.is::<Column>() && decoded(node).is_none()) else {
        return Ok(None);
    };
    let mut text = None;
    let alone = Arc::clone(node).transform_down(|inner| {
        let Some(data_type) = decoded(&inner) else {
            return Ok(Transformed::no(inner));
        };
        let name = schema.field(column).name();
        text = Some(Field::new(name, data_type.clone(), true));
        let only: PhysicalExprRef = Arc::new(Column::new(name, 0));
        Ok(Transformed::new(only, true, TreeNodeRecursion::Jump))
    });
    let alone = alone.data()?;
    let Some(text) = text else {
        return Ok(None);
    };
    let dictionary = Arc::new(Column::new(schema.field(column).name(), column));
    let text = Arc::new(Schema::new(vec![text]));
    Ok(Some(Arc::new(DictionaryEntryExpr::new(
        dictionary,
        alone,
        text,
        node.return_field(schema)?,
        output,
    ))))
}

/// The text type to which `node` casts a column.
fn decoded(node: &PhysicalExprRef) -> Option<&DataType> {
    let cast = node.downcast_ref::<CastExpr>()?;
    (cast.expr().is::<Column>() && is_text(cast.cast_type())).then(|| cast.cast_type())
}

pub(super) fn is_text(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}
