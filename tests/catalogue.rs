//! The KPI catalogue: complete, true on the sample, and the same in SQL and on its page.

use std::collections::BTreeSet;

use assert_cmd::cargo::cargo_bin_cmd;
use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use deskql::internal::catalogue::kpis::{self, ALL};
use deskql::internal::functions::{all_aggregate, is_kpi};
use deskql::{Engine, EngineSettings, Error};

use crate::support::data::{error, rows};

async fn engine() -> Engine {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data").to_owned();
    let settings = EngineSettings {
        data: vec![data],
        ..EngineSettings::default()
    };
    Engine::open(settings).await.unwrap()
}

/// The KPI functions, without their details and without approximate variants.
fn kpi_functions() -> BTreeSet<String> {
    let kpis = all_aggregate().into_iter().filter(|udf| is_kpi(udf));
    let names = kpis.map(|udf| udf.name().to_owned());
    let other = |name: &String| name.ends_with("_detail") || name.starts_with("approx_");
    names.filter(|name| !other(name)).collect()
}

#[test]
fn every_kpi_function_computes_some_kpi_and_every_function_exists() {
    let used: BTreeSet<String> = ALL
        .iter()
        .filter_map(|kpi| kpi.function)
        .map(str::to_owned)
        .collect();
    assert_eq!(used, kpi_functions());
    for kpi in ALL.iter() {
        if let Some(function) = kpi.function {
            let call = format!("{function}(");
            assert!(kpi.expression.starts_with(&call), "{}", kpi.name);
        }
    }
}

#[test]
fn names_are_unique_and_read_well() {
    let names: BTreeSet<&str> = ALL.iter().map(|kpi| kpi.name).collect();
    assert_eq!(names.len(), ALL.len());
    for kpi in ALL.iter() {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        assert!(kpi.name.chars().all(is_plain), "{}", kpi.name);
        assert!(kpi.definition.ends_with('.'), "{}", kpi.name);
        assert!(!kpi.readers.is_empty(), "{}", kpi.name);
        assert!(!kpi.dates.is_empty(), "{}", kpi.name);
        assert!(!kpi.pitfalls.is_empty(), "{}", kpi.name);
        assert!(
            kpi.pitfalls.iter().all(|text| text.ends_with('.')),
            "{}",
            kpi.name
        );
    }
}

#[test]
fn a_kpi_is_found_in_any_case_and_a_slip_is_answered_with_the_nearest() {
    assert_eq!(kpis::find("CSAT", "deskql kpis").unwrap().name, "csat");
    let error = kpis::find("retention_rat", "deskql kpis")
        .unwrap_err()
        .to_string();
    assert_eq!(error, "no KPI retention_rat: did you mean retention_rate?");
    let error = kpis::find("zzz", "deskql kpis").unwrap_err().to_string();
    assert_eq!(error, "no KPI zzz: deskql kpis lists them");
}

#[tokio::test]
async fn every_example_gives_the_value_that_its_page_shows() {
    let engine = engine().await;
    for kpi in ALL.iter() {
        let batches = engine
            .sql(&kpi.example())
            .await
            .unwrap()
            .collect()
            .await
            .unwrap();
        let [batch] = batches.as_slice() else {
            panic!("{}: {} batches", kpi.name, batches.len())
        };
        assert_eq!(
            (batch.num_rows(), batch.num_columns()),
            (1, 1),
            "{}",
            kpi.name
        );
        assert_eq!(batch.schema().field(0).name(), kpi.name);
        let column = batch.column(0);
        assert!(column.is_valid(0), "{} is NULL", kpi.name);
        let value = match column.data_type() {
            DataType::Float64 => format!("{:.2}", column.as_primitive::<Float64Type>().value(0)),
            DataType::Int64 => column.as_primitive::<Int64Type>().value(0).to_string(),
            other => panic!("{}: {other}", kpi.name),
        };
        assert_eq!(value, kpi.sample, "{}: {}", kpi.name, kpi.example());
    }
}

