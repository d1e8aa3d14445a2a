use super::*;

fn problem(text: &str) -> String {
    let text = text.trim_start();
    IngestMapping::preset("m.toml", text)
        .unwrap_err()
        .to_string()
}

const TICKETS: &str = "
[tables.tickets]
key = [\"ticket_id\"]
version = \"updated_at\"
partition_by = \"created_at\"
sort = [\"created_at\", \"ticket_id desc\"]
[tables.tickets.columns]
ticket_id = { from = [\"Id\", \"ticket.id\"], type = \"int\" }
created_at = { from = \"Created\", type = \"timestamp\", timezone = \"Europe/Paris\" }
updated_at = { from = \"Updated\", type = \"timestamp\" }
subject = \"Subject\"
";

#[test]
fn columns_keep_the_order_of_the_file() {
    let mapping = IngestMapping::preset("m.toml", TICKETS).unwrap();
    let table = &mapping.tables[0];
    let names: Vec<&str> = table
        .schema
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .collect();
    assert_eq!(names, ["ticket_id", "created_at", "updated_at", "subject"]);
    assert_eq!(
        (table.key.as_slice(), table.version, table.partition_by),
        (&[0][..], Some(2), Some(1))
    );
    assert_eq!(table.sort, [(1, false), (0, true)]);
    let names: Vec<&str> = mapping
        .names
        .iter()
        .map(|name| name.text.as_str())
        .collect();
    assert_eq!(names, ["Id", "ticket.id", "Created", "Updated", "Subject"]);
}

#[test]
fn rows_share_the_columns_of_their_table() {
    let text = "
[tables.surveys]
key = [\"ticket_id\", \"kind\"]
only_if = \"score\"
[tables.surveys.columns]
ticket_id = { from = \"id\", type = \"int\" }
[[tables.surveys.rows]]
kind = { value = \"csat\" }
score = { from = \"csat\", type = \"int\", min = 1, max = 5 }
[[tables.surveys.rows]]
kind = { value = \"nps\" }
score = { from = \"nps\", type = \"int\", min = 0, max = 10 }
comment = \"why\"
";
    let mapping = IngestMapping::preset("m.toml", text).unwrap();
    let table = &mapping.tables[0];
    assert_eq!(table.rows.len(), 2);
    assert_eq!(table.schema.fields().len(), 4);
    assert_eq!(table.only_if, [2]);
    assert!(table.rows[0].columns[3].is_none() && table.rows[1].columns[3].is_some());
}

#[test]
fn what_is_wrong_has_its_line() {
    let with = |from: &str, to: &str| problem(&TICKETS.replace(from, to));
    for (said, expected) in [
        (problem("x = 1"), "m.toml:1: unknown key \"x\""),
        (problem("[tables]"), "m.toml:1: the mapping has no table"),
        (
            with("key = [\"ticket_id\"]", "key = [\"id\"]"),
            "m.toml:2: the table has no column \"id\"",
        ),
        (
            with("key = [\"ticket_id\"]", "key = []"),
            "m.toml:2: table \"tickets\": key is empty",
        ),
        (
            with("\"int\"", "\"intt\""),
            "m.toml:7: column \"ticket_id\": \"intt\" is not a type",
        ),
        (
            with("Europe/Paris", "Europe/Pari"),
            "m.toml:8: column \"created_at\": unknown time zone",
        ),
        (
            with(
                "partition_by = \"created_at\"",
                "partition_by = \"subject\"",
            ),
            "m.toml:4: partition_by needs",
        ),
        (
            with("ticket_id desc", "ticket_id down"),
            "m.toml:5: \"ticket_id down\" is not a sort key",
        ),
        (
            with("\"Subject\"\n", "{ from = \"S\", min = 1 }\n"),
            "m.toml:10: column \"subject\": min and max does nothing",
        ),
        (
            with("\"Subject\"\n", "{ from = \"\" }\n"),
            "m.toml:10: column \"subject\": from has an empty name",
        ),
        (
            with("\"Subject\"\n", "{ value = \"x\", type = \"int\" }\n"),
            "m.toml:10: column \"subject\": \"x\": expected a whole number",
        ),
        (
            with("\"Subject\"\n", "{ formm = \"x\" }\n"),
            "m.toml:10: unknown key \"formm\"; valid keys: from",
        ),
        (
            with("tables.tickets", "tables._x"),
            "the table name \"_x\" must be",
        ),
    ] {
        assert!(
            said.starts_with(expected) || said.contains(expected),
            "{said}\n{expected}"
        );
    }
}
