//! Patterns on random times, compared with `PostgreSQL` and DuckDB.

use chrono::{DateTime, NaiveDateTime};
use deskql::Engine;
use serde_json::Value;

use crate::support::answers::{Rows, duckdb, leave_out, rows as rows_of};
use crate::support::data::open;
use crate::support::postgres;
use crate::support::random::Random;

/// Elements of `PostgreSQL`'s patterns, put together at random.
const ELEMENTS: [&str; 46] = [
    "YYYY", "YYY", "YY", "Y", "Y,YYY", "IYYY", "IYY", "IY", "I", "MM", "Mon", "MON", "mon",
    "Month", "FMMonth", "MONTH", "DD", "FMDD", "DDth", "FMDDTH", "DDD", "D", "ID", "IDDD", "Day",
    "FMDay", "Dy", "dy", "HH24", "HH12", "HH", "MI", "SS", "SSSS", "MS", "US", "FF3", "AM", "pm",
    "a.m.", "Q", "W", "WW", "IW", "CC", "J",
];
const BETWEEN: [&str; 6] = ["-", "/", " ", ":", ", ", "."];

/// Percent codes that DuckDB has too.
const CODES: [&str; 21] = [
    "%Y", "%y", "%m", "%-m", "%b", "%B", "%d", "%-d", "%H", "%-H", "%I", "%M", "%S", "%f", "%p",
    "%j", "%a", "%A", "%V", "%u", "%%",
];

/// Patterns that say a whole time, to read.
const WHOLE: [(&str, &str); 7] = [
    ("YYYY-MM-DD HH24:MI:SS", "%Y-%m-%d %H:%M:%S"),
    ("DD/MM/YYYY HH24:MI", "%d/%m/%Y %H:%M"),
    ("MM/DD/YY HH12:MI AM", "%m/%d/%y %I:%M %p"),
    ("DD Mon YYYY", "%d %b %Y"),
    ("FMMonth DD, YYYY", "%B %d, %Y"),
    ("YYYYMMDDHH24MISS", "%Y%m%d%H%M%S"),
    ("YYYY-MM-DD HH24:MI:SS.US", "%Y-%m-%d %H:%M:%S.%f"),
];

fn how_many() -> usize {
    let wanted = std::env::var("DESKQL_PATTERNS").ok();
    wanted.and_then(|count| count.parse().ok()).unwrap_or(300)
}

fn random_time(random: &mut Random) -> NaiveDateTime {
    // 1970 to 2068: years of two digits are the same for all.
    let seconds = random.between(0, 3_124_223_999);
    let micros = u32::try_from(random.between(0, 999_999)).unwrap();
    DateTime::from_timestamp(seconds, micros * 1_000)
        .unwrap()
        .naive_utc()
}

fn random_pattern(random: &mut Random, elements: &[&str]) -> String {
    let mut pattern = random.pick(elements).to_owned();
    for _ in 0..random.between(0, 4) {
        pattern.push_str(random.pick(&BETWEEN));
        pattern.push_str(random.pick(elements));
    }
    pattern
}

async fn ours(engine: &Engine, query: &str) -> Result<Rows, String> {
    let frame = engine.sql(query).await.map_err(|error| error.to_string())?;
    let batches = frame.collect().await.map_err(|error| error.to_string())?;
    Ok(batches.iter().flat_map(rows_of).collect())
}

/// Times without a fraction, which one engine writes and another omits.
fn alike(rows: &Rows) -> Vec<String> {
    let cell = |value: &Value| match value {
        Value::String(text) => match text.split_once('.') {
            Some((whole, fraction)) if text.contains('T') => {
                format!("{whole}.{}", fraction.trim_end_matches('0'))
            }
            _ => text.clone(),
        },
        other => other.to_string(),
    };
    rows.iter()
        .flatten()
        .map(cell)
        .map(|text| text.trim_end_matches('.').to_owned())
        .collect()
}

async fn compare(queries: &[(String, String)], theirs: Vec<Result<Rows, String>>) {
    let engine = open(&[]).await.unwrap();
    let mut differences = Vec::new();
    for ((query, asked), answer) in queries.iter().zip(theirs) {
        let answer = answer.unwrap_or_else(|error| panic!("{asked}: {error}"));
        let own = ours(&engine, query).await;
        let is_same = own.as_ref().is_ok_and(|own| alike(own) == alike(&answer));
        if !is_same {
            differences.push(format!("{query} gave {own:?}, not {answer:?}"));
        }
    }
    differences.truncate(10);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[tokio::test]
async fn postgres_patterns() {
    let mut random = Random::new(13);
    let mut queries = Vec::new();
    for _ in 0..how_many() {
        let time = random_time(&mut random);
        let pattern = random_pattern(&mut random, &ELEMENTS);
        let query = format!("SELECT to_char(TIMESTAMP '{time}', '{pattern}')");
        queries.push((query.clone(), query));
        let (pattern, codes) = WHOLE[usize::try_from(random.between(0, 6)).unwrap()];
        // chrono has nine digits for %f.
        let text = time.format(&codes.replace("%f", "%6f")).to_string();
        let own = format!("SELECT to_timestamp('{text}', '{pattern}')");
        queries.push((own.clone(), format!("{own}::TIMESTAMP")));
    }
    let asked: Vec<&str> = queries.iter().map(|(_, asked)| asked.as_str()).collect();
    match postgres::postgres(&[], &asked) {
        Ok(theirs) => compare(&queries, theirs).await,
        Err(reason) => postgres::leave_out(&reason),
    }
}

#[tokio::test]
async fn percent_codes() {
    let mut random = Random::new(17);
    let mut queries = Vec::new();
    for _ in 0..how_many() {
        let time = random_time(&mut random);
        let pattern = random_pattern(&mut random, &CODES);
        let query = format!("SELECT strftime(TIMESTAMP '{time}', '{pattern}')");
        queries.push((query.clone(), query));
        let (_, codes) = WHOLE[usize::try_from(random.between(0, 6)).unwrap()];
        let text = time.format(&codes.replace("%f", "%6f")).to_string();
        let query = format!("SELECT strptime('{text}', '{codes}')");
        queries.push((query.clone(), query));
    }
    let asked: Vec<&str> = queries.iter().map(|(_, asked)| asked.as_str()).collect();
    match duckdb(&[], &asked) {
        Ok(theirs) => compare(&queries, theirs).await,
        Err(reason) => leave_out(&reason),
    }
}
