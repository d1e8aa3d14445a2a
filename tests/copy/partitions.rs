//! `PARTITION_BY`: folders of values.

use super::{files, refused, run};

#[test]
fn every_value_has_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "SELECT * FROM (VALUES ('a/b', 1), ('c=d e', 2), ('100%', 3), (NULL, 4), ('Zürich', 5)) AS t(k, v)";
    for format in ["csv", "json", "parquet", "arrow"] {
        let target = format!("{format}/out");
        run(
            folder.path(),
            &format!("COPY ({rows}) TO '{target}' (FORMAT {format}, PARTITION_BY (k))"),
        );
        let written = files(&folder.path().join(&target));
        let expected = [
            "k=100%25",
            "k=Zürich",
            "k=__HIVE_DEFAULT_PARTITION__",
            "k=a%2Fb",
            "k=c%3Dd%20e",
        ];
        let expected = expected.map(|name| format!("{name}/*.{format}"));
        assert_eq!(written, expected);
        let sum = run(
            folder.path(),
            &format!("SELECT sum(v) AS s FROM '{target}/'"),
        );
        assert_eq!(sum, "s\n15\n", "{format}");
    }
}

#[test]
fn types_of_all_kinds_name_folders() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "SELECT 7 AS v, DATE '2026-01-31' AS d, true AS b, 1.50::DECIMAL(5, 2) AS n, \
                TIMESTAMP '2026-01-31 09:30:00' AS t";
    run(
        folder.path(),
        &format!("COPY ({rows}) TO 'out' (FORMAT csv, PARTITION_BY (d, b, n, t))"),
    );
    assert_eq!(
        files(&folder.path().join("out")),
        ["d=2026-01-31/b=true/n=1.50/t=2026-01-31T09%3A30%3A00/*.csv"]
    );
    let kept = "COPY (SELECT 1 AS v, 2 AS k) TO 'kept' (FORMAT csv, PARTITION_BY k, WRITE_PARTITION_COLUMNS)";
    run(folder.path(), kept);
    let path = std::fs::read_dir(folder.path().join("kept/k=2"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    assert_eq!(std::fs::read_to_string(path).unwrap(), "v,k\n1,2\n");
    let said = refused(
        folder.path(),
        "COPY (SELECT 1 AS v, [1] AS k) TO 'no' (FORMAT csv, PARTITION_BY (k))",
    );
    assert!(
        said.contains("PARTITION_BY k: takes texts, numbers"),
        "{said}"
    );
    assert!(!folder.path().join("no").exists());
}

#[test]
fn many_rows_in_many_partitions_are_all_there() {
    let folder = tempfile::tempdir().unwrap();
    run(
        folder.path(),
        "COPY (SELECT value AS v, value % 300 AS k FROM generate_series(1, 60000)) \
         TO 'out' (FORMAT parquet, PARTITION_BY (k))",
    );
    assert_eq!(files(&folder.path().join("out")).len(), 300);
    let sum = run(
        folder.path(),
        "SELECT count(*) AS n, sum(v) AS s, count(DISTINCT k) AS k, count_if(v % 300 = k) AS right FROM 'out/'",
    );
    assert_eq!(sum, "n,s,k,right\n60000,1800030000,300,60000\n");
}

#[test]
fn columns_in_files_and_in_names_of_folders_are_one() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "SELECT i AS v, i % 2 AS k FROM generate_series(1, 4) AS g(i)";
    for format in ["parquet", "json"] {
        run(
            folder.path(),
            &format!(
                "COPY ({rows}) TO '{format}' (FORMAT {format}, PARTITION_BY k, WRITE_PARTITION_COLUMNS)"
            ),
        );
        let sql = format!("SELECT k, sum(v) AS s FROM '{format}/' GROUP BY k ORDER BY k");
        assert_eq!(run(folder.path(), &sql), "k,s\n0,6\n1,4\n", "{format}");
    }
}

#[test]
fn the_text_that_names_rows_without_a_value_is_a_text() {
    let folder = tempfile::tempdir().unwrap();
    let rows =
        "SELECT * FROM (VALUES (1, '__HIVE_DEFAULT_PARTITION__'), (2, NULL), (3, 'x')) AS t(v, k)";
    run(
        folder.path(),
        &format!("COPY ({rows}) TO 'out' (FORMAT csv, PARTITION_BY (k))"),
    );
    let sql = "SELECT v, k IS NULL AS missing, length(k) AS n FROM 'out/' ORDER BY v";
    assert_eq!(
        run(folder.path(), sql),
        "v,missing,n\n1,false,26\n2,true,\n3,false,1\n"
    );
    assert_eq!(
        run(folder.path(), "SELECT v FROM 'out/' WHERE k IS NULL"),
        "v\n2\n"
    );
}

