//! Compares an answer with the oracle's.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::common::ScalarValue;

use super::call::{Call, kept};
use super::cases::Case;
use super::exact::Fraction;
use super::oracle::{Expected, Row};
use super::{Input, cases};

/// The answer for the rows that pass the filter is the oracle's.
pub(super) fn equals_the_oracle(case: &Case, input: &Input) {
    let passes = |row: &usize| input.filter.iter().nth(*row).unwrap() == Some(true);
    let rows: Vec<Row> = (0..input.rows.len())
        .filter(passes)
        .map(|row| input.rows[row].clone())
        .collect();
    let expected = (case.oracle)(&rows);
    let found = input
        .call
        .answer(&kept(&input.batch, &input.filter))
        .unwrap();
    compare(case, input, &found, &expected);
}

fn near(case: &Case, input: &Input) -> bool {
    input.rounded || case.function.contains("duration_")
}

fn compare(case: &Case, input: &Input, found: &ScalarValue, expected: &Expected) {
    assert_eq!(&found.data_type(), input.call.return_type());
    let ScalarValue::Struct(detail) = found else {
        number("value", number_of(found), expected.value, near(case, input));
        return;
    };
    let fields = detail.columns();
    let [n, parts @ .., value, low, high] = fields else {
        panic!("a detail has n, its parts, the value and an interval");
    };
    assert_eq!(n.as_primitive::<Int64Type>().value(0), expected.n, "n");
    assert_eq!(parts.len(), expected.parts.len(), "parts");
    for (position, (part, wanted)) in parts.iter().zip(&expected.parts).enumerate() {
        let name = format!("part {position}");
        let near = input.rounded || (input.quantiles && position > 0);
        number(&name, first(part), *wanted, near);
    }
    number("value", first(value), expected.value, near(case, input));
    let found = first(low).zip(first(high));
    interval(
        found,
        expected.interval,
        if input.whole { 1e-9 } else { 0.02 },
    );
}

fn number(what: &str, found: Option<f64>, wanted: Option<Fraction>, rounded: bool) {
    let (found, wanted) = match (found, wanted) {
        (None, None) => return,
        (Some(found), Some(wanted)) => (found, wanted),
        other => panic!("{what}: {other:?}"),
    };
    let (nearest, sure) = wanted.nearest();
    let apart = (found - nearest).abs();
    let allowed = match (rounded, sure) {
        (true, _) => 1e-12 * nearest.abs(),
        (false, true) => 0.0,
        // The oracle itself rounds three times.
        (false, false) => 1e-15 * nearest.abs(),
    };
    assert!(apart <= allowed, "{what}: found {found}, wanted {nearest}");
}

fn interval(found: Option<(f64, f64)>, wanted: Option<(f64, f64)>, allowed: f64) {
    match (found, wanted) {
        (None, None) => {}
        (Some(found), Some(wanted)) => {
            let near = |a: f64, b: f64| (a - b).abs() <= allowed * (1.0 + b.abs());
            assert!(
                near(found.0, wanted.0) && near(found.1, wanted.1),
                "interval: found {found:?}, wanted {wanted:?}"
            );
        }
        other => panic!("interval: {other:?}"),
    }
}

fn number_of(value: &ScalarValue) -> Option<f64> {
    first(&value.to_array().unwrap())
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn first(column: &ArrayRef) -> Option<f64> {
    if column.is_null(0) {
        return None;
    }
    Some(match column.data_type() {
        DataType::Int64 => column.as_primitive::<Int64Type>().value(0) as f64,
        _ => column.as_primitive::<Float64Type>().value(0),
    })
}

/// No row at all: NULL, and for a detail n = 0 and NULL in every measure.
#[test]
fn nothing_gives_null() {
    for case in cases::ALL {
        let nothing = super::Random {
            rows: vec![],
            types: [0; super::ARGUMENTS],
            zoned: false,
            chunk: 1,
            window: 1,
            seed: 0,
        };
        for function in [
            case.function.to_owned(),
            format!("{}_detail", case.function),
        ] {
            let call: Call = super::input(case, &function, &nothing).call;
            let found = call.single().evaluate().unwrap();
            let ScalarValue::Struct(detail) = &found else {
                assert!(found.is_null(), "{function}: {found}");
                continue;
            };
            let [n, .., value, low, high] = detail.columns() else {
                panic!("{function}: {found}");
            };
            assert_eq!(n.as_primitive::<Int64Type>().value(0), 0, "{function}");
            assert_eq!(detail.null_count(), 0, "{function}");
            for column in [value, low, high] {
                assert!(column.is_null(0), "{function}: {found}");
            }
        }
    }
}
