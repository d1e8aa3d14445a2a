//! One damaged place in a file of JSON costs the row that it is in, and is told with its line.

use super::support::{ExportFolder, ReadExport, TICKETS, read};
use crate::support::random::Random;

/// An object as exports have them: texts with brackets, objects and lists in it.
fn object(id: u64) -> String {
    format!(
        "{{\"id\": {id}, \"created_at\": \"2026-01-01\", \"subject\": \"a }} ] , {{ \\\" {id}\", \
         \"via\": {{\"channel\": \"mail\"}}, \"tags\": [{{\"id\": 1, \"name\": \"x\"}}]}}"
    )
}

fn ids(export: &ReadExport) -> Vec<u64> {
    let rows = export.rows(0).into_iter();
    rows.map(|row| row.split('|').next().unwrap().parse().unwrap())
        .collect()
}

/// Files of nine rows, on lines 2 to 10 where there are lines, in every shape.
fn shapes(rows: &[String]) -> [(&'static str, String); 6] {
    let lines = rows.join(",\n");
    [
        ("lines.ndjson", format!("\n{}\n", rows.join("\n"))),
        ("list.json", format!("[\n{lines}\n]\n")),
        ("one.json", format!("[{}]", rows.join(","))),
        (
            "page.json",
            format!("{{\"tickets\": [\n{lines}\n], \"count\": 9}}"),
        ),
        (
            "ahead.json",
            format!("{{\"tickets\": [\n{lines}\n],\"words\": [\"a\"]}}"),
        ),
        ("documents.json", format!("\n{}\n", rows.join("\n\n"))),
    ]
}

/// A way to damage an object.
type Fault = (&'static str, fn(&str) -> String);

fn faults() -> Vec<Fault> {
    vec![
        ("a lost quote", |row| {
            row.replacen("\"subject", "subject", 1)
        }),
        ("a lost quote at an end", |row| {
            row.replacen("mail\"", "mail", 1)
        }),
        ("an added quote", |row| row.replacen("2026", "20\"26", 1)),
        ("a lost end", |row| {
            row.strip_suffix('}').unwrap().to_owned()
        }),
        ("an added end", |row| row.replacen(", \"via", "}, \"via", 1)),
        ("an added begin", |row| row.replacen("\"via", "{\"via", 1)),
        ("a lost bracket", |row| row.replacen("}]}", "}}", 1)),
        ("an added bracket", |row| {
            row.replacen("{\"channel\"", "[{\"channel\"", 1)
        }),
        ("a lost comma", |row| {
            row.replacen("\", \"via", "\" \"via", 1)
        }),
        ("no number", |row| row.replacen("\"id\": ", "\"id\": x", 1)),
        ("a lost colon", |row| row.replacen("\"id\":", "\"id\"", 1)),
    ]
}

/// Behind a quote or a bracket that is lost, the brackets in the text of the next row may end that row and begin another,
/// so that it is lost too, or the end of the list of a page, and then the file is refused with its line.
#[tokio::test]
async fn a_damaged_row_costs_hardly_another_row() {
    let folder = ExportFolder::new();
    let (mut asked, mut exact) = (0, 0);
    for broken in [4_u64, 9] {
        for (fault, damage) in faults() {
            let rows: Vec<String> = (1..10)
                .map(|id| {
                    let whole = object(id);
                    if id == broken { damage(&whole) } else { whole }
                })
                .collect();
            for (name, text) in shapes(&rows) {
                asked += 1;
                let path = folder.write(name, &text);
                let shown = format!("{fault} in row {broken} of {name}");
                let export = match read(&[&path], TICKETS).await {
                    Ok(export) => export,
                    Err(error) => {
                        let error = error.to_string();
                        let may_fail =
                            ["page.json", "ahead.json", "documents.json"].contains(&name);
                        assert!(may_fail && error.contains(", line "), "{shown}: {error}");
                        continue;
                    }
                };
                let (found, total) = (ids(&export), export.total());
                assert_eq!(total.read, total.rejected + found.len() as u64, "{shown}");
                let lost: Vec<u64> = (1..10).filter(|id| !found.contains(id)).collect();
                assert!(
                    found.is_sorted() && lost.contains(&broken),
                    "{shown}: {found:?}"
                );
                assert!(
                    lost.iter().all(|id| (broken..broken + 2).contains(id)),
                    "{shown}: {lost:?}"
                );
                exact += usize::from(lost == [broken] && total.rejected == 1);
                let line = match name {
                    "one.json" => 1,
                    "documents.json" => 2 * broken,
                    _ => broken + 1,
                };
                let reasons = export.reasons();
                let place = format!("(line {line})");
                assert!(reasons[0].ends_with(&place), "{shown}: {reasons:?}");
            }
        }
    }
    assert!(exact * 10 >= asked * 8, "{exact} of {asked}");
}

#[tokio::test]
async fn what_divides_rows_may_be_damaged_too() {
    let folder = ExportFolder::new();
    for (between, expected) in [(" ", 3), ("x", 3), (",,", 3), (",\"x\",", 2), (", [1],", 2)] {
        let text = format!(
            "[{},\n{}{between}{},{}]",
            object(1),
            object(2),
            object(3),
            object(4)
        );
        let path = folder.write("a.json", &text);
        let export = read(&[&path], TICKETS).await.unwrap();
        let rows = ids(&export);
        assert_eq!(rows.len(), expected + 1, "{between}: {rows:?}");
        assert!(
            rows.starts_with(&[1]) && rows.ends_with(&[3, 4]),
            "{between}: {rows:?}"
        );
        let total = export.total();
        assert_eq!(total.read, 4, "{between}");
        assert_eq!(total.rejected, 3 - expected as u64, "{between}");
        // Damage that costs nothing is told all the same.
        let is_told = export
            .outcome
            .notes
            .iter()
            .any(|note| note.contains("a.json, line 2: not JSON"));
        assert_eq!(
            is_told,
            expected == 3,
            "{between}: {:?}",
            export.outcome.notes
        );
    }
}

#[tokio::test]
async fn rows_between_two_damaged_ones_are_found() {
    let folder = ExportFolder::new();
    let mut rows: Vec<String> = (1..10).map(object).collect();
    // The lost end of row 3 and the lost begin of row 6 make one object of four rows.
    rows[2] = rows[2].strip_suffix('}').unwrap().to_owned();
    rows[5] = rows[5].strip_prefix('{').unwrap().to_owned();
    let path = folder.write("a.json", format!("[{}]", rows.join(",\n")));
    let mut found = ids(&read(&[&path], TICKETS).await.unwrap());
    found.sort_unstable();
    assert_eq!(found, [1, 2, 4, 5, 7, 8, 9]);
}

#[tokio::test]
async fn where_nothing_tells_a_row_the_file_is_refused() {
    let folder = ExportFolder::new();
    let nested = |id: u64| {
        format!(
            "{{\"id\": {id}, \"subject\": \"x\", \"merged\": [{{\"id\": 7, \"subject\": \"y\", \"merged\": []}}]}}"
        )
    };
    let lost = |row: &str| {
        row.replacen("\"subject", "subject", 1)
            .replacen("}]}", "}]", 1)
    };
    for (case, text) in [
        (
            "objects in rows look like rows",
            format!("[{},{},{}]", nested(1), lost(&nested(2)), nested(3)),
        ),
        (
            "no row before",
            format!("[{},{},{}]", lost(&object(1)), object(2), object(3)),
        ),
        (
            "rows of one key",
            "[{\"id\": 1}, {\"id\": 2, {\"id\": 3}]".to_owned(),
        ),
        (
            "cut off",
            format!("[{},{},{{\"id\": 3, \"crea", object(1), object(2)),
        ),
        (
            "cut off behind a row",
            format!("[{},{}", object(1), object(2)),
        ),
        (
            "cut off and damaged",
            format!(
                "[{},{},{},{{\"id\": 4",
                object(1),
                lost(&object(2)),
                object(3)
            ),
        ),
    ] {
        let path = folder.write("a.json", &text);
        let error = read(&[&path], TICKETS).await.expect_err(case).to_string();
        assert!(error.contains("a.json, line 1: "), "{case}: {error}");
    }
}

#[tokio::test]
async fn bytes_of_no_character_cost_their_row() {
    let folder = ExportFolder::new();
    let rows: Vec<String> = (1..10).map(object).collect();
    for (name, text) in shapes(&rows) {
        let mut bytes = text.into_bytes();
        let place = bytes
            .windows(5)
            .position(|part| part == b"\" 5\"," || part == b"\" 5\"\n");
        let place = place.unwrap_or_else(|| panic!("{name}"));
        bytes[place + 1] = 0xE9;
        let path = folder.write(name, &bytes);
        let export = read(&[&path], TICKETS).await.unwrap();
        assert_eq!(ids(&export), [1, 2, 3, 4, 6, 7, 8, 9], "{name}");
        let reasons = export.reasons();
        assert!(
            reasons[0].contains("it is not UTF-8"),
            "{name}: {reasons:?}"
        );
        // Letters of another encoding throughout are a mistake of the file.
        let western = bytes.split(|byte| *byte == b'}').collect::<Vec<_>>();
        let path = folder.write(name, western.join(&b"\xE9}"[..]));
        let error = read(&[&path], TICKETS).await.unwrap_err().to_string();
        assert!(
            error.contains("is not UTF-8 (byte 0xE9): say its encoding"),
            "{name}: {error}"
        );
    }
}

#[tokio::test]
async fn a_lost_quote_in_a_large_file_takes_no_memory() {
    let folder = ExportFolder::new();
    let rows: Vec<String> = (1..20_000).map(object).collect();
    let mut text = rows.join(",\n");
    let place = text.find("\"id\": 100,").unwrap();
    text.replace_range(place..=place, "");
    let path = folder.write("a.json", format!("[{text}]"));
    let export = read(&[&path], TICKETS).await.unwrap();
    let total = export.total();
    assert_eq!((total.read, total.rejected), (19_999, 1));
    assert!(!ids(&export).contains(&100));
}

/// One byte anywhere, in every shape: rows are those of the file but for one or its neighbour, or the file is refused.
#[tokio::test]
async fn a_byte_anywhere_costs_little() {
    let mut random = Random::new(11);
    let folder = ExportFolder::new();
    let rows: Vec<String> = (1..10).map(object).collect();
    let bytes = b"\"{}[],:\\x \n\xff";
    for (name, text) in shapes(&rows) {
        for _ in 0..60 {
            let mut damaged = text.clone().into_bytes();
            let place = random.between(0, i64::try_from(damaged.len()).unwrap() - 1);
            let byte = random.between(0, i64::try_from(bytes.len()).unwrap() - 1);
            damaged[usize::try_from(place).unwrap()] = bytes[usize::try_from(byte).unwrap()];
            let path = folder.write(name, &damaged);
            let shown = format!(
                "byte {place} of {name}: {}",
                String::from_utf8_lossy(&damaged)
            );
            let Ok(export) = read(&[&path], TICKETS).await else {
                continue;
            };
            let mut found = ids(&export);
            found.sort_unstable();
            found.dedup();
            assert!(
                found.len() > 6 || name == "ahead.json",
                "{shown}: {found:?}"
            );
            let total = export.total();
            assert!(total.rejected <= 2, "{shown}: {total:?}");
            assert_eq!(
                total.read,
                export.rows(0).len() as u64 + total.rejected,
                "{shown}"
            );
        }
    }
}
