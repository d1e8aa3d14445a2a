//! The documentation of these functions.

use datafusion::logical_expr::{DocSection, Documentation};

use crate::functions::FunctionPage;

/// Name, aliases, syntax, description, example.
type EquivalentPageRow = (
    &'static str,
    &'static [&'static str],
    &'static str,
    &'static str,
    &'static str,
);

const SCALARS: &[EquivalentPageRow] = &[
    (
        "mod",
        &["fmod"],
        "mod(a, b)",
        "The rest of a divided by b, with the sign of a: another way to write a % b. Exact for whole numbers and decimals; an error for b = 0, NaN for doubles.",
        "SELECT mod(-7, 3)",
    ),
    (
        "timezone",
        &[],
        "timezone(zone, time)",
        "The time on the clocks of the zone, or the instant that such a time is: time AT TIME ZONE zone.",
        "SELECT timezone('Europe/Berlin', TIMESTAMPTZ '2026-07-01 10:00:00Z')",
    ),
    (
        "to_hours",
        &[
            "to_microseconds",
            "to_milliseconds",
            "to_seconds",
            "to_minutes",
            "to_days",
            "to_weeks",
            "to_months",
            "to_quarters",
            "to_years",
        ],
        "to_hours(n)",
        "A length of n hours, or of n of another unit: n * INTERVAL '1 hour'.",
        "SELECT TIMESTAMP '2026-05-04 10:30:00' + to_hours(3)",
    ),
    (
        "gen_random_uuid",
        &[],
        "gen_random_uuid()",
        "A random UUID for each row: uuid().",
        "SELECT length(CAST(gen_random_uuid() AS VARCHAR))",
    ),
    (
        "getdate",
        &["sysdate", "statement_timestamp", "transaction_timestamp"],
        "getdate()",
        "The instant at which the statement began: now().",
        "SELECT getdate() = now()",
    ),
    (
        "date_from_parts",
        &["datefromparts"],
        "date_from_parts(year, month, day)",
        "The day of these numbers: make_date(year, month, day).",
        "SELECT date_from_parts(2026, 5, 4)",
    ),
    (
        "prefix",
        &[],
        "prefix(text, part)",
        "True if text begins with part: starts_with(text, part).",
        "SELECT prefix('INC-17', 'INC')",
    ),
    (
        "suffix",
        &[],
        "suffix(text, part)",
        "True if text ends with part: ends_with(text, part).",
        "SELECT suffix('INC-17', '17')",
    ),
    (
        "format_date",
        &["format_datetime"],
        "format_date(pattern, time)",
        "The time as text, the pattern first as in BigQuery: strftime(time, pattern).",
        "SELECT format_date('%Y-%m', DATE '2026-05-04')",
    ),
    (
        "parse_date",
        &["parse_datetime"],
        "parse_date(pattern, text)",
        "The date that a text shows, the pattern first as in BigQuery: CAST(strptime(text, pattern) AS DATE). parse_datetime gives the timestamp.",
        "SELECT parse_date('%d.%m.%Y', '04.05.2026')",
    ),
    (
        "timestamp_diff",
        &["datetime_diff", "timestamp_trunc", "datetime_trunc"],
        "timestamp_diff(end, start, PART)",
        "How many whole parts lie between two times, the part last and without quotes as in BigQuery: date_sub(part, start, end). datetime_diff and date_diff(end, start, PART) count boundaries; timestamp_trunc(time, PART) is date_trunc. WEEK, which begins on Sundays there, is left out.",
        "SELECT timestamp_diff(TIMESTAMP '2026-05-04 12:00:00', TIMESTAMP '2026-05-04 10:30:00', HOUR)",
    ),
    (
        "safe_divide",
        &[],
        "safe_divide(a, b)",
        "a divided by b as a DOUBLE, NULL for b = 0.",
        "SELECT safe_divide(3, 2)",
    ),
    (
        "struct_pack",
        &[],
        "struct_pack(name := value, ..)",
        "A struct of these fields: named_struct('name', value, ..).",
        "SELECT struct_pack(n := 3, team := 'tech')",
    ),
    (
        "list_min",
        &[],
        "list_min(list)",
        "The smallest element: array_min(list).",
        "SELECT list_min([3, 1, 2])",
    ),
    (
        "list_value",
        &[],
        "list_value(a, b, ..)",
        "A list of these values: make_array(a, b, ..), or [a, b].",
        "SELECT list_value(3, 1)",
    ),
    (
        "split",
        &[],
        "split(text, separator)",
        "The parts of a text as a list: string_to_array(text, separator).",
        "SELECT split('a b', ' ')",
    ),
    (
        "regexp_full_match",
        &[],
        "regexp_full_match(text, pattern)",
        "True if the pattern matches the whole text: regexp_like(text, '^(?:pattern)$').",
        "SELECT regexp_full_match('INC-17', '[A-Z]+-[0-9]+')",
    ),
    (
        "jsonb_build_object",
        &["jsonb_build_array"],
        "jsonb_build_object(key, value, ..)",
        "JSON text of an object: json_build_object(key, value, ..).",
        "SELECT jsonb_build_object('n', 3)",
    ),
    (
        "truncate",
        &[],
        "truncate(x, digits)",
        "x without its further digits: trunc(x, digits).",
        "SELECT truncate(1.58, 1)",
    ),
    (
        "greatest_common_divisor",
        &["least_common_multiple"],
        "greatest_common_divisor(a, b)",
        "The largest number that divides both: gcd(a, b); least_common_multiple is lcm(a, b).",
        "SELECT greatest_common_divisor(12, 18)",
    ),
    (
        "zeroifnull",
        &[],
        "zeroifnull(x)",
        "0 where x is NULL, else x: coalesce(x, 0).",
        "SELECT zeroifnull(NULL::BIGINT)",
    ),
    (
        "nullifzero",
        &[],
        "nullifzero(x)",
        "NULL where x is 0, else x: nullif(x, 0).",
        "SELECT 10 / nullifzero(5)",
    ),
    (
        "date",
        &[],
        "date(x)",
        "The day of a timestamp, or the date that a text shows: CAST(x AS DATE).",
        "SELECT date(TIMESTAMP '2026-05-04 10:30:00')",
    ),
    (
        "isoyear",
        &[],
        "isoyear(time)",
        "The year that the ISO week belongs to, in which the last days of December may be the next one's.",
        "SELECT isoyear(DATE '2027-01-01')",
    ),
    (
        "locate",
        &["charindex"],
        "locate(part, whole)",
        "Where part begins in whole, counted in characters from 1; 0 where it is not. strpos takes the two the other way round.",
        "SELECT locate('b', 'abc')",
    ),
    (
        "date_add",
        &["dateadd", "timestampadd"],
        "date_add(part, n, time) or date_add(time, interval)",
        "The time n parts later: a sum with an interval. The part may stand without quotes: second, minute, hour, day, week, month, quarter, year.",
        "SELECT date_add('month', 1, DATE '2026-01-31')",
    ),
    (
        "timestampdiff",
        &[],
        "timestampdiff(part, start, end)",
        "How many whole parts fit between start and end: date_sub(part, start, end).",
        "SELECT timestampdiff(hour, TIMESTAMP '2026-05-04 10:30:00', TIMESTAMP '2026-05-04 12:00:00')",
    ),
];

