//! `list_sum` and `list_avg` that return the totals of `sum` and `avg`.
//!
//! The stock functions cast every element to DOUBLE first, so that whole numbers beyond 2^53 and decimals
//! lose digits. Here the aggregate of the same name evaluates each list, and the result has its type.
//!
//! Upstream: none found: `array_sum([9007199254740993])` is 9007199254740992.0
//! Retire when: stock `array_sum` of whole numbers is a whole number.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, new_empty_array};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::functions_nested as nested;
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::type_coercion::functions::fields_with_udf;
use datafusion::logical_expr::{
    AggregateUDF, ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;

use super::checked_totals::{CheckedAvg, CheckedSum};

/// `list_sum` and `list_avg`.
pub(super) fn all() -> Vec<ScalarUDF> {
    let totals = [
        (
            nested::array_sum::array_sum_udf(),
            AggregateUDF::from(CheckedSum::default()),
        ),
        (
            nested::array_avg::array_avg_udf(),
            AggregateUDF::from(CheckedAvg::default()),
        ),
    ];
    totals
        .into_iter()
        .map(|(stock, aggregate)| {
            ScalarUDF::new_from_impl(ListAggregate {
                stock,
                aggregate,
                signature: Signature::user_defined(Volatility::Immutable),
            })
        })
        .collect()
}

/// An aggregate function evaluated over the elements of each list.
#[derive(Debug)]
struct ListAggregate {
    stock: Arc<ScalarUDF>,
    aggregate: AggregateUDF,
    signature: Signature,
}

impl ListAggregate {
    fn aggregate_list(&self, values: ArrayRef, result: &FieldRef) -> Result<ScalarValue> {
        let element: FieldRef = Arc::new(Field::new("element", values.data_type().clone(), true));
        let column: Arc<dyn PhysicalExpr> = Arc::new(Column::new("element", 0));
        let mut accumulator = self.aggregate.accumulator(AccumulatorArgs {
            return_field: Arc::clone(result),
            schema: &Schema::new(vec![Arc::clone(&element)]),
            ignore_nulls: false,
            order_bys: &[],
            is_reversed: false,
            name: self.stock.name(),
            is_distinct: false,
            exprs: &[column],
            expr_fields: &[element],
        })?;
        accumulator.update_batch(&[values])?;
        accumulator.evaluate()
    }
}

impl PartialEq for ListAggregate {
    fn eq(&self, other: &Self) -> bool {
        self.stock == other.stock
    }
}

impl Eq for ListAggregate {}

impl Hash for ListAggregate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.stock.hash(state);
    }
}

fn element_type(list: &DataType) -> Option<&DataType> {
    match list {
        DataType::List(element)
        | DataType::LargeList(element)
        | DataType::FixedSizeList(element, _) => Some(element.data_type()),
        _ => None,
    }
}

impl ScalarUDFImpl for ListAggregate {
    fn name(&self) -> &str {
        self.stock.name()
    }

    fn aliases(&self) -> &[String] {
        self.stock.aliases()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let name = self.name();
        let element = match arg_types {
            [DataType::Null] => DataType::Int64,
            [list] => match element_type(list) {
                Some(DataType::Null) => DataType::Int64,
                Some(element) => element.clone(),
                None => return plan_err!("{name} takes a list of numbers"),
            },
            _ => return plan_err!("{name} takes one list of numbers"),
        };
        let field: FieldRef = Arc::new(Field::new("element", element, true));
        let Ok(coerced) = fields_with_udf(&[field], &self.aggregate) else {
            return plan_err!("{name} takes a list of numbers");
        };
        let element = coerced[0].data_type().clone();
        Ok(vec![DataType::new_list(element, true)])
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        match arg_types.first().and_then(element_type) {
            Some(element) => self.aggregate.return_type(std::slice::from_ref(element)),
            None => plan_err!("{} takes a list of numbers", self.name()),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let lists = args.args[0].to_array(args.number_rows)?;
        let lists = lists.as_list::<i32>();
        let result = args.return_field;
        let mut totals = Vec::with_capacity(lists.len());
        for row in 0..lists.len() {
            totals.push(if lists.is_valid(row) {
                self.aggregate_list(lists.value(row), &result)?
            } else {
                ScalarValue::try_from(result.data_type())?
            });
        }
        if totals.is_empty() {
            let none = new_empty_array(result.data_type());
            return Ok(ColumnarValue::Array(none));
        }
        Ok(ColumnarValue::Array(ScalarValue::iter_to_array(totals)?))
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.stock.documentation()
    }
}
