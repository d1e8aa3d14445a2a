//! Keys of `deskql.toml` that only some formats have.

use super::configured;
use super::package::{rows as cells, workbook};
use crate::support::data::{ints, parquet, rows};

/// The error of a section over `name`, with the key on its third line.
async fn refused(name: &str, bytes: impl AsRef<[u8]>, key: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let config = format!("[tables.t]\nlocation = '{name}'\n{key}\n");
    let engine = configured(folder.path(), name, bytes, &config).await;
    let folder = format!("{}/", folder.path().display());
    let error = engine.err()?.to_string();
    assert!(!error.contains('\n'), "one line: {error}");
    Some(error.replace(&folder, ""))
}

#[tokio::test]
async fn keys_without_effect_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("t.parquet");
    parquet(&file, vec![("id", ints(&[1]))]);
    let parquet = std::fs::read(file).unwrap();
    let book = workbook(&[("a", &cells(&[&["id"], &["=1"]]))], "");
    let (csv, json) = (b"id\n1\n".to_vec(), b"{\"id\": 1}\n".to_vec());
    let keys = [
        ("binary", "binary = 'text'"),
        ("csv", "csv = { quote = \"'\" }"),
        ("decimal", "decimal = ','"),
        ("encoding", "encoding = 'utf-8'"),
        ("header", "header = true"),
        ("json", "json = { list = '$' }"),
        ("sheet", "sheet = 'a'"),
        ("skip", "skip = 0"),
        ("sort", "sort = ['id']"),
        ("thousands", "thousands = '.'"),
    ];
    for (name, files, bytes, known) in [
        (
            "t.csv",
            "CSV files",
            &csv,
            "csv decimal encoding header skip sort thousands",
        ),
        ("t.ndjson", "JSON files", &json, "encoding json sort"),
        ("t.parquet", "Parquet files", &parquet, "binary sort"),
        ("t.xlsx", "workbooks", &book, "header sheet skip"),
    ] {
        for (key, written) in keys {
            let error = refused(name, bytes, written).await;
            if known.split(' ').any(|known| known == key) {
                assert_eq!(error, None, "{name}: {written}");
                continue;
            }
            let expected =
                format!("deskql.toml:3: {key} does nothing for {files}: leave it out, it is for ");
            let error = error.unwrap_or_default();
            assert!(error.starts_with(&expected), "{expected}\n{error}");
        }
    }
}

#[tokio::test]
async fn keys_are_placed_in_every_form_of_toml() {
    let section = "null = ['?']\n[tables.t.csv]\nquote = \"'\"";
    let error = refused("t.json", "{}", section).await.unwrap();
    assert!(
        error.starts_with("deskql.toml:4: csv does nothing for JSON files"),
        "{error}"
    );
    let error = refused("t.json", "{}", "csv.quote = \"'\"").await.unwrap();
    assert!(
        error.starts_with("deskql.toml:3: csv does nothing for JSON files"),
        "{error}"
    );
    let both = "header = false\ncsv = { header = false }";
    let error = refused("t.csv", "1\n", both).await.unwrap();
    assert_eq!(
        error,
        "deskql.toml:3: header is said twice: leave it out in csv = { .. }"
    );
}

/// The format of a folder is that of its files.
#[tokio::test]
async fn keys_are_for_the_files_of_a_folder_too() {
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().join("export");
    std::fs::create_dir(&files).unwrap();
    let config = "[tables.t]\nlocation = 'export'\nheader = false\nnull = ['?']\n\
                  csv = { quote = \"'\" }\ncolumns.note = 'column_2'\n";
    std::fs::write(files.join("a.csv"), "1,'x,y'\n?,z\n").unwrap();
    let engine = configured(folder.path(), "other.txt", "", config)
        .await
        .unwrap();
    let sql = "SELECT note, column_1, arrow_typeof(column_1) FROM t ORDER BY note";
    assert_eq!(rows(&engine, sql).await, ["x,y|1|Int64", "z||Int64"]);
    let config = "[tables.t]\nlocation = 'export'\njson = { list = '$' }\n";
    let error = configured(folder.path(), "other.txt", "", config).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("json does nothing for CSV files"), "{error}");
}