const AGGREGATES: &[EquivalentPageRow] = &[
    (
        "group_concat",
        &["listagg"],
        "group_concat(text [, separator])",
        "All texts, with the separator between them, a comma when absent: string_agg. NULLs are left out. ORDER BY inside the parentheses, or WITHIN GROUP (ORDER BY ..) behind them, says in which order; without it the order is any.",
        "SELECT group_concat(name, '; ' ORDER BY name) FROM (VALUES ('Bo'), ('Ada')) AS t(name)",
    ),
    (
        "percentile_disc",
        &[],
        "percentile_disc(q) WITHIN GROUP (ORDER BY x)",
        "The first value, in that order, up to which lies at least the share q of the values: quantile_disc(x, q).",
        "SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY x) FROM (VALUES (1), (2), (10)) AS t(x)",
    ),
    (
        "logical_or",
        &["logical_and"],
        "logical_or(condition)",
        "True if the condition holds for any row: bool_or; logical_and is bool_and.",
        "SELECT logical_or(x > 2) FROM (VALUES (1), (3)) AS t(x)",
    ),
    (
        "fsum",
        &["kahan_sum", "sumkahan"],
        "fsum(x)",
        "The sum as a DOUBLE.",
        "SELECT fsum(x) FROM (VALUES (0.1), (0.2)) AS t(x)",
    ),
    (
        "favg",
        &[],
        "favg(x)",
        "The mean of the values as doubles.",
        "SELECT favg(x) FROM (VALUES (1), (2)) AS t(x)",
    ),
    (
        "approx_quantile",
        &[],
        "approx_quantile(x, q)",
        "About the q quantile, in little memory: approx_percentile_cont(x, q).",
        "SELECT approx_quantile(x, 0.5) FROM (VALUES (1), (2), (3)) AS t(x)",
    ),
];

/// Names of the aggregates.
pub(crate) fn aggregate_names() -> impl Iterator<Item = &'static str> {
    AGGREGATES
        .iter()
        .flat_map(|(name, aliases, ..)| std::iter::once(*name).chain(aliases.iter().copied()))
}

/// One page for each function.
pub(crate) fn pages() -> Vec<FunctionPage> {
    let scalars = SCALARS.iter().map(|row| page(row, "scalar"));
    let aggregates = AGGREGATES.iter().map(|row| page(row, "aggregate"));
    scalars.chain(aggregates).collect()
}

fn page(row: &EquivalentPageRow, kind: &'static str) -> FunctionPage {
    let (name, aliases, syntax, meaning, example) = *row;
    let section = DocSection {
        include: true,
        label: "Friendly SQL",
        description: None,
    };
    let documentation = Documentation::builder(section, meaning, syntax)
        .with_sql_example(format!("```sql\n{example}\n```"))
        .build();
    FunctionPage {
        name: name.to_owned(),
        aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
        kind,
        is_own: true,
        documentation: Some(documentation),
    }
}
