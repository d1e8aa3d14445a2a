//! `sum` whose totals cannot wrap.

use arrow::datatypes::{
    DataType, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType, DurationSecondType,
    Field, FieldRef, Int64Type, TimeUnit, UInt64Type,
};
use datafusion::common::Result;
use datafusion::functions_aggregate::sum::Sum;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, Documentation, Expr, GroupsAccumulator, Operator, ReversedUDAF,
    SetMonotonicity, Signature,
};

use super::compensated::CompensatedSum;
use super::distinct::{DistinctTotalAccumulator, distinct_type};
use super::mean::scale;
use super::total::{CheckedTotalAccumulator, CheckedTotalKind, state_types};

/// Calls `$then!(type)` for argument types that are summed here, `$otherwise` for other types.
macro_rules! with_summand {
    ($data_type:expr, $then:ident, $otherwise:expr) => {
        match $data_type {
            DataType::Int64 => $then!(Int64Type),
            DataType::UInt64 => $then!(UInt64Type),
            DataType::Decimal32(..) => $then!(Decimal32Type),
            DataType::Decimal64(..) => $then!(Decimal64Type),
            DataType::Decimal128(..) => $then!(Decimal128Type),
            DataType::Decimal256(..) => $then!(Decimal256Type),
            DataType::Duration(TimeUnit::Second) => $then!(DurationSecondType),
            DataType::Duration(TimeUnit::Millisecond) => $then!(DurationMillisecondType),
            DataType::Duration(TimeUnit::Microsecond) => $then!(DurationMicrosecondType),
            DataType::Duration(TimeUnit::Nanosecond) => $then!(DurationNanosecondType),
            _ => $otherwise,
        }
    };
}

macro_rules! checked_aggregate {
    ($name:ident, $stock:ident, $finish:expr, $ours:expr, $doc:literal) => {
        #[doc = $doc]
        ///
        /// No value (all NULL) gives NULL; a result that does not fit its type is an error.
        #[derive(Debug, Default, PartialEq, Eq, Hash)]
        pub(crate) struct $name {
            stock: $stock,
        }

        impl $name {
            /// True if this function evaluates the call; otherwise the stock function does.
            fn ours(is_distinct: bool, data_type: &DataType) -> bool {
                !is_distinct && $ours(data_type)
            }
        }

        impl AggregateUDFImpl for $name {
            fn name(&self) -> &str {
                self.stock.name()
            }

            fn aliases(&self) -> &[String] {
                self.stock.aliases()
            }

            fn signature(&self) -> &Signature {
                self.stock.signature()
            }

            fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
                self.stock.return_type(arg_types)
            }

            fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
                let input = args.expr_fields[0].data_type();
                if *input == DataType::Float64 && !args.is_distinct {
                    return Ok(Box::new(CompensatedSum::default()));
                }
                if args.is_distinct && keeps_distinct(input) {
                    let total = DistinctTotalAccumulator::sum(scale(input), args.return_type());
                    return Ok(Box::new(total));
                }
                if !Self::ours(args.is_distinct, input) {
                    return self.stock.accumulator(args);
                }
                macro_rules! totals {
                    ($t:ty) => {
                        Ok(Box::new(CheckedTotalAccumulator::<$t>::new(
                            $finish,
                            args.return_type().clone(),
                            1,
                        )))
                    };
                }
                with_summand!(input, totals, self.stock.accumulator(args))
            }

            fn create_sliding_accumulator(
                &self,
                args: AccumulatorArgs<'_>,
            ) -> Result<Box<dyn Accumulator>> {
                match Self::ours(args.is_distinct, args.expr_fields[0].data_type()) {
                    true => self.accumulator(args),
                    false => self.stock.create_sliding_accumulator(args),
                }
            }

            fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
                let input = args.input_fields[0].data_type();
                if args.is_distinct && keeps_distinct(input) {
                    let list = DataType::new_list(distinct_type(scale(input)), true);
                    let name = format_state_name(args.name, "distinct");
                    return Ok(vec![Field::new(name, list, true).into()]);
                }
                if !Self::ours(args.is_distinct, input) {
                    return self.stock.state_fields(args);
                }
                macro_rules! fields {
                    ($t:ty) => {{
                        let [count, total] = state_types::<$t>();
                        let field = |part: &str, data_type| {
                            Field::new(format_state_name(args.name, part), data_type, true).into()
                        };
                        Ok(vec![field("count", count), field("total", total)])
                    }};
                }
                with_summand!(input, fields, self.stock.state_fields(args))
            }

            fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
                Self::ours(args.is_distinct, args.expr_fields[0].data_type())
                    || self.stock.groups_accumulator_supported(args)
            }

            fn create_groups_accumulator(
                &self,
                args: AccumulatorArgs<'_>,
            ) -> Result<Box<dyn GroupsAccumulator>> {
                let input = args.expr_fields[0].data_type();
                if !Self::ours(args.is_distinct, input) {
                    return self.stock.create_groups_accumulator(args);
                }
                macro_rules! totals {
                    ($t:ty) => {
                        Ok(Box::new(CheckedTotalAccumulator::<$t>::new(
                            $finish,
                            args.return_type().clone(),
                            0,
                        )))
                    };
                }
                with_summand!(input, totals, self.stock.create_groups_accumulator(args))
            }

            // sum(x + 1) is rewritten to sum(x) + count(x) only while `+` is unchecked: the checked form is
            // a function, which this rewrite does not match.
            fn simplify_expr_op_literal(
                &self,
                function: &AggregateFunction,
                argument: &Expr,
                operator: Operator,
                literal: &Expr,
                argument_is_left: bool,
            ) -> Result<Option<Expr>> {
                self.stock.simplify_expr_op_literal(
                    function,
                    argument,
                    operator,
                    literal,
                    argument_is_left,
                )
            }

            fn reverse_expr(&self) -> ReversedUDAF {
                self.stock.reverse_expr()
            }

            fn order_sensitivity(&self) -> AggregateOrderSensitivity {
                self.stock.order_sensitivity()
            }

            fn documentation(&self) -> Option<&Documentation> {
                self.stock.documentation()
            }

            fn set_monotonicity(&self, data_type: &DataType) -> SetMonotonicity {
                self.stock.set_monotonicity(data_type)
            }
        }
    };
}

/// True if distinct values are stored here; the stock function stores those of other types.
fn keeps_distinct(data_type: &DataType) -> bool {
    data_type.is_decimal() || matches!(data_type, DataType::Int64 | DataType::UInt64)
}

checked_aggregate!(
    CheckedSum,
    Sum,
    CheckedTotalKind::Sum,
    |data_type: &DataType| {
        macro_rules! yes {
            ($t:ty) => {
                true
            };
        }
        with_summand!(data_type, yes, false)
    },
    "`sum` over integers, durations and decimals; floats and the rest are the stock function's."
);
