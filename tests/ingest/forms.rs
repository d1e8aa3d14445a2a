//! The same three tickets in every form that exports have.

use std::fs::File;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Int64Array, ListBuilder, RecordBatch, StringArray, StringBuilder, StructArray,
    TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::parquet::arrow::ArrowWriter;

use crate::exports::package::{archive, rows as cells, workbook};

use super::support::{ExportFolder, ROWS, TICKETS, read};

const CSV: &str = "Ticket ID,Created at,Updated at,Subject,Via Channel,Tags,Tags,Score\n\
    1,2026-03-02 09:05:30,2026-03-03,\"Can't, \"\"log\"\" in\",mail,a,b,5\n\
    2,2026-03-03T00:30:00+01:00,,\"line\nbreak\",chat,,,\n\
    \n\
    3,2026-03-31 22:00:00Z,2026-04-01 00:00:00.25,Größe,MAIL,c,,1.0\n";

pub(super) const OBJECTS: [&str; 3] = [
    r#"{"id": 1, "created_at": 1772442330, "updated_at": "2026-03-03", "subject": "Can't, \"log\" in", "via": {"channel": "mail", "source": {}}, "tags": ["a", "b"], "score": 5}"#,
    r#"{"id": "2", "created_at": "2026-03-03T00:30:00+01:00", "updated_at": null, "subject": "line\nbreak", "via": {"channel": "chat"}, "tags": []}"#,
    r#"{"id": 3, "created_at": "2026-03-31T22:00:00Z", "updated_at": "2026-04-01 00:00:00.25", "subject": "Gr\u00f6\u00dfe", "via": {"channel": "mail"}, "tags": ["c"], "score": 1}"#,
];

/// Reads one file and compares its rows, of which the lines are `lines`.
async fn check(name: &str, bytes: impl AsRef<[u8]>, lines: [u64; 3]) {
    let folder = ExportFolder::new();
    let path = folder.write(name, bytes);
    let export = read(&[&path], TICKETS)
        .await
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(export.rows(0), ROWS, "{name}");
    let found: Vec<u64> = export.tables[0].iter().map(|(line, _)| *line).collect();
    assert_eq!(found, lines, "{name}");
    assert_eq!(
        (export.total().read, export.total().rejected),
        (3, 0),
        "{name}"
    );
}

/// Output of a program for `bytes`; `None` if there is no such program.
fn piped(program: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut child = Command::new(program)
        .arg("-c")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(bytes).ok()?;
    Some(child.wait_with_output().ok()?.stdout)
}

