//! Source rows that do not fit: with file, line and reason, as they came; and counts that always add up.

use deskql::internal::ingest::RejectLimit;
use object_store::ObjectStoreExt;
use object_store::memory::InMemory;
use object_store::path::Path;

use super::support::{ExportFolder, TICKETS, read, read_with};

const MAPPING: &str = "
[source]
timezone = \"UTC\"
null = [\"?\"]
[tables.calls]
key = [\"id\"]
[tables.calls.columns]
id = { type = \"int\" }
at = { type = \"timestamp\" }
paid = { type = \"decimal(6,2)\", default = 0 }
late = { true = [\"Ja\"], false = [\"Nein\"] }
kind = { values = { \"A\" = \"alpha\", \"B\" = \"beta\" }, otherwise = \"reject\" }
score = { type = \"int\", min = 0, max = 10, invalid = \"null\" }
day = { type = \"date\", time = \"dd.mm.yyyy\" }
wait = { type = \"duration\", unit = \"minutes\" }
";

const CALLS: &str = "id,at,paid,late,kind,score,day,wait\n\
    1,2026-01-01 00:00:00,12.50,ja,a,11,31.12.2025,1.5\n\
    2,?,,?,,,,\n\
    ,2026-01-01,1,Ja,A,1,,\n\
    4,2026-02-30,1,Ja,A,1,,\n\
    5,01/02/2026,1,Ja,A,1,,\n\
    6,2026-01-01,1.234,Ja,A,1,,\n\
    7,2026-01-01,1,vielleicht,A,1,,\n\
    8,2026-01-01,1,Ja,C,1,,\n\
    9,2026-01-01\n\
    \"10\",\"2026-01-01\",\"1\",\"Ja\",\"x, y\",\"1\",\"\",\"\",more\n\
    eleven,2026-01-01,10000.00,Ja,A,1,1.1.2026,\n\
    12,2026-01-01,1,NEIN,B,0,1.1.2026,2:05\n";

#[tokio::test]
async fn every_reject_has_line_reason_and_text() {
    let folder = ExportFolder::new();
    let path = folder.write("calls.csv", CALLS);
    let mut export = read(&[&path], MAPPING).await.unwrap();
    // 11 is beyond the scale, and invalid = "null"; 1.5 minutes are 90 seconds, 2:05 hours are 7,500.
    let expected = [
        "1|2026-01-01T00:00:00Z|12.50|true|alpha|~|2025-12-31|90",
        "2|~|0.00|~|~|~|~|~",
        "12|2026-01-01T00:00:00Z|1.00|false|beta|0|2026-01-01|7500",
    ];
    assert_eq!(export.rows(0), expected);
    let mut expected = [
        "1 : it has 2 fields, and the header has 8 (line 10)",
        "1 : it has 9 fields, and the header has 8 (line 11)",
        "1 calls.id: a value is required (line 4)",
        "1 calls.id: expected a whole number of 64 bits (line 12)",
        "1 calls.at: it is no time of a calendar and clock (line 5)",
        "1 calls.paid: expected a number of at most 6 digits, 2 of them behind the point (line 7)",
        "1 calls.late: expected true or false (line 8)",
        "1 calls.kind: it is not among the values of the mapping (line 9)",
        "1 calls.at: expected a time (it may be one of two days: give the pattern, 'dd/mm/yyyy' or 'mm/dd/yyyy') (line 6)",
    ];
    expected.sort_unstable();
    assert_eq!(export.reasons(), expected);
    let total = export.total();
    assert_eq!((total.read, total.rejected, total.passed_over), (12, 9, 0));
    let store = InMemory::new();
    let at = Path::from("desk/_rejects/run.ndjson");
    export.outcome.rejects.publish(&store, &at).await.unwrap();
    let bytes = store.get(&at).await.unwrap().bytes().await.unwrap();
    let lines: Vec<serde_json::Value> = bytes
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect();
    assert_eq!(lines.len(), 9);
    let csv: Vec<&str> = CALLS.lines().collect();
    for line in &lines {
        let number = usize::try_from(line["line"].as_u64().unwrap()).unwrap();
        assert_eq!(line["raw"], csv[number - 1], "as it came");
        assert!(line["file"].as_str().unwrap().ends_with("calls.csv"));
    }
    assert_eq!(lines[0]["column"], "calls.id");
    assert_eq!(lines[8]["value"], "eleven");
}

#[tokio::test]
async fn broken_lines_of_json_are_rejects() {
    let folder = ExportFolder::new();
    let object = |id: u32| format!("{{\"id\": {id}, \"created_at\": \"2026-01-01\"}}");
    let text = format!(
        "{}\n{{\"id\": 2,\n\n[3]\n7\n{}\n{{\"id\": 6}} x",
        object(1),
        object(5)
    );
    let path = folder.write("a.ndjson", &text);
    let export = read(&[&path], TICKETS).await.unwrap();
    assert_eq!(
        export.reasons(),
        ["4 : it is no JSON object, or a broken one (line 2)"]
    );
    let lines: Vec<u64> = export.tables[0].iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [1, 6]);
    // The first line may be the broken one.
    let path = folder.write("b.ndjson", format!("{{\"id\"\n{}\n", object(2)));
    assert_eq!(read(&[&path], TICKETS).await.unwrap().total().rejected, 1);
    // A list that ends too early is a broken file.
    let path = folder.write("c.json", format!("[{},\n{}", object(1), object(2)));
    let error = read(&[&path], TICKETS).await.unwrap_err().to_string();
    assert!(
        error.ends_with("c.json, line 2: the file ends within a list: is it whole?"),
        "{error}"
    );
}

#[tokio::test]
async fn a_row_that_gives_several_tables_is_taken_or_rejected_as_a_whole() {
    let mapping = "
[source]
timezone = \"UTC\"
[tables.tickets]
key = [\"id\"]
[tables.tickets.columns]
id = { type = \"int\" }
[tables.surveys]
key = [\"id\", \"kind\"]
only_if = \"score\"
[tables.surveys.columns]
id = { type = \"int\" }
[[tables.surveys.rows]]
kind = { value = \"nps\" }
score = { from = \"nps\", type = \"int\", max = 10 }
[[tables.surveys.rows]]
kind = { value = \"csat\" }
score = { from = \"csat\", type = \"int\", max = 5 }
";
    let folder = ExportFolder::new();
    let path = folder.write("a.csv", "id,nps,csat\n1,9,4\n2,,5\n3,,\n4,9,6\n");
    let export = read(&[&path], mapping).await.unwrap();
    assert_eq!(export.rows(0), ["1", "2", "3"]);
    assert_eq!(export.rows(1), ["1|nps|9", "1|csat|4", "2|csat|5"]);
    assert_eq!(
        export.reasons(),
        ["1 surveys.score: expected a number of at most 5 (line 5)"]
    );
    let total = export.total();
    assert_eq!((total.read, total.rejected), (7, 1));
    // Without the columns of scores there are no surveys, and a file of none of both is a mistake.
    let path = folder.write("b.csv", "id\n1\n");
    assert!(read(&[&path], mapping).await.unwrap().rows(1).is_empty());
    let surveys = &mapping[mapping.find("[tables.surveys]").unwrap()..];
    let error = read(&[&path], surveys).await.unwrap_err().to_string();
    assert!(
        error.contains("none of the columns that would give a row"),
        "{error}"
    );
    let path = folder.write("c.csv", "id,nps,csat\n1,,\n2,3,\n");
    let export = read(&[&path], surveys).await.unwrap();
    assert_eq!((export.total().read, export.total().passed_over), (1, 1));
}

#[tokio::test]
async fn limits_fail_the_run() {
    let folder = ExportFolder::new();
    let path = folder.write("calls.csv", CALLS);
    let limit = |text: &str| Some(RejectLimit::parse(text).unwrap());
    assert!(read_with(&[&path], MAPPING, limit("9")).await.is_ok());
    assert!(read_with(&[&path], MAPPING, limit("75%")).await.is_ok());
    for text in ["8", "74.9%"] {
        let error = read_with(&[&path], MAPPING, limit(text))
            .await
            .unwrap_err()
            .to_string();
        let expected = format!(
            "9 of 12 rows were rejected, more than --max-rejects {text}, and nothing is written"
        );
        assert!(error.contains(&expected), "{error}");
    }
}

#[tokio::test]
async fn files_that_cannot_be_read_fail_the_run_with_a_line() {
    let folder = ExportFolder::new();
    for (name, text, expected) in [
        ("a.csv", "", "is empty: it has no header"),
        (
            "b.csv",
            "number,created at\n1,2026-01-01\n",
            "no column for tickets.id: looked for \"Ticket ID\", \"id\"; it has number, created at",
        ),
        (
            "c.csv",
            "id,created at\n1,\"2026-01-01\n2,x\n",
            "a quote opens on line 2 and is never closed",
        ),
        (
            "d.csv",
            "id,subject\n1,\"a\nb\n2,\"c\"\n3,d\n",
            "a quote opens on line 2 and the next one, on line 4",
        ),
        (
            "e.json",
            "{\"tickets\": [{\"id\": 1}], \"users\": [{\"id\": 1}]}",
            "say which holds the rows, as in json = { list = \"tickets\" }",
        ),
        ("f.csv", "PAR1xxxx", "is a Parquet file, not text"),
        (
            "g.csv",
            "version https://git-lfs.github.com/spec/v1\n",
            "git lfs pull",
        ),
    ] {
        let path = folder.write(name, text);
        let error = read(&[&path], TICKETS).await.unwrap_err().to_string();
        assert!(error.contains(name) && error.contains(expected), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
    let path = folder.write("h.csv", b"id,subject\n1,caf\xe9\n2,\x81\x8d\n");
    let error = read(&[&path], TICKETS).await.unwrap_err().to_string();
    assert!(
        error.contains(
            "line 2 is not UTF-8 (byte 0xE9): say its encoding in [source] of the mapping"
        ),
        "{error}"
    );
}

#[tokio::test]
async fn rows_without_a_key_are_named_by_their_place() {
    let mapping = "
[tables.answers]
key = [\"file\", \"line\"]
[tables.answers.columns]
file = \"@file\"
line = { from = \"@line\", type = \"int\" }
score = { type = \"int\" }
";
    let folder = ExportFolder::new();
    let csv = folder.write("in/a.csv", "score,line\n5,x\n\n5,y\n");
    let json = folder.write("in/b.ndjson", "{\"score\": 5, \"line\": 7}\n");
    let export = read(&[&csv, &json], mapping).await.unwrap();
    assert_eq!(export.rows(0), ["a.csv|2|5", "a.csv|4|5", "b.ndjson|1|5"]);
}
