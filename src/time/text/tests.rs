use chrono::{DateTime, NaiveDateTime};
use proptest::prelude::*;

use super::*;

fn read_by(pattern: &str, text: &str, family: TimePatternDialect) -> String {
    let pattern = TimePattern::try_new(pattern, family).unwrap();
    match pattern.read(text) {
        Ok(written) => {
            let wall = written.wall().unwrap().to_string();
            match written.offset {
                Some(offset) => format!("{wall} {offset:+}"),
                None => wall,
            }
        }
        Err(misfit) => format!("{misfit:?}"),
    }
}

#[test]
fn spreadsheet_patterns() {
    for (pattern, text, wanted) in [
        ("d/m/yyyy H:MM", "29/2/2016 01:16", "2016-02-29 01:16:00"),
        ("d/m/yyyy H:MM", "1/9/21 01:16", "2021-09-01 01:16:00"),
        (
            "dd.mm.yy hh:mm:ss",
            "05.03.26 14:07:09",
            "2026-03-05 14:07:09",
        ),
        ("dd.mm.yy", "05.03.2026", "2026-03-05 00:00:00"),
        (
            "m/d/yyyy h:mm AM/PM",
            "3/5/2026 2:07 PM",
            "2026-03-05 14:07:00",
        ),
        (
            "yyyy-MM-dd HH:mm:ss.000",
            "2026-03-05 14:07:09.25",
            "2026-03-05 14:07:09.250",
        ),
        (
            "yyyy-MM-ddTHH:mm:ssZ",
            "2026-03-05T14:07:09Z",
            "2026-03-05 14:07:09 +0",
        ),
        (
            "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
            "2026-03-05T14:07:09.5+01:00",
            "2026-03-05 14:07:09.500 +3600",
        ),
        ("d mmm yyyy", "5 Mar 2026", "2026-03-05 00:00:00"),
        (
            "DD/MM/YYYY HH24:MI",
            "5/3/2026 14:07",
            "2026-03-05 14:07:00",
        ),
        ("d/m/yyyy H:MM", "31/2/2016 01:16", "Calendar"),
        ("d/m/yyyy H:MM", "5/3/2016", "Form"),
        ("d/m/yyyy", "5/3/201", "Form"),
        ("d/m/yyyy", "5/3/20261", "Form"),
    ] {
        assert_eq!(
            read_by(pattern, text, TimePatternDialect::Spreadsheet),
            wanted,
            "{pattern}"
        );
    }
}

#[test]
fn percent_codes_and_nonsense() {
    for (pattern, text, wanted) in [
        ("%Y%m%d %H%M", "20260305 1407", "2026-03-05 14:07:00"),
        ("%d/%m/%y", "31/12/69", "2069-12-31 00:00:00"),
        ("%d/%m/%y", "31/12/70", "1970-12-31 00:00:00"),
        (
            "%Y-%m-%dT%H:%M:%S.%f%z",
            "2026-03-05T14:07:09.5-0330",
            "2026-03-05 14:07:09.500 -12600",
        ),
        ("%Y-%j", "2026-060", "2026-03-01 00:00:00"),
        ("%G-W%V-%u", "2026-W10-1", "2026-03-02 00:00:00"),
        (
            "%A %d %B %Y %I:%M%p",
            "Monday 02 March 2026 12:30AM",
            "2026-03-02 00:30:00",
        ),
        ("%A %d %B %Y", "Tuesday 02 March 2026", "Calendar"),
        ("%s", "1772442300", "2026-03-02 09:05:00 +0"),
        (
            "%Y-%m-%d %Z",
            "2026-07-02 Europe/Paris",
            "2026-07-02 00:00:00 +7200",
        ),
        ("%Y-%m-%d %U", "2026-03-02 09", "2026-03-02 00:00:00"),
    ] {
        assert_eq!(
            read_by(pattern, text, TimePatternDialect::Postgres),
            wanted,
            "{pattern}"
        );
    }
    for pattern in ["%Q", "d/m/qqqq", "hallo %", ""] {
        assert!(
            TimePattern::try_new(pattern, TimePatternDialect::Spreadsheet).is_err(),
            "{pattern}"
        );
    }
    assert!(TimePattern::try_new("--", TimePatternDialect::Postgres).is_err());
}

#[test]
fn patterns_that_would_fit() {
    let fitting = |text: &str, family| fitting(text, family).join(" | ");
    for (text, wanted) in [
        ("02/03/2026", "DD/MM/YYYY | MM/DD/YYYY"),
        ("25.12.2021 10:00", "DD.MM.YYYY HH24:MI"),
        ("12-25-21 9:05 PM", "MM-DD-YY HH12:MI AM"),
        ("3 Mar 26", "DD Mon YY"),
        ("soon", ""),
    ] {
        assert_eq!(
            fitting(text, TimePatternDialect::Postgres),
            wanted,
            "{text}"
        );
    }
    assert_eq!(
        fitting("25/12/2021 10:00:01", TimePatternDialect::Spreadsheet),
        "dd/mm/yyyy hh:mm:ss"
    );
}

