use arrow::array::{Date32Array, TimestampMicrosecondArray, UInt64Array};
use arrow::datatypes::TimeUnit;

use super::*;

fn clock(data_type: &DataType, grain: CalendarGrain) -> SeriesClock {
    SeriesClock::try_new("f", data_type, Some(grain)).unwrap()
}

fn there_and_back(clock: &SeriesClock, times: &ArrayRef) -> (Vec<i64>, ArrayRef) {
    let places = clock.places("f", times).unwrap();
    let periods = places.iter().map(|place| place.period).collect();
    (periods, clock.times("f", &places).unwrap())
}

/// New York's clocks went from 02:00 to 03:00 on 2026-03-08 and back on 2026-11-01: local midnights are 05:00
/// UTC before, 04:00 between.
#[test]
fn days_of_a_zone_follow_its_clock() {
    const HOUR: i64 = 3_600_000_000;
    let zoned = DataType::Timestamp(TimeUnit::Microsecond, Some("America/New_York".into()));
    let clock = clock(&zoned, CalendarGrain::Day);
    let march_7 = 20_519 * 24 * HOUR;
    let midnights = [march_7 + 5 * HOUR, march_7 + 29 * HOUR, march_7 + 52 * HOUR];
    let times = TimestampMicrosecondArray::from(midnights.to_vec());
    let times: ArrayRef = Arc::new(times.with_timezone("America/New_York"));
    let (periods, back) = there_and_back(&clock, &times);
    assert_eq!(periods, [20_519, 20_520, 20_521]);
    assert_eq!(&back, &times);
    let places = clock.places("f", &times).unwrap();
    assert_eq!(clock.common_offset(&places), 0);
    assert_eq!(clock.label(20_520), "day 2026-03-08");
}

/// The last days of January, February and March 2025 stay last days in April.
#[test]
fn last_days_of_months_stay_last_days() {
    let clock = clock(&DataType::Date32, CalendarGrain::Month);
    let times: ArrayRef = Arc::new(Date32Array::from(vec![20_119, 20_147, 20_178]));
    let places = clock.places("f", &times).unwrap();
    let offset = clock.common_offset(&places);
    assert_eq!(offset, 30);
    let period = places[2].period + 1;
    let next = clock.times("f", &[PeriodPlace { period, offset }]).unwrap();
    let april_30: ArrayRef = Arc::new(Date32Array::from(vec![20_208]));
    assert_eq!(&next, &april_30);
}

/// Sundays stay Sundays, though weeks are counted from Monday; mixed days start at the period.
#[test]
fn offsets_are_kept_where_they_agree() {
    let clock = clock(&DataType::Date32, CalendarGrain::Week);
    let sundays: ArrayRef = Arc::new(Date32Array::from(vec![20_156, 20_163]));
    let places = clock.places("f", &sundays).unwrap();
    assert_eq!(clock.common_offset(&places), 6);
    let mixed: ArrayRef = Arc::new(Date32Array::from(vec![20_156, 20_164]));
    let places = clock.places("f", &mixed).unwrap();
    assert_eq!(clock.common_offset(&places), 0);
}

#[test]
fn whole_numbers_are_their_own_periods() {
    let clock = SeriesClock::try_new("f", &DataType::UInt64, None).unwrap();
    let times: ArrayRef = Arc::new(UInt64Array::from(vec![3, 9]));
    let (periods, back) = there_and_back(&clock, &times);
    assert_eq!(periods, [3, 9]);
    assert_eq!(&back, &times);
    let large: ArrayRef = Arc::new(UInt64Array::from(vec![u64::MAX]));
    assert!(clock.places("f", &large).is_err());
    let before = PeriodPlace {
        period: -1,
        offset: 0,
    };
    assert!(clock.times("f", &[before]).is_err());
}

#[test]
fn other_types_are_refused() {
    for (data_type, grain) in [
        (DataType::Utf8, None),
        (DataType::Float64, None),
        (DataType::Int64, Some(CalendarGrain::Day)),
        (DataType::Date32, Some(CalendarGrain::Hour)),
    ] {
        assert!(SeriesClock::try_new("f", &data_type, grain).is_err());
    }
}
