//! Encodings of text files.

use super::{answer, configured, refusal};
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
