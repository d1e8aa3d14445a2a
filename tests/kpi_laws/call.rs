//! One call of a KPI with hand-built arguments, as the engine would make it.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, UInt64Array};
use datafusion::arrow::compute::{cast, filter_record_batch, take};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, GroupsAccumulator};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{Column, Literal};

use super::columns::Arg;

/// A function, the types and constants of its arguments.
#[derive(Debug)]
pub(super) struct Call {
    function: Arc<AggregateUDF>,
    schema: Schema,
    fields: Vec<FieldRef>,
    exprs: Vec<Arc<dyn PhysicalExpr>>,
    return_field: FieldRef,
}

/// An argument as it is written in the query: a column of a type, or a constant.
#[derive(Debug, Clone)]
pub(super) enum Argument {
    Column(DataType),
    Constant(ScalarValue),
}

impl Argument {
    pub(super) fn of(arg: Arg, data_type: &DataType) -> Self {
        match arg {
            Arg::Constant(value) => Self::Constant(ScalarValue::from(value)),
            Arg::Text(text) => Self::Constant(ScalarValue::from(text)),
            Arg::Days(days) => Self::Constant(ScalarValue::from(format!("{days} days"))),
            _ => Self::Column(data_type.clone()),
        }
    }

    fn data_type(&self) -> DataType {
        match self {
            Self::Column(data_type) => data_type.clone(),
            Self::Constant(value) => value.data_type(),
        }
    }
}

pub(super) fn function(name: &str) -> Arc<AggregateUDF> {
    let all = deskql::internal::functions::all_aggregate();
    let found = all.into_iter().find(|function| function.name() == name);
    found.unwrap_or_else(|| panic!("no function {name}"))
}

impl Call {
    /// Coerces the arguments as the planner does.
    pub(super) fn new(name: &str, arguments: &[Argument]) -> Result<Self> {
        let function = function(name);
        let given: Vec<_> = arguments.iter().map(Argument::data_type).collect();
        let types = function.coerce_types(&given)?;
        let field = |(position, data_type): (usize, &DataType)| {
            Arc::new(Field::new(format!("c{position}"), data_type.clone(), true))
        };
        let fields: Vec<FieldRef> = types.iter().enumerate().map(field).collect();
        let expr = |(position, argument): (usize, &Argument)| -> Result<Arc<dyn PhysicalExpr>> {
            Ok(match argument {
                Argument::Column(_) => Arc::new(Column::new(&format!("c{position}"), position)),
                Argument::Constant(value) => {
                    Arc::new(Literal::new(value.cast_to(&types[position])?))
                }
            })
        };
        let exprs = arguments
            .iter()
            .enumerate()
            .map(expr)
            .collect::<Result<_>>()?;
        let return_field = function.return_field(&fields)?;
        Ok(Self {
            schema: Schema::new(fields.clone()),
            function,
            fields,
            exprs,
            return_field,
        })
    }

    /// The columns of the arguments, each of the coerced type.
    pub(super) fn batch(&self, arguments: &[Argument], columns: &[ArrayRef]) -> RecordBatch {
        let rows = columns[0].len();
        let column = |position: usize| match &arguments[position] {
            Argument::Column(_) => {
                cast(&columns[position], self.fields[position].data_type()).unwrap()
            }
            Argument::Constant(value) => {
                let value = value.cast_to(self.fields[position].data_type()).unwrap();
                value.to_array_of_size(rows).unwrap()
            }
        };
        let columns = (0..arguments.len()).map(column).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::new(self.schema.clone()), columns, &options).unwrap()
    }

    fn args(&self) -> AccumulatorArgs<'_> {
        AccumulatorArgs {
            return_field: Arc::clone(&self.return_field),
            schema: &self.schema,
            ignore_nulls: false,
            order_bys: &[],
            is_reversed: false,
            name: "kpi",
            is_distinct: false,
            exprs: &self.exprs,
            expr_fields: &self.fields,
        }
    }

    pub(super) fn single(&self) -> Box<dyn Accumulator> {
        self.function.accumulator(self.args()).unwrap()
    }

    pub(super) fn sliding(&self) -> Box<dyn Accumulator> {
        self.function
            .create_sliding_accumulator(self.args())
            .unwrap()
    }

    pub(super) fn groups(&self) -> Box<dyn GroupsAccumulator> {
        assert!(self.function.groups_accumulator_supported(self.args()));
        self.function
            .create_groups_accumulator(self.args())
            .unwrap()
    }

    /// The declared columns of the state.
    pub(super) fn state_types(&self) -> Vec<DataType> {
        let args = StateFieldsArgs {
            name: "kpi",
            input_fields: &self.fields,
            return_field: Arc::clone(&self.return_field),
            ordering_fields: &[],
            is_distinct: false,
        };
        let fields = self.function.state_fields(args).unwrap();
        fields
            .iter()
            .map(|field| field.data_type().clone())
            .collect()
    }

    pub(super) fn return_type(&self) -> &DataType {
        self.return_field.data_type()
    }

    /// Evaluates a batch in one call.
    pub(super) fn answer(&self, batch: &RecordBatch) -> Result<ScalarValue> {
        let mut accumulator = self.single();
        accumulator.update_batch(batch.columns())?;
        accumulator.evaluate()
    }
}

/// The rows that pass `FILTER`.
pub(super) fn kept(batch: &RecordBatch, filter: &BooleanArray) -> RecordBatch {
    filter_record_batch(batch, filter).unwrap()
}

/// Some rows of a batch, in this order.
pub(super) fn rows(batch: &RecordBatch, wanted: &[usize]) -> RecordBatch {
    let wanted = UInt64Array::from_iter_values(wanted.iter().map(|row| *row as u64));
    let column = |column: &ArrayRef| take(column, &wanted, None).unwrap();
    let columns = batch.columns().iter().map(column).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(wanted.values().len()));
    RecordBatch::try_new_with_options(batch.schema(), columns, &options).unwrap()
}
