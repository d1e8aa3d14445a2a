//! Bytes that are text in files of writers that do not mark it.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, FixedSizeBinaryArray};
use deskql::Engine;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::{configured, failure, notes};
use crate::support::data::{ints, open, parquet, rows};

fn bytes(values: &[Option<&[u8]>]) -> ArrayRef {
    Arc::new(BinaryArray::from(values.to_vec()))
}

/// Columns as Impala writes them: `status` and `team` are text, the others are not.
fn write(path: &Path) {
    let key: ArrayRef = Arc::new(
        FixedSizeBinaryArray::try_from_iter([b"abcd", b"efgh", b"ijkl"].into_iter()).unwrap(),
    );
    let columns = vec![
        ("id", ints(&[1, 2, 3])),
        (
            "status",
            bytes(&[Some(b"open"), Some("gelöst".as_bytes()), None]),
        ),
        ("team", bytes(&[Some(b"n/a"), Some(b"EMEA"), Some(b"")])),
        ("packed", bytes(&[Some(b"\0\0\0\x07"), None, None])),
        ("broken", bytes(&[Some(b"ok"), Some(b"caf\xe9"), None])),
        ("empty", bytes(&[None, None, Some(b"")])),
        ("key", key),
    ];
    parquet(path, columns);
}

async fn with(folder: &Path, keys: &str) -> Engine {
    let config = format!("[tables.t]\nlocation = 't.parquet'\n{keys}\n");
    configured(folder, "other.txt", "", &config).await.unwrap()
}

#[tokio::test]
async fn bytes_of_text_are_noted_and_read_as_text_where_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("t.parquet");
    write(&file);
    let engine = open(&[&file]).await.unwrap();
    let note = "t.parquet: bytes that are text in status, team: write status::TEXT, or say binary = \"text\" for the \
                table in deskql.toml";
    assert_eq!(notes(&engine, folder.path()), [note]);
    let sql = "SELECT status::TEXT FROM t WHERE id < 3 ORDER BY id";
    assert_eq!(rows(&engine, sql).await, ["open", "gelöst"]);
    let engine = with(folder.path(), "binary = 'text'\nnull = ['n/a']").await;
    assert!(engine.take_notes().is_empty());
    let sql = "SELECT upper(status), team, arrow_typeof(status) LIKE 'Utf8%' FROM t WHERE status = 'gelöst'";
    assert_eq!(rows(&engine, sql).await, ["GELÖST|EMEA|true"]);
    let sql = "SELECT count(team), count(status), max(encode(key, 'hex')) FROM t";
    assert_eq!(rows(&engine, sql).await, ["2|2|696a6b6c"]);
    for settled in [
        "binary = 'bytes'",
        "columns.status.type = 'text'\ncolumns.team.type = 'text'",
    ] {
        let engine = with(folder.path(), settled).await;
        assert!(engine.take_notes().is_empty(), "{settled}");
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_are_refused_with_their_row() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("t.parquet"));
    let engine = with(folder.path(), "binary = 'text'").await;
    for sql in ["SELECT upper(broken) FROM t", "SELECT broken::TEXT FROM t"] {
        let problem = failure(&engine, sql).await;
        assert!(
            problem.contains("the bytes are not UTF-8 text")
                && problem.contains("636166e9")
                && problem.contains("(t.parquet, row group 1, row 2)")
                && problem.contains("encode(.., 'hex') shows them"),
            "{problem}"
        );
        assert!(!problem.contains("iconv"), "{problem}");
    }
    let lenient = "binary = 'text'\ncolumns.broken = { type = 'text', invalid = 'null' }";
    let engine = with(folder.path(), lenient).await;
    let sql = "SELECT broken FROM t ORDER BY id";
    assert_eq!(rows(&engine, sql).await, ["ok", "", ""]);
}

#[tokio::test]
async fn messages_about_bytes_say_how_they_become_text() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("t.parquet"));
    let engine = with(folder.path(), "").await;
    for call in [
        "nps(status)",
        "date_trunc('day', status)",
        "upper(status)",
        "status::DATE",
        "sum(status)",
    ] {
        let problem = failure(&engine, &format!("SELECT {call} FROM t")).await;
        let advice = "if its bytes are text, write its name with ::TEXT";
        assert!(problem.contains(advice), "{call}: {problem}");
    }
    let problem = failure(&engine, "SELECT decode(status, 'utf8') FROM t").await;
    assert!(
        problem.contains(
            "encode and decode have no 'utf8', but base64, base64pad, hex; bytes become text with ::TEXT"
        ),
        "{problem}"
    );
}

/// DuckDB writes its type JSON so: text to Arrow, but not marked as UTF-8, over which the reader of dictionaries panics.
#[tokio::test]
async fn json_columns_are_grouped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    let message = "message m { OPTIONAL BYTE_ARRAY team (JSON); }";
    let schema = Arc::new(parse_message_type(message).unwrap());
    let file = std::fs::File::create(&path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let values = [r#""a""#, r#""b""#, r#""a""#].map(ByteArray::from);
    let typed = column.typed::<ByteArrayType>();
    typed
        .write_batch(&values, Some(&[1, 1, 0, 1]), None)
        .unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    let engine = open(&[&path]).await.unwrap();
    let sql = "SELECT team, count(*) FROM t GROUP BY team ORDER BY team";
    assert_eq!(rows(&engine, sql).await, [r#""a"|2"#, r#""b"|1"#, "|1"]);
    let sql = r#"SELECT count(*) FROM t WHERE upper(team) = '"A"'"#;
    assert_eq!(rows(&engine, sql).await, ["2"]);
}