#[test]
fn every_kpi_is_shown_by_a_shipped_query() {
    let library = deskql::QueryLibrary::open(&[]).unwrap();
    let names: BTreeSet<&str> = ALL.iter().map(|kpi| kpi.name).collect();
    let mut wrong = Vec::new();
    for kpi in ALL.iter() {
        match library.find(kpi.query) {
            Ok(query) if query.kpis.iter().any(|name| name == kpi.name) => {}
            Ok(_) => wrong.push(format!("{} does not list {}", kpi.query, kpi.name)),
            Err(error) => wrong.push(format!("{}: {error}", kpi.name)),
        }
    }
    for query in library.all() {
        let strangers = query
            .kpis
            .iter()
            .filter(|kpi| !names.contains(kpi.as_str()));
        wrong.extend(strangers.map(|kpi| format!("{} lists {kpi}", query.name)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `table.column`, or two of them.
#[tokio::test]
async fn attribution_dates_are_columns_of_the_sample() {
    let engine = engine().await;
    let sql = "SELECT concat(table_name, '.', column_name) FROM information_schema.columns \
               WHERE table_schema = 'public'";
    let columns: BTreeSet<String> = rows(&engine, sql).await.into_iter().collect();
    for kpi in ALL.iter() {
        for word in kpi.dates.iter().flat_map(|date| date.split_whitespace()) {
            let is_known = columns.contains(word) || word == "to" || word == "and";
            assert!(is_known, "{}: {word}", kpi.name);
        }
    }
}

#[tokio::test]
async fn the_schema_of_the_engine_cannot_be_changed() {
    let engine = engine().await;
    for sql in [
        "INSERT INTO deskql.kpis VALUES (1)",
        "INSERT INTO deskql.kpis SELECT * FROM deskql.kpis",
        "INSERT INTO datafusion.DESKQL.Kpis SELECT * FROM deskql.kpis",
        "DROP TABLE deskql.kpis",
        "DROP TABLE IF EXISTS deskql.functions",
        "DROP VIEW deskql.kpis",
        "DROP SCHEMA deskql",
        "DROP SCHEMA datafusion.deskql CASCADE",
        "CREATE TABLE deskql.mine AS SELECT 1 AS a",
        "CREATE OR REPLACE TABLE deskql.kpis AS SELECT 1 AS a",
        "CREATE VIEW deskql.mine AS SELECT 1 AS a",
        "CREATE EXTERNAL TABLE deskql.mine STORED AS CSV LOCATION 'x.csv'",
        "UPDATE deskql.kpis SET name = 'x'",
        "DELETE FROM deskql.kpis",
        "TRUNCATE TABLE deskql.kpis",
    ] {
        let error = error(&engine, sql).await;
        let line = "schema deskql is the engine's own and read-only";
        assert!(error.contains(line), "{sql}: {error}");
    }
    let count = rows(&engine, "SELECT count(*) FROM deskql.kpis").await;
    assert_eq!(count, [ALL.len().to_string()]);
}

#[tokio::test]
async fn a_table_of_the_user_may_be_called_as_one_of_the_engine() {
    let engine = engine().await;
    for sql in [
        "CREATE TABLE kpis AS SELECT 1 AS mine",
        "CREATE TABLE deskql AS SELECT 2 AS kpis",
        "INSERT INTO kpis VALUES (3)",
        "CREATE SCHEMA other",
        "CREATE TABLE other.kpis AS SELECT 4 AS mine",
    ] {
        engine.sql(sql).await.unwrap().collect().await.unwrap();
    }
    assert_eq!(rows(&engine, "SELECT sum(mine) FROM kpis").await, ["4"]);
    assert_eq!(rows(&engine, "SELECT deskql.kpis FROM deskql").await, ["2"]);
    assert_eq!(rows(&engine, "SELECT mine FROM other.kpis").await, ["4"]);
    let own = rows(&engine, "SELECT name FROM deskql.kpis WHERE name = 'nps'").await;
    assert_eq!(own, ["nps"]);
    engine
        .sql("DROP TABLE kpis")
        .await
        .unwrap()
        .collect()
        .await
        .unwrap();
    let shown = rows(&engine, "SHOW TABLES").await;
    assert!(
        shown.iter().any(|row| row.contains("other|kpis")),
        "{shown:?}"
    );
    assert!(
        !shown.iter().any(|row| row.contains("public|kpis")),
        "{shown:?}"
    );
}

#[tokio::test]
async fn a_slip_in_the_name_of_a_table_is_answered_with_the_engines_own_too() {
    let Err(Error::Query(error)) = engine().await.sql("SELECT * FROM kpi").await else {
        panic!("there is no such table")
    };
    let text = deskql::internal::sql::explain(&error, None);
    assert!(text.contains("did you mean 'deskql.kpis'?"), "{text}");
}

#[test]
fn the_page_of_kpis_is_fresh() {
    let fresh = cargo_bin_cmd!("deskql")
        .args(["kpis", "--markdown"])
        .output()
        .unwrap();
    let kept = include_str!("../docs/kpis.md").replace("\r\n", "\n");
    assert!(
        String::from_utf8(fresh.stdout).unwrap() == kept,
        "run: cargo run -- kpis --markdown > docs/kpis.md"
    );
}

#[test]
fn the_command_lists_the_kpis_and_explains_one() {
    let run = |args: &[&str]| {
        let output = cargo_bin_cmd!("deskql")
            .arg("kpis")
            .args(args)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let (code, list, _) = run(&[]);
    assert_eq!(code, Some(0));
    assert!(
        ALL.iter()
            .all(|kpi| list.contains(&format!("\n  {} ", kpi.name))),
        "{list}"
    );
    let (code, page, _) = run(&["fcr_no_repeat"]);
    assert_eq!(code, Some(0));
    assert!(
        page.contains("fcr(customer_id, created_at, INTERVAL '7 days')"),
        "{page}"
    );
    let (code, out, error) = run(&["cast"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert_eq!(error, "deskql: no KPI cast: did you mean csat?\n");
}