#[tokio::test]
async fn delimited_text() {
    let lines = [2, 3, 6];
    check("a.csv", CSV, lines).await;
    check(
        "b.csv",
        format!(
            "\u{feff}{}",
            CSV.replace('\n', "\r\n").replace("line\r\n", "line\n")
        ),
        lines,
    )
    .await;
    check(
        "c.txt",
        CSV.replace(',', ";").replace("Can't;", "Can't,"),
        lines,
    )
    .await;
    check(
        "d.tsv",
        CSV.replace(',', "\t").replace("Can't\t", "Can't,"),
        lines,
    )
    .await;
    let western: Vec<u8> = CSV.chars().map(|c| u8::try_from(c).unwrap()).collect();
    check("e.csv", western, lines).await;
    let wide: Vec<u8> = std::iter::once(0xFEFF)
        .chain(CSV.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    check("f.csv", wide, lines).await;
    let folder = ExportFolder::new();
    let path = folder.write("g.csv", format!("Export of tickets\n\n{CSV}"));
    let skipping = TICKETS.replace("timezone", "skip = 2\ntimezone");
    let export = read(&[&path], &skipping).await.unwrap();
    assert_eq!(export.rows(0), ROWS);
    assert_eq!(export.tables[0][2].0, 8);
}

#[tokio::test]
async fn json_of_every_shape() {
    check("a.ndjson", OBJECTS.join("\n"), [1, 2, 3]).await;
    check("b.json", OBJECTS.join("\n\n"), [1, 3, 5]).await;
    check(
        "c.json",
        format!("[\n{}\n]", OBJECTS.join(",\n")),
        [2, 3, 4],
    )
    .await;
    let page = |objects: &[&str]| {
        format!(
            "{{\"tickets\": [{}], \"next_page\": null, \"count\": 9}}",
            objects.join(",")
        )
    };
    let pages = format!("{}\n{}", page(&OBJECTS[..2]), page(&OBJECTS[2..]));
    check("d.json", &pages, [1, 1, 2]).await;
    check("e.jsonl", &pages, [1, 1, 2]).await;
    let spread = OBJECTS.map(|object| object.replace(", \"", ",\n \""));
    check("f.json", spread.join("\n"), [1, 10, 16]).await;
    check("noending", format!(" [{}]", OBJECTS.join(",")), [1, 1, 1]).await;
}

#[tokio::test]
async fn compressed_files_by_ending_or_by_magic_number() {
    let Some(gz) = piped("gzip", CSV.as_bytes()) else {
        return;
    };
    check("a.csv.gz", &gz, [2, 3, 6]).await;
    check("b.csv", &gz, [2, 3, 6]).await;
    // Two members in one file, as of appended exports.
    let (head, tail) = CSV.split_at(40);
    let mut two = piped("gzip", head.as_bytes()).unwrap();
    two.extend(piped("gzip", tail.as_bytes()).unwrap());
    check("c.csv.gz", two, [2, 3, 6]).await;
    // A browser has unpacked it and kept the name.
    check("d.csv.gz", CSV, [2, 3, 6]).await;
    if let Some(zst) = piped("zstd", OBJECTS.join("\n").as_bytes()) {
        check("e.ndjson.zst", zst, [1, 2, 3]).await;
    }
}

#[tokio::test]
async fn folders_globs_and_a_file_that_is_named_twice() {
    let folder = ExportFolder::new();
    let file = |object: &str| format!("{object}\n");
    folder.write("2026/b.ndjson", file(OBJECTS[1]));
    folder.write("2026/a.json", file(OBJECTS[0]));
    folder.write("z.jsonl", file(OBJECTS[2]));
    folder.write("README.md", "not data");
    folder.write("_rejects/old.ndjson", "{}");
    let all = read(&[folder.path()], TICKETS).await.unwrap();
    assert_eq!(all.rows(0), ROWS);
    let again = [
        folder.path().join("**/*.json*"),
        folder.path().join("2026/a.json"),
        folder.path().join("2026"),
    ];
    let again: Vec<&std::path::Path> = again.iter().map(std::path::PathBuf::as_path).collect();
    let files = read(&again, TICKETS).await.unwrap();
    let mut rows = files.rows(0);
    rows.sort_unstable();
    assert_eq!(rows, ROWS);
    assert_eq!(files.outcome.files.len(), 3);
    let none = read(&[&folder.path().join("*.csv")], TICKETS)
        .await
        .unwrap_err();
    assert!(none.to_string().contains("no data file there"), "{none}");
}

/// The tickets as a file with types has them.
fn typed_tickets() -> RecordBatch {
    let mut tags = ListBuilder::new(StringBuilder::new());
    for list in [&["a", "b"][..], &[], &["c"]] {
        for tag in list {
            tags.values().append_value(tag);
        }
        tags.append(true);
    }
    let channel: ArrayRef = Arc::new(StringArray::from(vec!["mail", "chat", "mail"]));
    let via = StructArray::from(vec![(
        Arc::new(Field::new("channel", DataType::Utf8, true)),
        channel,
    )]);
    let seconds = |value: i64| value * 1_000_000;
    let created = vec![
        seconds(1_772_442_330),
        seconds(1_772_494_200),
        seconds(1_774_994_400),
    ];
    let updated = vec![
        Some(seconds(1_772_496_000)),
        None,
        Some(seconds(1_775_001_600) + 250_000),
    ];
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from(vec![1, 2, 3]))),
        (
            "created_at",
            Arc::new(TimestampMicrosecondArray::from(created).with_timezone("UTC")),
        ),
        (
            "updated_at",
            Arc::new(TimestampMicrosecondArray::from(updated)),
        ),
        (
            "subject",
            Arc::new(StringArray::from(vec![
                "Can't, \"log\" in",
                "line\nbreak",
                "Größe",
            ])),
        ),
        ("via", Arc::new(via)),
        ("tags", Arc::new(tags.finish())),
        (
            "score",
            Arc::new(Int64Array::from(vec![Some(5), None, Some(1)])),
        ),
    ];
    RecordBatch::try_from_iter_with_nullable(
        columns
            .into_iter()
            .map(|(name, column)| (name, column, true)),
    )
    .unwrap()
}

