//! Delimiters, headers, titles and decimal commas.

use super::{answer, configured, refusal};
use crate::support::data::rows;

#[tokio::test]
async fn delimiters_are_told_from_the_first_lines() {
    let files = [
        (
            "id;status;score\n1;open;4,5\n2;closed;3,0\n",
            "its delimiter is \";\"",
        ),
        (
            "id|status|score\n1|open|4.5\n2|closed|3.0\n",
            "its delimiter is \"|\"",
        ),
        (
            "id\tstatus\tscore\n1\topen\t4.5\n2\tclosed\t3.0\n",
            "its delimiter is \"\\t\"",
        ),
        (
            "\u{feff}id;status;score\r\n1;open;4,5\r\n2;closed;3,0\r\n\r\n\r\n",
            "its delimiter is",
        ),
    ];
    for (text, note) in files {
        let sql = "SELECT sum(id), count(*) FILTER (WHERE status = 'open'), sum(score) FROM t";
        let (rows, notes) = answer("t.csv", text, sql).await;
        assert_eq!(rows, ["3|1|7.5"], "{text:?}");
        assert!(notes.len() == 1 && notes[0].contains(note), "{notes:?}");
    }
}

#[tokio::test]
async fn what_is_certain_has_no_note() {
    for text in [
        "sep=;\r\nid;status\r\n1;open\r\n",
        "id,status\n1,open\n",
        "id,status\n1,\"open; or not\"\n",
    ] {
        let (rows, notes) =
            answer("t.csv", text, "SELECT id FROM t WHERE status LIKE 'open%'").await;
        assert_eq!(
            (rows, notes),
            (vec!["1".to_owned()], Vec::new()),
            "{text:?}"
        );
    }
}

#[tokio::test]
async fn one_column_stays_one() {
    let sql = "SELECT count(*), max(note) FROM t";
    for text in ["note\na\nb;c\n", "note\n\"x, y\"\nb\n", "note\na|b\nc\n"] {
        let (rows, _) = answer("t.csv", text, sql).await;
        assert!(rows[0].starts_with("2|"), "{text:?}: {rows:?}");
    }
}

#[tokio::test]
async fn headers_without_distinct_names_are_completed() {
    let text = "key,labels,labels,severity\nA-1,vip,eu,high\nA-2,,,low\n";
    let sql = "SELECT labels, labels_1 FROM t WHERE severity = 'high'";
    let (rows, notes) = answer("t.csv", text, sql).await;
    assert_eq!(rows, ["vip|eu"]);
    assert_eq!(
        notes,
        ["t.csv: repeated column names are numbered: labels_1"]
    );
    let text = ",id,status,,\n0,11,open,,\n1,12,closed,,\n";
    let (rows, _) = answer(
        "t.csv",
        text,
        "SELECT column_1, id, column_5 FROM t ORDER BY id",
    )
    .await;
    assert_eq!(rows, ["0|11|", "1|12|"]);
}

#[tokio::test]
async fn titles_above_the_header_are_left_out() {
    let text = "\"Ticket list\"\n\"as of 2026-03-05\"\n\nid,status\n1,open\n2,closed\n";
    let (rows, notes) = answer(
        "t.csv",
        text,
        "SELECT count(*) FROM t WHERE status = 'open'",
    )
    .await;
    assert_eq!(rows, ["1"]);
    assert_eq!(notes, ["t.csv: its header is line 4 (skip = 3)"]);
    // All words: the first line may be the header of a file whose rows are too long.
    let problem = refusal("t.csv", "Report\nname,city\nana,Rome\nben,Oslo\n").await;
    assert!(
        problem.starts_with("t.csv: line 2 has 2 fields and the header 1"),
        "{problem}"
    );
    assert!(problem.contains("skip = 1"), "{problem}");
}

#[tokio::test]
async fn keys_say_what_cannot_be_told() {
    let folder = tempfile::tempdir().unwrap();
    let text = "Report of A, B\nall\nid;amount;name\n1;1.234,50;x,y\n2;-7;z\n";
    let config = "[tables.t]\nlocation = 't.csv'\nskip = 2\ncsv = { delimiter = ';' }\ndecimal = ','\nthousands = '.'\n";
    let engine = configured(folder.path(), "t.csv", text, config)
        .await
        .unwrap();
    assert_eq!(
        rows(&engine, "SELECT sum(amount), max(name) FROM t").await,
        ["1227.5|z"]
    );
    assert!(engine.take_notes().is_empty());
    let config = "[tables.t]\nlocation = 't.csv'\nskip = 2\ndecimal = ','\nthousands = '.'\n\
                  columns = { amount = { type = 'decimal(10,2)' } }\n";
    let engine = configured(folder.path(), "t.csv", text, config)
        .await
        .unwrap();
    assert_eq!(
        rows(&engine, "SELECT sum(amount) FROM t").await,
        ["1227.50"]
    );
}

#[tokio::test]
async fn commas_of_thousands_are_not_taken_for_decimals() {
    let text = "id;amount\n1;1,234\n2;5\n";
    let (rows, notes) = answer("t.csv", text, "SELECT amount FROM t ORDER BY id").await;
    assert_eq!(rows, ["1,234", "5"]);
    assert!(
        notes[0].contains("numbers such as 1,234 in amount stay text"),
        "{notes:?}"
    );
}

#[tokio::test]
async fn rows_of_other_lengths_have_their_line() {
    let problem = refusal("t.csv", "id,note\n1,\"a\nb\"\n\n2,x,y\n").await;
    assert!(
        problem.starts_with("t.csv: line 5 has 3 fields and the header 2"),
        "{problem}"
    );
    let problem = refusal("t.csv", "id,note\n1,a\n2\n").await;
    assert!(
        problem.starts_with("t.csv: line 3 has 1 field and the header 2"),
        "{problem}"
    );
}

#[tokio::test]
async fn dates_have_patterns_in_the_config() {
    let folder = tempfile::tempdir().unwrap();
    let text = "id,day,seen\n1,05-Mar-26,5.3.2026 9:05\n2,,\n";
    let config = "[tables.t]\nlocation = 't.csv'\n[tables.t.columns]\n\
                  day = { time = 'dd-mmm-yy', type = 'date' }\n\
                  seen = { time = 'd.m.yyyy H:MM', type = 'timestamp' }\n";
    let engine = configured(folder.path(), "t.csv", text, config)
        .await
        .unwrap();
    let sql = "SELECT day, seen, arrow_typeof(day) FROM t ORDER BY id";
    assert_eq!(
        rows(&engine, sql).await,
        ["2026-03-05|2026-03-05T09:05:00|Date32", "||Date32"]
    );
    for (key, problem) in [
        ("type = 'strng'", "\"strng\" is not a type: use int, float"),
        (
            "time = 'dd', type = 'int'",
            "use date, timestamp or timestamptz",
        ),
    ] {
        let config =
            format!("[tables.t]\nlocation = 't.csv'\n[tables.t.columns]\nday = {{ {key} }}\n");
        let error = configured(folder.path(), "t.csv", text, &config)
            .await
            .unwrap_err();
        assert!(error.to_string().contains(problem), "{error}");
    }
}
