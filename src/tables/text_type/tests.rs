//! Types by the values of columns.

use super::*;

fn inferred_type(values: &[&str]) -> DataType {
    let mut seen = ObservedValueKinds::default();
    values.iter().for_each(|value| seen.add(value));
    seen.data_type()
}

#[test]
fn numbers() {
    assert_eq!(inferred_type(&["1", "-20", "0"]), DataType::Int64);
    assert_eq!(
        inferred_type(&["1", "2.5", "1e3", "NaN"]),
        DataType::Float64
    );
    assert_eq!(inferred_type(&["0.5", "-0.25"]), DataType::Float64);
    for text in [
        "0123",
        "007",
        "00.5",
        "1,5",
        "+1",
        "-",
        "1-2",
        "9223372036854775808",
        "1.2.3",
    ] {
        assert_eq!(inferred_type(&["1", text]), DataType::Utf8, "{text}");
    }
}

#[test]
fn no_whole_number_is_rounded() {
    let long = "9007199254740993";
    assert_eq!(inferred_type(&[long, "-1"]), DataType::Int64);
    assert_eq!(inferred_type(&[long, "0.5"]), DataType::Utf8);
    assert_eq!(
        inferred_type(&["1.234", "-9007199254740993"]),
        DataType::Utf8
    );
    assert_eq!(
        inferred_type(&["9007199254740992", "0.5"]),
        DataType::Float64
    );
}

#[test]
fn dates_and_times() {
    let timestamp = |unit, zone: Option<&str>| DataType::Timestamp(unit, zone.map(Into::into));
    assert_eq!(inferred_type(&["2026-01-31"]), DataType::Date32);
    assert_eq!(inferred_type(&["2026-02-31"]), DataType::Utf8);
    assert_eq!(
        inferred_type(&["2026-01-31 10:00:00", "2026-01-31"]),
        timestamp(TimeUnit::Second, None)
    );
    assert_eq!(
        inferred_type(&["2026-01-31T10:00:00.123456"]),
        timestamp(TimeUnit::Microsecond, None)
    );
    assert_eq!(
        inferred_type(&["2026-01-31T10:00:00Z", "2026-01-31T10:00:00.5+02:00"]),
        timestamp(TimeUnit::Millisecond, Some("UTC"))
    );
    assert_eq!(
        inferred_type(&["2026-01-31T10:00:00Z", "2026-01-31T10:00:00"]),
        DataType::Utf8
    );
    assert_eq!(inferred_type(&["2026-01-31 25:00:00"]), DataType::Utf8);
    assert_eq!(inferred_type(&["29/2/2016 01:16"]), DataType::Utf8);
    assert_eq!(inferred_type(&["2026-01-31", "31/01/2026"]), DataType::Utf8);
}

#[test]
fn other_forms_of_times() {
    let timestamp = |unit, zone: Option<&str>| DataType::Timestamp(unit, zone.map(Into::into));
    let naive = timestamp(TimeUnit::Second, None);
    for text in [
        "2026-01-31 10:00",
        "2026-01-31T9:00",
        "2026/01/31 10:00 PM",
        "31 Jan 2026 10:00",
        "Jan 31, 2026 10:00",
        " 2026-01-31 10:00",
    ] {
        assert_eq!(
            inferred_type(&[text, "2026-01-31 10:00:00"]),
            naive,
            "{text}"
        );
    }
    for text in [
        "2026-01-31 10:00Z",
        "2026-01-31T10:00:00 UTC",
        "2026-01-31 10:00+01",
    ] {
        assert_eq!(
            inferred_type(&[text]),
            timestamp(TimeUnit::Second, Some("UTC")),
            "{text}"
        );
    }
    for text in ["2026/01/31", "2026-1-31", "31-Jan-2026"] {
        assert_eq!(inferred_type(&[text]), DataType::Date32, "{text}");
    }
    for text in ["10:00", "May", "31 Jan", "2026 01 31", "Marc 2"] {
        assert_eq!(inferred_type(&[text]), DataType::Utf8, "{text}");
    }
    let far = ["9999-12-31 00:00:00", "2026-01-31 10:00:00.123456789"];
    assert_eq!(inferred_type(&far), timestamp(TimeUnit::Microsecond, None));
}

#[test]
fn decimal_commas() {
    let seen = |values: &[&str]| {
        let mut seen = ObservedValueKinds::default();
        values.iter().for_each(|value| seen.add(value));
        seen
    };
    for values in [&["4,5", "3", "1,234"][..], &["-0,500"], &["1234,567"]] {
        let kinds = seen(values);
        assert_eq!(kinds.data_type(), DataType::Utf8, "{values:?}");
        let commas = kinds.with_decimal_commas().unwrap();
        assert_eq!(commas.data_type(), DataType::Float64);
        assert!(commas.is_read_as_text());
    }
    for values in [
        &["4,5", "2.5"][..],
        &["4,5", "x"],
        &["1,234", "5"],
        &["01,5"],
        &["1,2,3"],
    ] {
        assert_eq!(seen(values).with_decimal_commas(), None, "{values:?}");
    }
    assert!(seen(&["1.234", "12.000", "5"]).has_doubtful_points());
    assert!(!seen(&["1.234", "12.0"]).has_doubtful_points());
    assert_eq!(seen(&["1.234", "5"]).data_type(), DataType::Float64);
    assert!(seen(&["1,234", "5"]).has_doubtful_commas());
    assert!(!seen(&["5"]).has_doubtful_commas());
}

#[test]
fn the_rest() {
    assert_eq!(inferred_type(&["true", "FALSE"]), DataType::Boolean);
    assert_eq!(inferred_type(&["true", "1"]), DataType::Utf8);
    assert_eq!(inferred_type(&[]), DataType::Utf8);
    assert_eq!(inferred_type(&["12", "n/a"]), DataType::Utf8);
}
