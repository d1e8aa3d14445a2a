//! Documentation of `local_time`, `local_date` and `local_trunc`.

use datafusion::logical_expr::Documentation;

use super::local_function::LocalFunctionKind;
use super::section;

pub(super) fn for_function(shown: LocalFunctionKind) -> Documentation {
    let (description, example) = match shown {
        LocalFunctionKind::Time => (
            "What clocks in `zone` show at an instant: a timestamp without a zone, in the unit of the \
             instant. An hour that clocks show twice in autumn is shown twice; \
             `from_local_time` is the way back.",
            "SELECT local_time(TIMESTAMPTZ '2026-03-29 01:30:00Z', 'Europe/Berlin');\n\
             -- 2026-03-29T03:30:00",
        ),
        LocalFunctionKind::Date => (
            "The day on which an instant falls in `zone`, as a DATE. Days on which clocks change have \
             23 or 25 hours, and all of them count as that day.",
            "SELECT local_date(TIMESTAMPTZ '2026-01-01 03:00:00Z', 'America/New_York');\n\
             -- 2025-12-31",
        ),
        LocalFunctionKind::Bucket => (
            "The start of the local hour, day, week, .. that an instant falls into, on clocks of \
             `zone`: a DATE for days and longer, else a timestamp without a zone, so that it groups and \
             prints as people there say it. Buckets follow the clock: a day in which clocks change has \
             23 or 25 hours, and the hour that clocks show twice is one bucket of two hours.",
            "SELECT local_trunc('week', TIMESTAMPTZ '2026-03-30 01:00:00Z', 'America/New_York', 'sunday');\n\
             -- 2026-03-29",
        ),
    };
    let mut builder = Documentation::builder(section(), description, shown.syntax())
        .with_sql_example(format!("```sql\n{example}\n```"));
    if shown == LocalFunctionKind::Bucket {
        builder = builder.with_argument(
            "grain",
            "`'minute'`, `'hour'`, `'day'`, `'week'`, `'month'`, `'quarter'` or `'year'`; a literal.",
        );
    }
    builder = builder
        .with_argument(
            "instant",
            "A timestamp with a time zone, which one does not matter; NULL gives NULL. A timestamp \
             without one is refused: `from_local_time(ts, 'UTC')` says which it is in.",
        )
        .with_argument(
            "zone",
            "An IANA name such as `'America/New_York'`, or an offset such as `'+05:30'`; a literal or a \
             column. NULL gives NULL, an unknown name is an error.",
        );
    if shown == LocalFunctionKind::Bucket {
        builder = builder.with_argument(
            "week_start",
            "The day on which weeks start, `'monday'` when absent; other grains do not ask. A literal.",
        );
    }
    let related = [
        LocalFunctionKind::Time,
        LocalFunctionKind::Date,
        LocalFunctionKind::Bucket,
    ];
    let related = related.into_iter().filter(|other| *other != shown);
    related
        .fold(builder, |builder, other| {
            builder.with_related_udf(other.name())
        })
        .with_related_udf("from_local_time")
        .build()
}
