//! Workbooks of spreadsheets.

use super::package::{archive, rows as cells, workbook};
use super::{answer, configured, refusal};
use crate::support::data::{open, rows};

fn tickets() -> String {
    cells(&[
        &["id", "status", "score", "opened", "seen_at", "vip", "code"],
        &["=1", "open", "=4.5", "=46083@1", "=46083.5@2", "?1", "007"],
        &["=2", "closed", "=3", "=46084@1", "", "?0", "=8"],
    ])
}

#[tokio::test]
async fn the_only_sheet_is_a_table_of_the_name_of_the_file() {
    let book = workbook(&[("Sheet1", &tickets()), ("Empty", "<sheetData/>")], "");
    let sql = "SELECT id, status, score, opened, seen_at, vip, code FROM book ORDER BY id";
    let (found, notes) = answer("book.xlsx", &book, sql).await;
    let expected = [
        "1|open|4.5|2026-03-02|2026-03-02T12:00:00|true|007",
        "2|closed|3.0|2026-03-03||false|8",
    ];
    assert_eq!(found, expected);
    assert_eq!(notes, Vec::<String>::new());
    let types =
        "SELECT arrow_typeof(id), arrow_typeof(code), arrow_typeof(opened) FROM book LIMIT 1";
    assert_eq!(
        answer("book.xlsx", &book, types).await.0,
        ["Int64|Utf8|Date32"]
    );
}

#[tokio::test]
async fn several_sheets_are_tables_of_their_names() {
    let surveys = cells(&[&["score"], &["=9"], &["=10"]]);
    let book = workbook(&[("Tickets", &tickets()), ("CSAT 2026", &surveys)], "");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.xlsx");
    std::fs::write(&path, &book).unwrap();
    let engine = open(&[&path]).await.unwrap();
    let sql = "SELECT count(*), (SELECT sum(score) FROM \"CSAT 2026\") FROM tickets";
    assert_eq!(rows(&engine, sql).await, ["2|19"]);
    let from = |suffix: &str| format!("SELECT count(*) AS n FROM '{}{suffix}'", path.display());
    assert_eq!(rows(&engine, &from("")).await, ["2"]);
    assert_eq!(rows(&engine, &from("#csat 2026")).await, ["2"]);
    let problem = crate::support::data::error(&engine, &from("#CSAT")).await;
    assert!(
        problem.contains("no sheet \"CSAT\"; there is Tickets, CSAT 2026"),
        "{problem}"
    );
    let config = "[tables.t]\nlocation = 'book.xlsx'\nsheet = 'CSAT 2026'\n[tables.t.columns]\nanswer = 'score'\n";
    let engine = configured(folder.path(), "book.xlsx", &book, config)
        .await
        .unwrap();
    assert_eq!(rows(&engine, "SELECT min(answer) FROM t").await, ["9"]);
}

#[tokio::test]
async fn days_count_from_1904_where_the_workbook_says_so() {
    let sheet = cells(&[&["day", "took"], &["=44621@1", "=1.5@3"]]);
    let book = workbook(&[("a", &sheet)], "<workbookPr date1904=\"1\"/>");
    let sql = "SELECT day, took, took::INTERVAL > INTERVAL '1 day' FROM book";
    assert_eq!(
        answer("book.xlsx", &book, sql).await.0,
        ["2026-03-02|36:00:00|true"]
    );
}

#[tokio::test]
async fn titles_above_the_header_are_left_out() {
    let sheet = cells(&[
        &["Tickets of March"],
        &[],
        &["id", "status"],
        &["=1", "open"],
        &["=2", "closed"],
    ]);
    let book = workbook(&[("a", &sheet)], "");
    let (found, notes) = answer(
        "book.xlsx",
        &book,
        "SELECT id FROM book WHERE status = 'open'",
    )
    .await;
    assert_eq!(found, ["1"]);
    assert_eq!(
        notes,
        ["book.xlsx, sheet \"a\": its header is row 3 (skip = 2)"]
    );
}

