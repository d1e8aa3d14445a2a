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
