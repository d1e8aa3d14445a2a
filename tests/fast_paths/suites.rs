//! The questions of each fast path, with its switch on and off, and how many of them took it.

use std::collections::BTreeSet;

use deskql::{Engine, EngineSettings};

use super::{
    case_ranges, dense_aggregation, dense_joins, dictionary_expressions, distinct_bitmaps,
    distinct_on_by_row_number, fixed_lengths, normalized_sorts, range_aggregation, range_joins,
    repeat_contacts, shared_quantiles, utc_dates, window_partitions, window_totals,
};
use crate::support::data;
use crate::support::random::Random;

/// A question that fails both ways says nothing of the path: so many of a hundred may.
const MOST_FAILURES: usize = 12;

/// A test for each fast path: `name: setting, least percent of questions that take the path`.
macro_rules! suites {
    ($($name:ident: $setting:literal, $least:literal;)*) => {
        const SETTINGS: &[&str] = &[$($setting),*];

        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let folder = tempfile::tempdir().unwrap();
            let engine = $name::desk(folder.path()).await;
            on_and_off(&engine, $setting, $least, $name::question).await;
        })*
    };
}

suites! {
    case_ranges: "deskql.case_ranges", 45;
    dense_aggregation: "deskql.dense_aggregation", 55;
    dense_joins: "deskql.dense_joins", 40;
    dictionary_expressions: "deskql.dictionary_expressions", 40;
    distinct_bitmaps: "deskql.distinct_bitmaps", 60;
    distinct_on_by_row_number: "deskql.distinct_on_by_row_number", 80;
    fixed_lengths: "deskql.fixed_lengths", 60;
    normalized_sorts: "deskql.normalized_sorts", 70;
    range_aggregation: "deskql.range_aggregation", 40;
    range_joins: "deskql.range_joins", 60;
    repeat_contacts: "deskql.repeat_contacts", 60;
    shared_quantiles: "deskql.shared_quantiles", 45;
    utc_dates: "deskql.utc_dates", 80;
    window_partitions: "deskql.window_partitions", 60;
    window_totals: "deskql.window_totals", 40;
}

#[tokio::test]
async fn every_fast_path_has_a_suite() {
    let engine = Engine::open(EngineSettings::default()).await.unwrap();
    let listed = data::rows(&engine, "SELECT setting FROM deskql.fast_paths").await;
    let listed: BTreeSet<String> = listed.into_iter().collect();
    assert_eq!(listed, SETTINGS.iter().map(ToString::to_string).collect());
}

/// Holds the answers to random questions equal.
#[expect(
    clippy::print_stdout,
    reason = "the numbers are shown with a suite that fails"
)]
async fn on_and_off(
    engine: &Engine,
    setting: &str,
    least: usize,
    question: fn(&mut Random) -> String,
) {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let mut random = Random::new(number("DESKQL_SEED").unwrap_or(17));
    let count = number("DESKQL_DIFFERENTIAL").unwrap_or(150);
    let questions: Vec<String> = (0..count).map(|_| question(&mut random)).collect();
    let compared = super::hold_equal(engine, setting, &questions).await;
    println!("{setting}: {compared:?}");
    assert!(
        compared.taken * 100 >= compared.asked * least,
        "{compared:?}"
    );
    assert!(
        compared.failed * 100 <= compared.asked * MOST_FAILURES,
        "{compared:?}"
    );
}
