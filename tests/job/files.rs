//! Formats, modes and partitions of outputs.

use super::{Workshop, below, failure, rows_of};

fn shop(step: &str) -> Workshop {
    Workshop::new(&format!(
        "[job]\ndata = [\"data\"]\n[steps.one]\nsql = \"SELECT team, ticket_id FROM tickets ORDER BY ticket_id\"\n{step}\n"
    ))
}

#[test]
fn every_format_holds_the_same_rows() {
    for (output, format) in [
        ("o.parquet", ""),
        ("o.csv", ""),
        ("o.tsv", ""),
        ("o.ndjson", ""),
        ("o.csv.gz", ""),
        ("o.arrow", ""),
        ("deep/er/o.parquet", "format = \"parquet\""),
        ("folder/", "format = \"ndjson\""),
    ] {
        let shop = shop(&format!("output = \"{output}\"\n{format}"));
        assert_eq!(shop.statuses(&[]), ["one done"], "{output}");
        let rows = rows_of(&shop.path(output), "ticket_id, team");
        assert_eq!(
            rows, "ticket_id,team\n1,a\n2,b\n3,a\n4,a\n5,b\n6,b\n",
            "{output}"
        );
        assert_eq!(shop.statuses(&[]), ["one up_to_date"], "{output}");
    }
}

#[test]
fn options_of_copy_are_those_of_steps() {
    let options = "options = { delimiter = \";\", header = false, force_quote = [\"team\"] }";
    let shop = shop(&format!("output = \"o.csv\"\n{options}"));
    shop.statuses(&[]);
    assert!(shop.read("o.csv").starts_with("\"a\";1\n\"b\";2\n"));
    let (_, said) =
        failure(&self::shop("output = \"o.csv\"\noptions = { delimitr = \";\" }").run(&[]));
    assert!(
        said.contains("step one: ") && said.contains("did you mean delimiter?"),
        "{said}"
    );
}

#[test]
fn a_partitioned_output_is_replaced_as_a_whole() {
    let shop = shop("output = \"out\"\nformat = \"parquet\"\npartition_by = [\"team\"]");
    shop.statuses(&[]);
    assert_eq!(below(&shop.path("out")).len(), 2);
    shop.write("data/tickets.csv", "ticket_id,day,team\n1,2025-11-03,c\n");
    assert_eq!(shop.statuses(&[]), ["one done"]);
    assert_eq!(
        rows_of(&shop.path("out/"), "team, ticket_id"),
        "team,ticket_id\nc,1\n"
    );
    // A file that no step has written: the output is not as it was, and nothing that is no data is removed.
    shop.write("out/notes.txt", "mine");
    let (_, said) = failure(&shop.run(&[]));
    assert!(
        said.contains("notes.txt in it is not a data file"),
        "{said}"
    );
    assert_eq!(shop.read("out/notes.txt"), "mine");
}

#[test]
fn appended_rows_are_not_appended_twice() {
    let shop = shop("output = \"out/\"\nformat = \"parquet\"\nmode = \"append\"");
    assert_eq!(shop.statuses(&[]), ["one done"]);
    assert_eq!(shop.statuses(&[]), ["one up_to_date"]);
    let count = |shop: &Workshop| rows_of(&shop.path("out/"), "count(*) AS n");
    assert_eq!(count(&shop), "n\n6\n");
    // The state of a run that was killed between the end of the append and its own.
    let state = shop.read(".deskql/job-job.state");
    let killed = state.replacen("\"before_append\":null", "\"before_append\":{}", 1);
    assert_ne!(state, killed);
    shop.write(".deskql/job-job.state", &killed);
    assert_eq!(shop.statuses(&[]), ["one up_to_date"]);
    assert_eq!(count(&shop), "n\n6\n");
    // And of one that was killed before.
    std::fs::remove_dir_all(shop.path("out")).unwrap();
    shop.write(".deskql/job-job.state", &killed);
    assert_eq!(shop.statuses(&[]), ["one done"]);
    assert_eq!(count(&shop), "n\n6\n");
    assert_eq!(shop.statuses(&["--force"]), ["one done"]);
    assert_eq!(count(&shop), "n\n12\n");
}

#[test]
fn the_log_has_rows_bytes_seconds_and_memory() {
    let shop = shop("output = \"o.csv\"");
    let log = shop.path("log/../run.log");
    std::fs::create_dir(shop.path("log")).unwrap();
    for _ in 0..2 {
        let output = shop.run(&["--log", log.to_str().unwrap()]);
        assert!(output.status.success() && output.stdout.is_empty());
    }
    let text = shop.read("run.log");
    let records: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(records.len(), 2);
    let done = &records[0];
    assert_eq!(
        (&done["job"], &done["step"]),
        (&"job".into(), &"one".into())
    );
    assert_eq!(
        (&done["status"], &done["attempt"]),
        (&"done".into(), &1.into())
    );
    assert_eq!(done["rows"], 6);
    assert_eq!(done["bytes"], shop.read("o.csv").len());
    assert!(done["seconds"].as_f64().unwrap() > 0.0);
    assert!(done["peak_memory"].as_u64().unwrap() > 0, "{done}");
    assert!(done["time"].as_str().unwrap().ends_with('Z') && done["error"].is_null());
    assert_eq!(
        (&records[1]["status"], &records[1]["rows"]),
        (&"up_to_date".into(), &serde_json::Value::Null)
    );
}