#[test]
fn partitions_are_overwritten_by_ones_like_them() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "SELECT i AS id, i % 2 AS p, 7 AS q FROM generate_series(1, 4) AS g(i)";
    let copy = |rows: &str, options: &str| {
        format!("COPY ({rows}) TO 'x' (FORMAT {options}) OVERWRITE_PARTITIONS")
    };
    run(
        folder.path(),
        &format!("COPY ({rows}) TO 'x' (FORMAT parquet, PARTITION_BY (p))"),
    );
    for (sql, said) in [
        (
            copy(rows, "parquet, PARTITION_BY (p, q)"),
            "would partition by p, q",
        ),
        (
            copy(rows, "csv, PARTITION_BY (p)"),
            "would write .csv files beside",
        ),
        (
            copy(
                "SELECT 'z' AS id, 1 AS p, 7 AS q",
                "parquet, PARTITION_BY (p)",
            ),
            "id is BIGINT there and VARCHAR here",
        ),
    ] {
        let refused = refused(folder.path(), &sql);
        assert!(
            refused.contains("OVERWRITE_PARTITIONS") && refused.contains(said),
            "{refused}"
        );
    }
    run(
        folder.path(),
        &copy(
            "SELECT 9 AS id, 1 AS p, 8 AS q",
            "parquet, PARTITION_BY (p)",
        ),
    );
    assert_eq!(
        run(folder.path(), "SELECT id FROM 'x/' ORDER BY id"),
        "id\n2\n4\n9\n"
    );
}

#[test]
fn appending_side_by_side_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let many = "SELECT i AS id, i % 300 AS p FROM generate_series(1, 600) AS g(i)";
    run(
        folder.path(),
        &format!("COPY ({many}) TO 'ap' (FORMAT csv, PARTITION_BY (p))"),
    );
    std::thread::scope(|threads| {
        for id in [1001, 1002, 1003, 1004] {
            let folder = folder.path();
            let sql = format!(
                "COPY (SELECT {id} AS id, 1 AS p) TO 'ap' (FORMAT csv, PARTITION_BY (p)) APPEND"
            );
            threads.spawn(move || run(folder, &sql));
        }
    });
    assert_eq!(
        run(
            folder.path(),
            "SELECT count(*) AS n, count(*) FILTER (WHERE id > 1000) AS new FROM 'ap/'"
        ),
        "n,new\n604,4\n"
    );
}

#[test]
fn a_query_without_rows_leaves_a_folder_with_its_columns() {
    let folder = tempfile::tempdir().unwrap();
    let none = "SELECT 1 AS v, 'x' AS k WHERE false";
    for format in ["parquet", "csv", "arrow"] {
        for (place, options) in [("plain", ""), ("parts", ", PARTITION_BY (k)")] {
            let place = format!("{format}_{place}");
            let sql = format!("COPY ({none}) TO '{place}/' (FORMAT {format}{options})");
            run(folder.path(), &sql);
            let read = run(folder.path(), &format!("SELECT v, k FROM '{place}/'"));
            assert_eq!(read, "v,k\n", "{place}");
            assert_eq!(files(&folder.path().join(&place)).len(), 1, "{place}");
        }
    }
    // Rows that are put beside it later are all there are.
    let rows = "COPY (SELECT 7 AS v, 'a' AS k) TO 'parquet_parts/' (FORMAT parquet, PARTITION_BY (k), APPEND)";
    run(folder.path(), rows);
    let read = run(folder.path(), "SELECT v, k FROM 'parquet_parts/'");
    assert_eq!(read, "v,k\n7,a\n");
    // Rows of NULL that are there stay.
    let null = "COPY (SELECT 8 AS v, CAST(NULL AS VARCHAR) AS k) TO 'nulls/' (FORMAT parquet, PARTITION_BY (k))";
    run(folder.path(), null);
    for mode in ["OVERWRITE_PARTITIONS", "APPEND"] {
        let sql = format!("COPY ({none}) TO 'nulls/' (FORMAT parquet, PARTITION_BY (k), {mode})");
        run(folder.path(), &sql);
        assert_eq!(run(folder.path(), "SELECT v FROM 'nulls/'"), "v\n8\n");
        assert_eq!(files(&folder.path().join("nulls")).len(), 1);
    }
    run(
        folder.path(),
        &format!("COPY ({none}) TO 'json/' (FORMAT json)"),
    );
    assert!(files(&folder.path().join("json")).is_empty());
}
