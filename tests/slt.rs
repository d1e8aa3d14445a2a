//! Runs every `tests/slt/**/*.slt` under each setting of a matrix that changes how a query is
//! carried out and must not change its answer. Each file is a test: `cargo test slt::kpi::nps`.
//!
//! With `DESKQL_SLT_COMPLETE=1` the files are rewritten with the answers of the first setting: read
//! the difference before you commit it, since a run is no proof of a right answer.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion_sqllogictest::{
    DFColumnType, df_value_validator, read_dir_recursive, value_normalizer,
};
use deskql::{Engine, EngineSettings};
use sqllogictest::{Record, Runner, parse_file, strict_column_validator};

use crate::support::session::Session;

/// A way to carry out queries: a name and the settings that bring it about.
struct Setting {
    name: &'static str,
    set: &'static [(&'static str, &'static str)],
}

const PARTITIONS: &str = "datafusion.execution.target_partitions";
const BATCH: &str = "datafusion.execution.batch_size";
const SKIP_ROWS: &str = "datafusion.execution.skip_partial_aggregation_probe_rows_threshold";
const SKIP_RATIO: &str = "datafusion.execution.skip_partial_aggregation_probe_ratio_threshold";
const SPLIT_SIZE: &str = "datafusion.optimizer.repartition_file_min_size";

const MATRIX: &[Setting] = &[
    Setting {
        name: "1 partition",
        set: &[(PARTITIONS, "1"), (BATCH, "8192")],
    },
    Setting {
        name: "4 partitions",
        set: &[(PARTITIONS, "4"), (BATCH, "8192"), (SPLIT_SIZE, "0")],
    },
    Setting {
        name: "1 partition, batches of 3",
        set: &[(PARTITIONS, "1"), (BATCH, "3")],
    },
    Setting {
        name: "4 partitions, batches of 3",
        set: &[(PARTITIONS, "4"), (BATCH, "3"), (SPLIT_SIZE, "0")],
    },
    Setting {
        name: "4 partitions, batches of 3, partial aggregation skipped",
        set: &[
            (PARTITIONS, "4"),
            (BATCH, "3"),
            (SPLIT_SIZE, "0"),
            (SKIP_ROWS, "0"),
            (SKIP_RATIO, "0.0"),
        ],
    },
];

/// A module for each folder of `tests/slt/`, and in it a test for each file.
macro_rules! slt_files {
    ($($folder:ident: $($file:ident)*;)*) => {
        const LISTED: &[&str] = &[
            $($(concat!(stringify!($folder), "/", stringify!($file), ".slt"),)*)*
        ];
        $(mod $folder {
            $(#[test]
            fn $file() {
                super::check(concat!(stringify!($folder), "/", stringify!($file), ".slt"));
            })*
        })*
    };
}

slt_files! {
    business: functions;
    correctness: changed_rows dependent_joins derived_keys exists_rows frames_of_nulls grouping_sets
        in_subqueries lead_lag materialized_ctes
        moving_aggregates outer_values range_offsets repeated_keys truth_tests;
    engine: cast_names catalogue conditions_over_totals distinct_sums fixed_lengths
        grouping_ordinals inserted_types join_keys lengths list_indexes lists named_windows
        not_in_unknown numbers operator_strength patterns quantified_comparison repeat_contacts
        repeated_names rows series_bounds set_operations settings show_functions sorted_aggregates
        times_of_units unnest_keys using_and_natural;
    friendly: asof_join date_parts_of_types dates end_of_time fields forms functions json lateral_aliases names pivot refusals
        select summarize times_as_text
        values;
    kpi: active_customers backlog ces churn csat durations fcr nps rates revenue workload;
}

#[test]
fn every_file_is_listed() {
    let files = read_dir_recursive(folder()).unwrap().into_iter();
    let mut found: Vec<PathBuf> = files
        .filter(|path| path.extension().is_some_and(|ending| ending == "slt"))
        .map(|path| path.strip_prefix(folder()).unwrap().to_path_buf())
        .collect();
    found.sort();
    let listed: Vec<PathBuf> = LISTED.iter().map(PathBuf::from).collect();
    assert_eq!(found, listed, "the list of tests/slt.rs");
}

/// Runs one file, given relative to `tests/slt/`, under every setting.
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn check(name: &str) {
    let file = folder().join(name);
    if std::env::var_os("DESKQL_SLT_COMPLETE").is_some() {
        complete(&file).await;
        return;
    }
    let mut failures = Vec::new();
    for setting in MATRIX {
        failures.extend(run(&file, setting).await);
    }
    assert!(
        failures.is_empty(),
        "{} failures\n\n{}",
        failures.len(),
        failures.join("\n\n")
    );
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/slt")
}

/// Runs one file under one setting and gives a message for each record that fails.
async fn run(file: &Path, setting: &Setting) -> Vec<String> {
    let session = open(file, setting).await;
    let mut runner = Runner::new(|| async { Ok(session.clone()) });
    runner.with_column_validator(strict_column_validator);
    runner.with_normalizer(value_normalizer);
    runner.with_validator(df_value_validator);
    let records: Vec<Record<DFColumnType>> = match parse_file(file) {
        Ok(records) => records,
        Err(error) => return vec![error.to_string()],
    };
    let mut failures = Vec::new();
    for record in records {
        if matches!(record, Record::Halt { .. }) {
            break;
        }
        if let Err(error) = runner.run_async(record).await {
            failures.push(format!("[{}] {}", setting.name, error.display(false)));
        }
    }
    failures
}

/// Rewrites the file with what the engine answers under the first setting.
async fn complete(file: &Path) {
    let session = open(file, &MATRIX[0]).await;
    let mut runner = Runner::new(|| async { Ok(session.clone()) });
    runner
        .update_test_file(
            file,
            " ",
            df_value_validator,
            value_normalizer,
            strict_column_validator,
        )
        .await
        .unwrap();
}

/// A fresh engine; files under `tests/slt/sample_data/` see the tables of `sample-data/`, and those
/// beside a `deskql.toml` see what it declares.
async fn open(file: &Path, setting: &Setting) -> Session {
    let sample_data = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data");
    let mut settings = EngineSettings::default();
    if file.starts_with(folder().join("sample_data")) {
        settings.data = vec![sample_data.to_string_lossy().into_owned()];
    }
    settings.config = Some(file.with_file_name("deskql.toml")).filter(|path| path.is_file());
    let engine = Engine::open(settings).await.unwrap();
    let session = Session::new(Arc::new(engine));
    for (key, value) in setting.set {
        session
            .execute(&format!("SET {key} = '{value}'"))
            .await
            .unwrap();
    }
    session
}
