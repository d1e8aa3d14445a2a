//! Short texts for counts, durations and statement tags.

use std::time::Duration;

use indicatif::HumanCount;

use super::held::RetainedResult;

/// Number of rows that `\last` would show.
pub(super) fn reach(held: &RetainedResult) -> String {
    if held.rows() < held.seen() {
        format!("the first {}", HumanCount(held.rows() as u64))
    } else {
        "all".to_owned()
    }
}

/// `1,234 rows`.
pub(super) fn count(rows: usize) -> String {
    let plural = if rows == 1 { "" } else { "s" };
    format!("{} row{plural}", HumanCount(rows as u64))
}

/// `34 ms`, `1.23 s`, `2 min 03 s`.
pub(super) fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0 => format!("{} ms", time.as_millis()),
        1..60 => format!("{:.2} s", time.as_secs_f64()),
        long => format!("{} min {:02} s", long / 60, long % 60),
    }
}

/// Leading keywords of a statement without a result: `CREATE TABLE`.
pub(super) fn tag(statement: &str) -> String {
    const KNOWN: [&str; 17] = [
        "ALTER",
        "CREATE",
        "DEALLOCATE",
        "DROP",
        "EXTERNAL",
        "FUNCTION",
        "MATERIALIZED",
        "OR",
        "PREPARE",
        "REPLACE",
        "RESET",
        "SCHEMA",
        "SET",
        "TABLE",
        "TEMPORARY",
        "UNBOUNDED",
        "VIEW",
    ];
    let words = statement.split_whitespace().map(str::to_uppercase);
    let known = words.take_while(|word| KNOWN.contains(&word.as_str()));
    let tag: Vec<String> = known.collect();
    if tag.is_empty() {
        "done".to_owned()
    } else {
        tag.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_at_a_glance() {
        assert_eq!(seconds(Duration::from_micros(34_500)), "34 ms");
        assert_eq!(seconds(Duration::from_millis(1234)), "1.23 s");
        assert_eq!(seconds(Duration::from_secs(123)), "2 min 03 s");
    }

    #[test]
    fn statements_without_a_result_are_called_by_their_first_words() {
        assert_eq!(
            tag("create or replace view v as select 1"),
            "CREATE OR REPLACE VIEW"
        );
        assert_eq!(tag("SET deskql.invalid_values = 'ignore'"), "SET");
        assert_eq!(tag("(select 1)"), "done");
    }
}