fn times() -> impl Strategy<Value = NaiveDateTime> {
    // 1970 to 2069, for years of two digits.
    (0..3_155_759_999_i64, 0..1_000_000_u32).prop_map(|(seconds, micros)| {
        let time = DateTime::from_timestamp(seconds, micros * 1_000);
        time.unwrap().naive_utc()
    })
}

/// Forms with a precision of microseconds, and forms with a precision of minutes.
const EXACT: [&str; 9] = [
    "%Y-%m-%d %H:%M:%S%.6f",
    "%Y-%m-%dT%H:%M:%S%.9f",
    "%Y/%m/%d %H:%M:%S%.6f",
    " %Y-%-m-%-d %-H:%M:%S%.6f ",
    "%Y%m%dT%H%M%S%.6f",
    "%d %b %Y %H:%M:%S%.6f",
    "%B %-d, %Y %I:%M:%S%.6f %p",
    "%a, %d %b %Y %H:%M:%S%.6f",
    "%Y.%m.%d %I:%M:%S,%6f %P",
];
const ZONES: [(&str, i64); 7] = [
    ("", 0),
    ("Z", 0),
    (" UTC", 0),
    ("+01", 3_600),
    (" +0530", 19_800),
    ("-03:30", -12_600),
    (" GMT", 0),
];
const PATTERNS: [&str; 12] = [
    "YYYY-MM-DD HH24:MI:SS.US",
    "DD.MM.YY HH24:MI:SS.US",
    "FMMonth FMDD, YYYY HH12:MI:SS.US AM",
    "Dy, DD Mon YYYY HH24:MI:SS.US",
    "YYYYMMDDHH24MISSUS",
    "IYYY-IW-ID SSSSS.US",
    "YYYY-DDD HH24:MI:SS.US",
    "J HH24:MI:SS.US",
    "Day DDth Month YYYY, HH24:MI:SS.FF6",
    "%d/%m/%y %H:%M:%S.%f",
    "%Y%m%d%H%M%S%6f",
    "%A %e %B %Y %I:%M:%S.%f %p",
];

proptest! {
    #[test]
    fn what_is_written_reads_back(time in times(), form in 0..EXACT.len(), zone in 0..ZONES.len()) {
        let (written, offset) = ZONES[zone];
        let text = format!("{}{written}", time.format(EXACT[form]));
        // PMZ is not a half of the day.
        prop_assume!(!(EXACT[form].ends_with(['p', 'P']) && written == "Z"));
        // A form with blanks at its end allows no zone after them.
        prop_assume!(!EXACT[form].ends_with(' ') || written.is_empty());
        let read = read(&text);
        prop_assert!(read.is_ok(), "{text}: {read:?}");
        let read = read.unwrap();
        prop_assert_eq!(read.wall(), Some(time), "{}", text);
        prop_assert_eq!(read.offset, (!written.is_empty()).then_some(offset), "{}", text);
    }

    #[test]
    fn patterns_read_what_they_write(time in times(), pattern in 0..PATTERNS.len()) {
        let compiled = TimePattern::try_new(PATTERNS[pattern], TimePatternDialect::Postgres).unwrap();
        let shown = LocalTimeInZone { wall: time, offset: 0, zone: None };
        let text = compiled.write(&shown).unwrap();
        let read = compiled.read(&text);
        prop_assert!(read.is_ok(), "{} gave {text}: {read:?}", PATTERNS[pattern]);
        prop_assert_eq!(read.unwrap().wall(), Some(time), "{} gave {}", PATTERNS[pattern], text);
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,40}", pattern in "[%YMDHImsdhSfzZAP: /.\"0-9éy]{0,12}") {
        let _ = (read(&text), read_clock(&text), from_epoch(&text));
        for family in [TimePatternDialect::Postgres, TimePatternDialect::Spreadsheet] {
            let _ = fitting(&text, family);
            if let Ok(compiled) = TimePattern::try_new(&pattern, family) {
                let _ = compiled.read(&text);
                let shown = LocalTimeInZone { wall: NaiveDateTime::default(), offset: 0, zone: None };
                let _ = compiled.write(&shown);
            }
        }
    }

    #[test]
    fn digits_and_signs_do_not_panic(text in "[0-9TZ:+./ apmJand-]{0,30}") {
        let _ = (read(&text), read_clock(&text), from_epoch(&text), fitting(&text, TimePatternDialect::Postgres));
    }
}
