//! Texts that mean NULL in CSV files (`?`, `n/a`).
//!
//! DataFusion's CSV reader treats only the empty text as NULL, so the files are read as text; a
//! view replaces the words by NULL and then casts the columns to their types. Times and numbers in forms
//! that the reader does not support are handled in the same way.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::common::{Column, ScalarValue};
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::logical_expr::{LogicalPlanBuilder, cast, lit, when};
use datafusion::prelude::Expr;

use super::number_form::NumberForm;
use crate::error::Result;

const FILES: &str = "files";

/// Regular expression that matches the words and the empty text.
pub(crate) fn pattern(words: &[String]) -> String {
    let mut pattern = "^(".to_owned();
    for word in words {
        pattern.push_str(&regex::escape(word));
        pattern.push('|');
    }
    pattern.push_str(")$");
    pattern
}

/// Returns the same columns, all with type text.
pub(crate) fn as_text(schema: &SchemaRef) -> SchemaRef {
    let text = |field: &Arc<Field>| field.as_ref().clone().with_data_type(DataType::Utf8);
    Arc::new(Schema::new(
        schema.fields().iter().map(text).collect::<Vec<_>>(),
    ))
}

/// View that casts text columns of `files` to the columns of `types`; other columns are unchanged. `numbers` has the
/// form of numbers for each column of `types` whose texts are to be rewritten first.
pub(crate) fn view(
    files: Arc<dyn TableProvider>,
    types: &SchemaRef,
    words: &[String],
    numbers: &[Option<NumberForm>],
) -> Result<Arc<dyn TableProvider>> {
    let schema = files.schema();
    let words: Vec<Expr> = words.iter().map(|word| lit(word.as_str())).collect();
    let columns = schema.fields().iter().map(|field| {
        let column = Expr::Column(Column::new(Some(FILES), field.name()));
        let Ok(wanted) = types.field_with_name(field.name()) else {
            return Ok(column);
        };
        let value = if words.is_empty() {
            column
        } else {
            let null = lit(ScalarValue::Utf8(None));
            when(column.clone().in_list(words.clone(), false), null).otherwise(column)?
        };
        let index = types.index_of(field.name()).unwrap_or(usize::MAX);
        let value = match numbers.get(index) {
            Some(Some(form)) => form.plain_expression(value)?,
            _ => value,
        };
        let value = if wanted.data_type() == field.data_type() {
            value
        } else {
            cast(value, wanted.data_type().clone())
        };
        Ok(value.alias(field.name()))
    });
    let columns = columns.collect::<Result<Vec<_>>>()?;
    let plan = LogicalPlanBuilder::scan(FILES, provider_as_source(files), None)?
        .project(columns)?
        .build()?;
    Ok(Arc::new(ViewTable::new(plan, None)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_words_and_the_empty_text_match() {
        let pattern = regex::Regex::new(&pattern(&["?".into(), "n/a".into()])).unwrap();
        for word in ["?", "n/a", ""] {
            assert!(pattern.is_match(word), "{word:?}");
        }
        assert!(!pattern.is_match("??"));
    }
}