#[tokio::test]
async fn parquet_with_lists_and_structs() {
    let batch = typed_tickets();
    let folder = ExportFolder::new();
    let path = folder.path().join("a.parquet");
    let mut writer =
        ArrowWriter::try_new(File::create(&path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let export = read(&[&path], TICKETS).await.unwrap();
    assert_eq!(export.rows(0), ROWS);
    // Times of typed files need no form.
    let patterns = TICKETS.replace("[\"iso\", \"epoch\"]", "\"d/m/yyyy H:MM\"");
    assert_eq!(read(&[&path], &patterns).await.unwrap().rows(0), ROWS);
    let cut = std::fs::read(&path).unwrap();
    let path = folder.write("b.parquet", &cut[..cut.len() - 30]);
    let error = read(&[&path], TICKETS).await.unwrap_err().to_string();
    assert!(
        error.ends_with("is no Parquet file, or a damaged one: is it whole?"),
        "{error}"
    );
}

#[cfg(feature = "excel")]
#[tokio::test]
async fn sheets_of_workbooks() {
    // Days since 1899-12-30: 46083 is 2026-03-02, and 46112 the 31st.
    let sheet = cells(&[
        &["Tickets of March"],
        &[],
        &[
            "Ticket ID",
            "Created at",
            "Updated at",
            "Subject",
            "Via Channel",
            "Tags",
            "Score",
        ],
        &[
            "=1",
            "2026-03-02 09:05:30",
            "=46084@1",
            "Can't, &quot;log&quot; in",
            "mail",
            "a, b",
            "=5",
        ],
        &[
            "=2",
            "2026-03-03T00:30:00+01:00",
            "",
            "line&#10;break",
            "chat",
        ],
        &[
            "=3",
            "2026-03-31 22:00:00",
            "2026-04-01 00:00:00.25",
            "Größe",
            "mail",
            "c",
            "=1",
        ],
    ]);
    let book = workbook(&[("Notes", "<sheetData/>"), ("March", &sheet)], "");
    check("a.xlsx", &book, [4, 5, 6]).await;
    let named = TICKETS.replace("timezone", "sheet = \"march\"\ntimezone");
    let folder = ExportFolder::new();
    let path = folder.write("a.xlsx", &book);
    assert_eq!(read(&[&path], &named).await.unwrap().rows(0), ROWS);
    let wrong = read(&[&path], &named.replace("march", "April"))
        .await
        .unwrap_err();
    assert!(wrong.to_string().contains("no sheet \"April\""), "{wrong}");
    let bad = cells(&[
        &["id", "created at", "score"],
        &["=1", "=46083@1", "!#N/A"],
        &["=2", "=46083.5@2", "=2.5"],
    ]);
    let path = folder.write("b.xlsx", workbook(&[("S", &bad)], ""));
    let export = read(&[&path], TICKETS).await.unwrap();
    let expected = [
        "1 tickets.score: cell C2 is #N/A (line 2)",
        "1 tickets.score: expected a whole number of 64 bits (line 3)",
    ];
    assert_eq!(export.reasons(), expected);
}

#[cfg(feature = "excel")]
#[tokio::test]
async fn members_of_zip_archives() {
    let folder = ExportFolder::new();
    let csv = "id,created at\n1,2026-03-02 09:05:30\n";
    let json = "[{\"id\": 2, \"created_at\": \"2026-03-02\"}]";
    let bytes = archive(&[
        ("export/2.json", json),
        ("export/1.csv", csv),
        ("__MACOSX/export/1.csv", "x"),
        ("LICENSE", "x"),
    ]);
    let path = folder.write("all.zip", &bytes);
    let export = read(&[&path], TICKETS).await.unwrap();
    let ids: Vec<&str> = export
        .rows(0)
        .iter()
        .map(|row| row.split('|').next().unwrap())
        .collect();
    assert_eq!(ids, ["1", "2"]);
    assert!(
        export.outcome.files[0]
            .label
            .ends_with("all.zip/export/1.csv")
    );
    let path = folder.write("cut.zip", &bytes[..bytes.len() / 2]);
    let error = read(&[&path], TICKETS).await.unwrap_err().to_string();
    assert!(
        error.contains("cut.zip: is no zip archive, or a damaged one"),
        "{error}"
    );
}

/// A directory that names fewer members, or other ones, would leave rows out without a word.
#[cfg(feature = "excel")]
#[tokio::test]
async fn a_zip_archive_never_loses_a_member() {
    let folder = ExportFolder::new();
    let csv = "id,created at\n1,2026-03-02 09:05:30\n";
    let bytes = archive(&[("a.csv", csv), ("b.csv", csv)]);
    let end = bytes.len() - 22;
    // Both numbers of members in the record at the end, and the size of the directory without its last entry.
    let mut fewer = bytes.clone();
    let directory = u32::from_le_bytes(bytes[end + 12..end + 16].try_into().unwrap());
    fewer[end + 8] = 1;
    fewer[end + 10] = 1;
    fewer[end + 12..end + 16].copy_from_slice(&(directory / 2).to_le_bytes());
    // The last letter of the name in the directory.
    let mut renamed = bytes.clone();
    let name = bytes.windows(5).rposition(|part| part == b"b.csv").unwrap();
    renamed[name + 4] = b'w';
    for (name, damaged) in [("fewer.zip", fewer), ("renamed.zip", renamed)] {
        let path = folder.write(name, &damaged);
        let error = read(&[&path], TICKETS).await.unwrap_err().to_string();
        assert!(error.contains("damaged"), "{name}: {error}");
    }
}
