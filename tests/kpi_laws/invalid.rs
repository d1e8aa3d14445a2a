//! Invalid values: an error that names the function, the value and the remedies; never a silent count;
//! left out when the query filters them or the session ignores them.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int64Array, TimestampSecondArray,
    UInt64Array,
};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::EmitTo;

use super::call::{Argument, Call, kept};

/// A call whose second row is invalid, and what the error must name.
struct Case {
    function: &'static str,
    columns: Vec<ArrayRef>,
    constants: Vec<f64>,
    value: &'static str,
}

fn ints<const N: usize>(values: [i64; N]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

fn floats(values: [f64; 3]) -> ArrayRef {
    Arc::new(Float64Array::from(values.to_vec()))
}

fn times(values: [i64; 3]) -> ArrayRef {
    Arc::new(TimestampSecondArray::from(values.to_vec()))
}

fn huge(value: u64) -> ArrayRef {
    Arc::new(UInt64Array::from(vec![5, value, 5]))
}

fn decimals(values: [i128; 3], scale: i8) -> ArrayRef {
    let array = Decimal128Array::from(values.to_vec());
    Arc::new(array.with_precision_and_scale(38, scale).unwrap())
}

fn case(function: &'static str, columns: Vec<ArrayRef>, value: &'static str) -> Case {
    Case {
        function,
        columns,
        constants: vec![],
        value,
    }
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn cases() -> Vec<Case> {
    let mut cases = vec![
        case("nps", vec![ints([10, 11, 3])], "score 11 "),
        case("nps", vec![ints([10, -1, 3])], "score -1 "),
        case("nps", vec![floats([10.0, f64::NAN, 3.0])], "score NaN "),
        case("nps", vec![floats([10.0, 1e300, 3.0])], "score 1e300 "),
        case("nps", vec![huge(u64::MAX)], "score 18446744073709551615 "),
        case("nps", vec![decimals([100, 101, 5], 1)], "score 10.1 "),
        case("csat", vec![ints([5, 0, 1])], "score 0 "),
        case("csat", vec![floats([5.0, 5.5, 1.0])], "score 5.5 "),
        case("ces", vec![ints([7, 8, 1])], "score 8 "),
        case("ces", vec![floats([7.0, f64::INFINITY, 1.0])], "score inf "),
        case("ces_top", vec![ints([7, 0, 1])], "score 0 "),
        case("ces_index", vec![ints([7, 8, 1])], "score 8 "),
        case("fcr", vec![ints([1, -2, 1]), ints([0, 0, 0])], "-2 "),
        case("fcr", vec![ints([1, 1, 1]), ints([0, -3, 0])], "-3 "),
        case(
            "fcr",
            vec![floats([1.0, 0.5, 1.0]), ints([0, 0, 0])],
            "0.5 ",
        ),
        case("aht", vec![ints([60, -1, 30])], "-1 "),
        case("aht", vec![floats([60.0, f64::NAN, 30.0])], "NaN "),
        case(
            "cost_per_ticket",
            vec![floats([6.0, 1e15, 3.0])],
            "1000000000000000 is too large",
        ),
        case(
            "cost_per_ticket",
            vec![floats([6.0, f64::INFINITY, 3.0])],
            "inf is too large",
        ),
        case("interactions_per_ticket", vec![ints([6, -4, 3])], "-4 "),
        case(
            "cost_per_resolution",
            vec![ints([6, -4, 3]), times([0, 0, 0])],
            "-4 ",
        ),
        case("nrr", vec![ints([6, -4, 3]), ints([6, 4, 3])], "-4 "),
        case("nrr", vec![ints([6, 4, 3]), ints([6, -7, 3])], "-7 "),
        case(
            "grr",
            vec![floats([6.0, 4.0, 3.0]), floats([6.0, f64::NAN, 3.0])],
            "NaN ",
        ),
        case(
            "revenue_churn_rate",
            vec![decimals([6, -425, 3], 2), ints([6, 4, 3])],
            "-4.25 ",
        ),
        case(
            "backlog",
            vec![times([0, 60, 0]), times([9, 30, 9]), times([5; 3])],
            "1970-01-01T00:00:30 ",
        ),
        case(
            "overdue_backlog",
            vec![
                times([0, 60, 0]),
                times([9, 30, 9]),
                times([5; 3]),
                times([5; 3]),
            ],
            "1970-01-01T00:00:30 ",
        ),
    ];
    for function in ["frt", "art", "mtta", "mttr", "duration_median"] {
        let columns = vec![times([0, 60, 0]), times([9, 30, 9])];
        cases.push(case(function, columns, "1970-01-01T00:00:30 "));
    }
    for function in ["churn_rate", "retention_rate", "retention_ratio"] {
        let period = [times([0; 3]), times([5; 3])];
        let [from, to] = period;
        let columns = vec![times([0, 60, 0]), times([9, 30, 9]), from, to];
        cases.push(case(function, columns, "1970-01-01T00:00:30"));
    }
    cases.push(Case {
        constants: vec![20.0],
        ..case("feedback_score", vec![ints([20, 21, 0])], "score 21 ")
    });
    cases.push(Case {
        constants: vec![0.9],
        ..case(
            "duration_quantile",
            vec![times([0, 60, 0]), times([9, 30, 9])],
            "00:00:30 ",
        )
    });
    cases
}

fn call(case: &Case, function: &str, ignoring: bool) -> (Call, Vec<Argument>, Vec<ArrayRef>) {
    let columns = case.columns.iter();
    let mut arguments: Vec<_> = columns
        .map(|column| Argument::Column(column.data_type().clone()))
        .collect();
    let constants = case.constants.iter();
    arguments.extend(constants.map(|value| Argument::Constant(ScalarValue::from(*value))));
    if ignoring {
        arguments.push(Argument::Constant(ScalarValue::from("ignore")));
    }
    let mut columns = case.columns.clone();
    columns.resize(arguments.len(), Arc::clone(&case.columns[0]));
    (Call::new(function, &arguments).unwrap(), arguments, columns)
}

fn names(case: &Case) -> [String; 2] {
    [
        case.function.to_owned(),
        format!("{}_detail", case.function),
    ]
}

#[test]
fn an_invalid_value_is_named_with_the_ways_on() {
    for case in cases() {
        for name in names(&case) {
            let (call, arguments, columns) = call(&case, &name, false);
            let batch = call.batch(&arguments, &columns);
            let groups = call.groups();
            let errors = [
                call.single().update_batch(batch.columns()).unwrap_err(),
                call.groups()
                    .update_batch(batch.columns(), &[0, 1, 2], None, 3)
                    .unwrap_err(),
                groups.convert_to_state(batch.columns(), None).unwrap_err(),
            ];
            for error in errors {
                let text = error.strip_backtrace();
                let named =
                    text.contains(&format!("{}: ", case.function)) && text.contains(case.value);
                assert!(named, "{name} wants {}: {text}", case.value);
                assert!(
                    text.contains("SET deskql.invalid_values = 'ignore'"),
                    "{text}"
                );
                assert_eq!(text.lines().count(), 1, "{text}");
            }
        }
    }
}

#[test]
fn an_invalid_row_that_the_filter_drops_does_no_harm() {
    for case in cases() {
        for name in names(&case) {
            let (call, arguments, columns) = call(&case, &name, false);
            let batch = call.batch(&arguments, &columns);
            for middle in [Some(false), None] {
                let filter = BooleanArray::from(vec![Some(true), middle, Some(true)]);
                let wanted = call.answer(&kept(&batch, &filter)).unwrap();
                let mut groups = call.groups();
                groups
                    .update_batch(batch.columns(), &[0; 3], Some(&filter), 1)
                    .unwrap();
                let found = groups.evaluate(EmitTo::All).unwrap();
                assert_eq!(
                    ScalarValue::try_from_array(&found, 0).unwrap(),
                    wanted,
                    "{name}"
                );
                let states = groups
                    .convert_to_state(batch.columns(), Some(&filter))
                    .unwrap();
                let mut merged = call.groups();
                merged.merge_batch(&states, &[0; 3], 1).unwrap();
                let found = merged.evaluate(EmitTo::All).unwrap();
                assert_eq!(
                    ScalarValue::try_from_array(&found, 0).unwrap(),
                    wanted,
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn ignoring_leaves_invalid_rows_out() {
    for case in cases() {
        for name in names(&case) {
            let (strict, arguments, columns) = call(&case, &name, false);
            let batch = strict.batch(&arguments, &columns);
            let valid = BooleanArray::from(vec![true, false, true]);
            let wanted = strict.answer(&kept(&batch, &valid)).unwrap();
            let (lax, arguments, columns) = call(&case, &name, true);
            let batch = lax.batch(&arguments, &columns);
            assert_eq!(lax.answer(&batch).unwrap(), wanted, "{name}");
            let mut frame = lax.sliding();
            frame.update_batch(batch.columns()).unwrap();
            assert_eq!(frame.evaluate().unwrap(), wanted, "{name}, a frame");
            frame.retract_batch(batch.columns()).unwrap();
            let nothing = strict.single().evaluate().unwrap();
            assert_eq!(frame.evaluate().unwrap(), nothing, "{name}, an empty frame");
            let mut groups = lax.groups();
            groups
                .update_batch(batch.columns(), &[0; 3], None, 1)
                .unwrap();
            let found = groups.evaluate(EmitTo::All).unwrap();
            assert_eq!(
                ScalarValue::try_from_array(&found, 0).unwrap(),
                wanted,
                "{name}, groups"
            );
        }
    }
}
