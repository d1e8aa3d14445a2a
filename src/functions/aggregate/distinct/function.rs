//! `active_customers`, and the function that replaces `count(DISTINCT id)`.

use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::functions_aggregate::count::Count;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, DocSection, Documentation, GroupsAccumulator,
    ReversedUDAF, Signature, Volatility,
};

use super::column::has_ids;
use super::groups::DistinctIdsGroupsAccumulator;
use super::single::DistinctIdsAccumulator;
use super::texts::{DistinctTextsGroupsAccumulator, is_text};
use crate::functions::declaration::families::RETENTION;

/// `active_customers(customer_id)`.
pub(crate) fn active_customers() -> AggregateUDF {
    AggregateUDF::from(CountDistinctIds::new("active_customers", Some(page())))
}

/// Replacement of `count(DISTINCT id)`. Its name appears in plans only. `has_pairs` if the stock plan would group by
/// the value as well, which it can for one value.
pub(crate) fn counts_by_groups(data_type: &DataType, has_pairs: bool) -> Option<Arc<AggregateUDF>> {
    static FUNCTION: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| {
        Arc::new(AggregateUDF::from(CountDistinctIds::new(
            "count_distinct_ids",
            None,
        )))
    });
    // Instants rarely repeat or lie close together: bitmaps gain nothing, and the stock plan distributes the
    // work better among threads.
    let pays = data_type.is_integer()
        || *data_type == DataType::Date32
        || (is_text(data_type) && !has_pairs);
    pays.then(|| Arc::clone(&FUNCTION))
}

/// Counts distinct values: ids by bitmaps, texts of groups in one hash table, other types by the stock function.
#[derive(Debug)]
struct CountDistinctIds {
    name: &'static str,
    signature: Signature,
    documentation: Option<Documentation>,
    stock: Count,
}

impl CountDistinctIds {
    fn new(name: &'static str, documentation: Option<Documentation>) -> Self {
        Self {
            name,
            signature: Signature::user_defined(Volatility::Immutable),
            documentation,
            stock: Count::new(),
        }
    }
}

impl PartialEq for CountDistinctIds {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for CountDistinctIds {}

impl std::hash::Hash for CountDistinctIds {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

fn page() -> Documentation {
    let section = DocSection {
        include: true,
        label: RETENTION.0,
        description: None,
    };
    let description = "Customers with at least one row: the exact number of distinct ids, whatever \
        the number of rows. A BIGINT; NULL ids do not count, and without any other the answer is 0. \
        Whole numbers are kept as bitmaps, of which millions take little memory; texts and other \
        values one by one. The same as count(DISTINCT customer_id).";
    let example = "SELECT active_customers(customer_id) FROM (VALUES (7), (9), (7), (NULL)) AS \
        tickets(customer_id);\n-- 2";
    Documentation::builder(section, description, "active_customers(customer_id)")
        .with_sql_example(format!("```sql\n{example}\n```"))
        .with_argument(
            "customer_id",
            "Who the row is about: whole numbers, text or any other value that can be compared.",
        )
        .build()
}

/// The same call with DISTINCT, for the stock function.
fn distinct(args: AccumulatorArgs<'_>) -> AccumulatorArgs<'_> {
    AccumulatorArgs {
        is_distinct: true,
        ..args
    }
}

impl AggregateUDFImpl for CountDistinctIds {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        match arg_types {
            [DataType::Null] => Ok(vec![DataType::Int64]),
            [DataType::Dictionary(_, value)] => Ok(vec![value.as_ref().clone()]),
            [value] if !value.is_nested() => Ok(vec![value.clone()]),
            _ => plan_err!(
                "{0} takes one id that is no list or struct: {0}(customer_id)",
                self.name
            ),
        }
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn is_nullable(&self) -> bool {
        false
    }

    fn default_value(&self, _data_type: &DataType) -> Result<ScalarValue> {
        Ok(ScalarValue::Int64(Some(0)))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        if has_ids(args.input_fields[0].data_type()) {
            let name = format_state_name(args.name, "ids");
            return Ok(vec![Arc::new(Field::new(
                name,
                DataType::LargeBinary,
                false,
            ))]);
        }
        self.stock.state_fields(StateFieldsArgs {
            is_distinct: true,
            ..args
        })
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        if has_ids(args.expr_fields[0].data_type()) {
            Ok(Box::new(DistinctIdsAccumulator::default()))
        } else {
            self.stock.accumulator(distinct(args))
        }
    }

    // A bitmap stores no multiplicities, so rows cannot be retracted.
    fn create_sliding_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn Accumulator>> {
        self.stock.create_sliding_accumulator(distinct(args))
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        let data_type = args.expr_fields[0].data_type();
        has_ids(data_type)
            || is_text(data_type)
            || self.stock.groups_accumulator_supported(distinct(args))
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        if has_ids(args.expr_fields[0].data_type()) {
            Ok(Box::new(DistinctIdsGroupsAccumulator::default()))
        } else if is_text(args.expr_fields[0].data_type()) {
            let data_type = args.expr_fields[0].data_type().clone();
            Ok(Box::new(DistinctTextsGroupsAccumulator::new(data_type)))
        } else {
            self.stock.create_groups_accumulator(distinct(args))
        }
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.documentation.as_ref()
    }
}
