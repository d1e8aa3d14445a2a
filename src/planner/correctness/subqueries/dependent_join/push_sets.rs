//! Keys above UNION, VALUES and unnest.

use std::sync::Arc;

use datafusion::common::DFSchema;
use datafusion::common::{Column, Result};
use datafusion::logical_expr::logical_plan::EmptyRelation;
use datafusion::logical_expr::{
    Expr, ExprSchemable, LogicalPlan, Projection, Union, Unnest, Values,
};

use super::keyed_plan::{KeyedPlan, shared};
use super::outer_keys::OuterKeys;

impl OuterKeys {
    pub(super) fn united(&self, plan: &LogicalPlan, node: &Union) -> Result<KeyedPlan> {
        let parts = node.inputs.iter().map(|input| {
            let columns = input
                .schema()
                .columns()
                .into_iter()
                .map(Expr::Column)
                .collect();
            Ok((self.push(input)?, columns))
        });
        self.stacked(plan, parts.collect::<Result<Vec<_>>>()?)
    }

    /// VALUES as the union of its rows.
    pub(super) fn listed(&self, plan: &LogicalPlan, node: &Values) -> Result<KeyedPlan> {
        let one_row = LogicalPlan::EmptyRelation(EmptyRelation {
            produce_one_row: true,
            schema: Arc::new(DFSchema::empty()),
        });
        let fields = node.schema.fields();
        let parts = node.values.iter().map(|row| {
            let input = self.crossed(&one_row)?;
            let values = row.iter().zip(fields).map(|(value, field)| {
                let value = self.replaced(value.clone(), &input.keys)?;
                value.cast_to(field.data_type(), input.plan.schema())
            });
            let values = values.collect::<Result<Vec<_>>>()?;
            Ok((input, values))
        });
        self.stacked(plan, parts.collect::<Result<Vec<_>>>()?)
    }

    /// All rows of `parts`, each with the expressions for its columns, under the names of `like`.
    fn stacked(&self, like: &LogicalPlan, parts: Vec<(KeyedPlan, Vec<Expr>)>) -> Result<KeyedPlan> {
        let fields: Vec<_> = like.schema().iter().collect();
        let names: Vec<String> = fields.iter().map(|_| self.new_name()).collect();
        let keys: Vec<Column> = self.names().into_iter().map(Column::from_name).collect();
        let mut inputs = vec![];
        for (part, columns) in parts {
            let named = columns
                .into_iter()
                .zip(&names)
                .map(|(column, name)| column.alias(name));
            let part_keys = part.key_exprs().into_iter().zip(&keys);
            let part_keys = part_keys.map(|(column, key)| column.alias(&key.name));
            let columns = named.chain(part_keys).collect();
            let part = Projection::try_new(columns, shared(part.plan))?;
            inputs.push(shared(LogicalPlan::Projection(part)));
        }
        let all = match inputs.as_slice() {
            [only] => only.as_ref().clone(),
            _ => LogicalPlan::Union(Union::try_new(inputs)?),
        };
        let named = fields.iter().zip(&names).map(|((qualifier, field), name)| {
            let column = Expr::Column(Column::from_name(name));
            column.alias_qualified(qualifier.cloned(), field.name())
        });
        let columns = named
            .chain(keys.iter().cloned().map(Expr::Column))
            .collect();
        let plan = Projection::try_new(columns, shared(all))?;
        Ok(KeyedPlan::new(LogicalPlan::Projection(plan), keys))
    }

    pub(super) fn unnested(&self, node: &Unnest) -> Result<KeyedPlan> {
        let KeyedPlan { plan, keys } = self.push(&node.input)?;
        let unnest = Unnest::try_new(
            shared(plan),
            node.exec_columns.clone(),
            node.options.clone(),
        )?;
        Ok(KeyedPlan::new(LogicalPlan::Unnest(unnest), keys))
    }
}