#[tokio::test]
async fn ids_that_a_workbook_rounds_are_refused() {
    let book = |id: &str| {
        let sheet = cells(&[&["name", "id"], &["a", "=1"], &["b", id]]);
        workbook(&[("a", &sheet)], "")
    };
    for id in [
        "=1234567890123456788",
        "=-9007199254740993",
        "=1.2345678901234568E+18",
    ] {
        let found = refusal("book.xlsx", book(id)).await;
        let expected = "book.xlsx: sheet \"a\": cell B3 of column \"id\" is a whole number beyond 2^53, whose last \
                        digits are lost: store the column as text, or say columns.id = { type = \"float\" } for the \
                        table in deskql.toml if they do not matter";
        assert_eq!(found, expected, "{id}");
    }
    let folder = tempfile::tempdir().unwrap();
    for (column, expected) in [
        ("{ type = 'float' }", "1.2345678901234568e18"),
        ("{ type = 'int', invalid = 'null' }", ""),
    ] {
        let config = format!("[tables.t]\nlocation = 'book.xlsx'\ncolumns.id = {column}\n");
        let bytes = book("=1234567890123456788");
        let engine = configured(folder.path(), "book.xlsx", bytes, &config)
            .await
            .unwrap();
        let sql = "SELECT id FROM t WHERE name = 'b'";
        assert_eq!(rows(&engine, sql).await, [expected]);
    }
    // Beyond 64 bits they are no ids, and text keeps all digits.
    for (id, expected) in [
        ("=1E+20", "1e20"),
        ("1234567890123456788", "1234567890123456788"),
        ("=9007199254740991", "9007199254740991"),
    ] {
        let sql = "SELECT id FROM book WHERE name = 'b'";
        assert_eq!(answer("book.xlsx", book(id), sql).await.0, [expected]);
    }
}

#[tokio::test]
async fn sheets_may_have_no_header() {
    let sheet = cells(&[&["Export"], &["=1", "open"], &["=2", "closed"]]);
    let book = workbook(&[("a", &sheet)], "");
    let folder = tempfile::tempdir().unwrap();
    let config = "[tables.t]\nlocation = 'book.xlsx'\nheader = false\nskip = 1\ncolumns.status = 'column_2'\n";
    let engine = configured(folder.path(), "book.xlsx", &book, config)
        .await
        .unwrap();
    let sql = "SELECT column_1, status FROM t ORDER BY 1";
    assert_eq!(rows(&engine, sql).await, ["1|open", "2|closed"]);
    assert!(engine.take_notes().is_empty());
    let config = config.replace("skip = 1", "skip = 9");
    let error = configured(folder.path(), "book.xlsx", &book, &config).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("sheet \"a\": has no rows"), "{error}");
}

#[tokio::test]
async fn errors_in_cells_are_refused_or_null() {
    let sheet = cells(&[&["id", "score"], &["=1", "=4"], &["=2", "!#N/A"]]);
    let book = workbook(&[("a", &sheet)], "");
    let problem = refusal("book.xlsx", &book).await;
    assert!(
        problem.contains("sheet \"a\": cell B3 is #N/A"),
        "{problem}"
    );
    let folder = tempfile::tempdir().unwrap();
    let config = "[tables.t]\nlocation = 'book.xlsx'\ncolumns = { score = { type = 'int', invalid = 'null' } }\n";
    let engine = configured(folder.path(), "book.xlsx", &book, config)
        .await
        .unwrap();
    assert_eq!(
        rows(&engine, "SELECT id, score FROM t ORDER BY id").await,
        ["1|4", "2|"]
    );
}

#[tokio::test]
async fn merged_headers_and_other_files_are_refused() {
    let sheet = cells(&[&["id", "times", ""], &["=1", "=2", "=3"]]);
    let merged = format!("{sheet}<mergeCells count=\"1\"><mergeCell ref=\"B1:C1\"/></mergeCells>");
    let problem = refusal("book.xlsx", workbook(&[("a", &merged)], "")).await;
    assert!(
        problem.contains("the cells B1:C1 of its header are merged"),
        "{problem}"
    );
    let problem = refusal("book.xlsx", "id,status\n").await;
    assert!(problem.contains("is no .xlsx workbook"), "{problem}");
    let problem = refusal("book.xlsx", archive(&[("a.txt", "x")])).await;
    assert!(problem.contains("is a damaged workbook"), "{problem}");
    let mut bomb = workbook(&[("a", &sheet)], "");
    let entry = bomb
        .windows(4)
        .position(|found| found == b"PK\x01\x02")
        .unwrap();
    bomb[entry + 24..entry + 28].copy_from_slice(&u32::MAX.to_le_bytes());
    let problem = refusal("book.xlsx", bomb).await;
    assert!(
        problem.contains("more than 1 GiB of uncompressed cells"),
        "{problem}"
    );
}

/// A flipped bit makes another number of a cell; only the checksum of the sheet shows it.
#[tokio::test]
async fn a_flipped_bit_is_an_error() {
    let sheet = cells(&[&["id", "score"], &["=1", "=4"], &["=2", "=5"]]);
    let whole = workbook(&[("a", &sheet)], "");
    let (found, _) = answer("book.xlsx", &whole, "SELECT sum(score) FROM book").await;
    assert_eq!(found, ["9"]);
    let mut flipped = whole;
    let cell = flipped
        .windows(8)
        .position(|bytes| bytes == b"<v>4</v>")
        .unwrap();
    flipped[cell + 3] = b'6';
    let problem = refusal("book.xlsx", flipped).await;
    assert!(
        problem.contains("sheet0.xml does not have its checksum"),
        "{problem}"
    );
}
