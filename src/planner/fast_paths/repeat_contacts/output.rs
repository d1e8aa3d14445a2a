//! The output of the operator: columns of its input, and the results of the first pass.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{FieldRef, Schema, SchemaRef};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Result, internal_err};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};

use super::answers::RepeatContactAnswers;

/// The source of an output column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ContactColumnSource {
    /// This column of the input.
    Input(usize),
    /// The newest instant, the same in all rows.
    Newest,
    /// The answer to this question.
    Answer(usize),
}

/// The output columns.
#[derive(Debug, Clone)]
pub(super) struct RepeatContactOutput {
    pub(super) sources: Vec<ContactColumnSource>,
    pub(super) schema: SchemaRef,
}

/// A smaller output, the columns of the input that it needs, and the remaining expressions over it.
pub(super) struct NarrowedOutput {
    pub(super) output: RepeatContactOutput,
    pub(super) inputs: Vec<usize>,
    pub(super) expressions: Option<Vec<ProjectionExpr>>,
}

impl RepeatContactOutput {
    pub(super) fn new(columns: Vec<(ContactColumnSource, FieldRef)>, like: &Schema) -> Self {
        let (sources, fields): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
        let schema = Schema::new_with_metadata(fields, like.metadata().clone());
        Self {
            sources,
            schema: Arc::new(schema),
        }
    }

    /// The output that remains under `projection`; `None` if it is no smaller.
    pub(super) fn narrowed(&self, projection: &ProjectionExec) -> Result<Option<NarrowedOutput>> {
        let expressions = projection.expr();
        let columns: Option<Vec<&Column>> = expressions
            .iter()
            .map(|expression| expression.expr.downcast_ref::<Column>())
            .collect();
        let (columns, expressions) = match columns {
            Some(columns) => {
                let schema = projection.schema();
                let named = columns.iter().zip(schema.fields());
                (
                    named
                        .map(|(column, field)| (column.index(), Arc::clone(field)))
                        .collect(),
                    None,
                )
            }
            None => {
                let used = self.used(expressions);
                if used.len() == self.sources.len() {
                    return Ok(None);
                }
                let fields = self.schema.fields();
                let left = used.iter().map(|&at| (at, Arc::clone(&fields[at])));
                (
                    left.collect::<Vec<_>>(),
                    Some(renumbered(expressions, &used)?),
                )
            }
        };
        let mut inputs: Vec<usize> = columns
            .iter()
            .filter_map(|&(at, _)| self.input(at))
            .collect();
        inputs.sort_unstable();
        inputs.dedup();
        let columns = columns.into_iter().map(|(at, field)| {
            let source = match self.sources[at] {
                ContactColumnSource::Input(column) => {
                    ContactColumnSource::Input(inputs.binary_search(&column).unwrap_or_default())
                }
                other => other,
            };
            (source, field)
        });
        Ok(Some(NarrowedOutput {
            output: Self::new(columns.collect(), projection.input().schema().as_ref()),
            inputs,
            expressions,
        }))
    }

    fn input(&self, at: usize) -> Option<usize> {
        match self.sources[at] {
            ContactColumnSource::Input(column) => Some(column),
            ContactColumnSource::Newest | ContactColumnSource::Answer(_) => None,
        }
    }

    fn used(&self, expressions: &[ProjectionExpr]) -> Vec<usize> {
        let mut used: Vec<usize> = expressions
            .iter()
            .flat_map(|expression| collect_columns(&expression.expr))
            .map(|column| column.index())
            .collect();
        used.sort_unstable();
        used.dedup();
        used
    }

    /// An output batch: some rows of a range from the input, and the answers from `offset` on.
    ///
    /// # Errors
    /// When the columns do not fit the schema.
    pub(super) fn batch(
        &self,
        input: &RecordBatch,
        answers: &RepeatContactAnswers,
        range: usize,
        offset: usize,
    ) -> Result<RecordBatch> {
        let rows = input.num_rows();
        let columns = self.sources.iter().map(|source| match source {
            ContactColumnSource::Input(column) => Ok(Arc::clone(input.column(*column))),
            ContactColumnSource::Newest => answers.newest.to_array_of_size(rows),
            ContactColumnSource::Answer(question) => {
                answers.ranges[range].columns[*question].slice(offset, rows)
            }
        });
        let columns: Vec<ArrayRef> = columns.collect::<Result<_>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let schema = Arc::clone(&self.schema);
        Ok(RecordBatch::try_new_with_options(
            schema, columns, &options,
        )?)
    }
}

/// The expressions over a schema of the columns `used` only.
fn renumbered(expressions: &[ProjectionExpr], used: &[usize]) -> Result<Vec<ProjectionExpr>> {
    let renumber = |expression: Arc<dyn PhysicalExpr>| {
        let Some(column) = expression.downcast_ref::<Column>() else {
            return Ok(Transformed::no(expression));
        };
        let Ok(place) = used.binary_search(&column.index()) else {
            return internal_err!("{column} is used and not listed");
        };
        Ok(Transformed::yes(
            Arc::new(Column::new(column.name(), place)) as Arc<dyn PhysicalExpr>,
        ))
    };
    let expressions = expressions.iter().map(|expression| {
        Ok(ProjectionExpr {
            expr: Arc::clone(&expression.expr).transform_up(renumber)?.data,
            alias: expression.alias.clone(),
        })
    });
    expressions.collect()
}
