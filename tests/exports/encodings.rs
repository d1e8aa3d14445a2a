//! Encodings of text files.

use super::{answer, configured, failure, refusal};
use crate::support::data::rows;

fn utf16(text: &str, is_big: bool) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units
        .flat_map(|unit| {
            if is_big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        })
        .collect()
}

#[tokio::test]
async fn a_byte_order_mark_says_the_encoding() {
    let text = "id\tsubject\r\n1\tÄrger 🙂\r\n2\tok\r\n";
    for is_big in [false, true] {
        let sql = "SELECT subject FROM t ORDER BY id";
        let (rows, notes) = answer("t.tsv", utf16(text, is_big), sql).await;
        assert_eq!(rows, ["Ärger 🙂", "ok"]);
        assert_eq!(notes, Vec::<String>::new());
    }
}

#[tokio::test]
async fn western_text_is_read_with_a_note_and_other_text_refused() {
    let western = b"id,subject\n1,caf\xe9 \x96 closed\n2,plain\n";
    let (rows, notes) = answer("t.csv", western, "SELECT subject FROM t ORDER BY id").await;
    assert_eq!(rows, ["café – closed", "plain"]);
    assert!(notes[0].contains("read as windows-1252"), "{notes:?}");
    // Cyrillic in windows-1251.
    let problem = refusal("t.csv", b"id,subject\n1,\xc7\xe0\xff\xe2\xea\xe0\n").await;
    assert!(
        problem.starts_with("t.csv: line 2 is not UTF-8 (byte 0xC7)"),
        "{problem}"
    );
    assert!(problem.contains("encoding = \"windows-1252\""), "{problem}");
}

#[tokio::test]
async fn keys_name_encodings() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = b"id;subject\n1;\xc7\xe0\xff\xe2\xea\xe0\n";
    let config = "[tables.t]\nlocation = 't.csv'\nencoding = 'windows-1251'\n";
    let engine = configured(folder.path(), "t.csv", bytes, config)
        .await
        .unwrap();
    assert_eq!(rows(&engine, "SELECT subject FROM t").await, ["Заявка"]);
    let config = config.replace("windows-1251", "ebcdic");
    let error = configured(folder.path(), "t.csv", bytes, &config)
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("unknown encoding \"ebcdic\""),
        "{error}"
    );
}

#[tokio::test]
async fn json_may_be_of_other_encodings_too() {
    let lines = "{\"id\":1,\"subject\":\"Ärger 🙂\"}\r\n{\"id\":2,\"subject\":\"ok\"}\r\n";
    let list = format!("[{}]", lines.trim_end().replace("\r\n", ",\r\n"));
    let sql = "SELECT subject FROM t ORDER BY id";
    for (name, text) in [("t.ndjson", lines), ("t.json", lines), ("t.json", &list)] {
        for is_big in [false, true] {
            let (rows, notes) = answer(name, utf16(text, is_big), sql).await;
            assert_eq!(rows, ["Ärger 🙂", "ok"], "{name}");
            assert_eq!(notes, Vec::<String>::new());
        }
        // With a mark it is read as it is.
        let marked = format!("\u{feff}{text}");
        assert_eq!(answer(name, marked, sql).await.0, ["Ärger 🙂", "ok"]);
    }
    let western = b"{\"id\":1,\n\"subject\":\"caf\xe9\"}\n";
    for name in ["t.ndjson", "t.json"] {
        let (rows, notes) = answer(name, western, sql).await;
        assert_eq!(rows, ["café"], "{name}");
        let [note] = notes.as_slice() else {
            panic!("{notes:?}")
        };
        assert!(note.contains("read as windows-1252"), "{note}");
    }
    // Cyrillic in windows-1251.
    let cyrillic = b"{\"id\":1,\n\"subject\":\"\xc7\xe0\xff\xe2\xea\xe0\"}\n";
    let problem = refusal("t.ndjson", cyrillic).await;
    let expected = "t.ndjson, line 2: the text is not UTF-8: say its encoding for the table in deskql.toml, as encoding = \
                    \"windows-1252\"";
    assert_eq!(problem, expected);
    let config = "[tables.t]\nlocation = 't.ndjson'\nencoding = 'windows-1252'\n";
    let folder = tempfile::tempdir().unwrap();
    let engine = configured(folder.path(), "t.ndjson", western, config)
        .await
        .unwrap();
    assert_eq!(rows(&engine, "SELECT subject FROM t").await, ["café"]);
}

/// Half a character at the end, and a value that a function cannot take.
#[tokio::test]
async fn lines_are_told_in_decoded_json() {
    let mut bytes = utf16("{\"due\":\"2026-01-01\"}\n{\"due\":\"soon\"}\n", false);
    let folder = tempfile::tempdir().unwrap();
    let config = "[tables.t]\nlocation = 't.json'\n";
    let engine = configured(folder.path(), "t.json", &bytes, config)
        .await
        .unwrap();
    let problem = failure(&engine, "SELECT max(due::DATE) FROM t").await;
    assert!(
        problem.contains("'soon'") && problem.contains("t.json, line 2"),
        "{problem}"
    );
    bytes.push(b'{');
    let problem = refusal("t.json", &bytes).await;
    assert!(
        problem.starts_with("t.json: line 3 is not in the encoding of the file"),
        "{problem}"
    );
}
