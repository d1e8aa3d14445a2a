use std::sync::Arc;

use super::super::catalog::{
    ShellColumn, ShellFunction, ShellNamedQuery, ShellQueryParameter, ShellSetting, ShellTable,
};
use super::*;

fn table(schema: Option<&str>, name: &str, columns: &[&str]) -> ShellTable {
    let column = |name: &&str| ShellColumn {
        name: (*name).to_owned(),
        kind: "VARCHAR".to_owned(),
    };
    ShellTable {
        schema: schema.map(str::to_owned),
        name: name.to_owned(),
        columns: columns.iter().map(column).collect(),
    }
}

fn function(name: &str) -> ShellFunction {
    ShellFunction {
        name: name.to_owned(),
        signature: format!("{name}(score)"),
        meaning: "A score.".to_owned(),
        arguments: match name {
            "nps" => vec![("calendar".to_owned(), "Which one.".to_owned())],
            _ => Vec::new(),
        },
        is_own: name == "nps",
    }
}

fn setting(key: &str, value: &str) -> ShellSetting {
    ShellSetting {
        key: key.to_owned(),
        value: value.to_owned(),
        about: "What it does.".to_owned(),
    }
}

fn catalog() -> ShellCatalog {
    ShellCatalog {
        tables: vec![
            table(None, "tickets", &["ticket_id", "channel", "created_at"]),
            table(None, "surveys", &["ticket_id", "score", "Sent At"]),
            table(Some("deskql"), "kpis", &["name"]),
            table(Some("information_schema"), "columns", &["column_name"]),
        ],
        functions: Arc::new(vec![function("nps"), function("concat"), function("count")]),
        settings: vec![
            setting("deskql.invalid_values", "error"),
            setting("datafusion.execution.collect_statistics", "true"),
        ],
        queries: Arc::new(vec![ShellNamedQuery {
            name: "frt".to_owned(),
            title: "First response time".to_owned(),
            parameters: vec![
                parameter("from", &[]),
                parameter("grain", &["day", "month"]),
            ],
        }]),
        last: vec![ShellColumn {
            name: "period".to_owned(),
            kind: "DATE".to_owned(),
        }],
    }
}

fn parameter(name: &str, choices: &[&str]) -> ShellQueryParameter {
    ShellQueryParameter {
        name: name.to_owned(),
        about: "What it does.".to_owned(),
        choices: choices.iter().map(|&choice| choice.to_owned()).collect(),
    }
}

/// Candidates at the bar in `text`.
fn at(text: &str) -> (Vec<String>, String) {
    let cursor = text.find('|').unwrap();
    let text = text.replacen('|', "", 1);
    let found = complete(&text, cursor, &catalog());
    let values = found.all.into_iter().map(|candidate| candidate.value);
    (values.collect(), text[found.range].to_owned())
}

fn values(text: &str) -> Vec<String> {
    at(text).0
}

#[test]
fn words_of_sql_follow_the_case_that_was_typed() {
    assert_eq!(values("SEL|"), ["SELECT"]);
    assert_eq!(values("sel|"), ["select"]);
    assert_eq!(values("select channel from tickets wh|"), ["where", "when"]);
    assert_eq!(values("select channel from tickets WH|")[0], "WHERE");
    assert_eq!(values("select channel from tickets |")[0], "from");
}

#[test]
fn tables_stand_after_from_and_join() {
    assert_eq!(
        values("SELECT * FROM |"),
        ["tickets", "surveys", "deskql.kpis"]
    );
    assert_eq!(values("SELECT * FROM ti|"), ["tickets"]);
    assert_eq!(values("SELECT * FROM tickets, s|"), ["surveys"]);
    assert_eq!(values("FROM tickets JOIN su|"), ["surveys"]);
    assert_eq!(values("SELECT * FROM deskql.|"), ["kpis"]);
    assert_eq!(values("SELECT * FROM inf|"), ["information_schema.columns"]);
    assert_eq!(values("DROP TABLE ti|"), ["tickets"]);
    assert!(values("CREATE TABLE ti|").is_empty());
}

#[test]
fn columns_are_those_of_the_tables_in_the_statement() {
    assert_eq!(values("SELECT ch| FROM tickets"), ["channel"]);
    assert_eq!(values("SELECT sc| FROM surveys"), ["score"]);
    assert!(!values("SELECT sc| FROM tickets").contains(&"score".to_owned()));
    // No table yet: columns of all tables.
    assert_eq!(values("SELECT sco|"), ["score"]);
    assert_eq!(
        values("SELECT 1 FROM surveys; SELECT ch| FROM tickets"),
        ["channel"]
    );
}

#[test]
fn aliases_stand_for_their_tables() {
    let of_tickets = ["ticket_id", "channel", "created_at"];
    assert_eq!(
        values("SELECT t.| FROM tickets t JOIN surveys AS s"),
        of_tickets
    );
    assert_eq!(
        values("SELECT s.sc| FROM tickets t JOIN surveys AS s"),
        ["score"]
    );
    assert_eq!(values("SELECT tickets.| FROM tickets WHERE 1"), of_tickets);
    assert_eq!(at("SELECT t.ch| FROM tickets t").1, "ch");
}

#[test]
fn names_that_need_quotes_get_them() {
    assert_eq!(values("SELECT s.Se| FROM surveys s"), ["\"Sent At\""]);
    for text in ["SELECT \"Se|", "FROM surveys SELECT \"Se|"] {
        assert_eq!(
            at(text),
            (vec!["\"Sent At\"".to_owned()], "\"Se".to_owned())
        );
    }
}

#[test]
fn functions_come_with_their_signature() {
    let found = complete("SELECT np", 9, &catalog());
    let nps = &found.all[0];
    assert_eq!(nps.value, "nps(");
    assert_eq!(nps.about.as_deref(), Some("nps(score)  A score."));
    assert_eq!(values("SELECT np|(score)"), ["nps"]);
    assert_eq!(values("SELECT count(ch|) FROM tickets"), ["channel"]);
}

#[test]
fn names_of_queries_are_tables_too() {
    assert!(values("WITH late AS (SELECT 1) SELECT * FROM la|").contains(&"late".to_owned()));
}

#[test]
fn columns_of_with_queries_and_sub_queries_are_known() {
    let with = "WITH late AS (SELECT ticket_id, count(*) AS n, upper(channel) FROM tickets) ";
    assert_eq!(
        values(&format!("{with}SELECT late.| FROM late")),
        ["ticket_id", "n"]
    );
    assert_eq!(values(&format!("{with}SELECT l.n| FROM late l")), ["n"]);
    assert!(!values(&format!("{with}SELECT ch| FROM late")).contains(&"channel".to_owned()));
    assert_eq!(
        values("SELECT q.| FROM (SELECT * FROM surveys) q"),
        ["ticket_id", "score", "\"Sent At\""]
    );
    assert_eq!(
        values(
            "WITH a(x, y) AS (SELECT ticket_id, channel FROM tickets), b AS (SELECT y, 1 AS z FROM a) \
                SELECT b.| FROM b"
        ),
        ["y", "z"]
    );
    assert_eq!(
        values("SELECT s.| FROM (SELECT * EXCLUDE (score) FROM surveys UNION SELECT 1, 2) AS s"),
        ["ticket_id", "\"Sent At\""]
    );
}

#[test]
fn a_query_sees_its_own_relations_and_those_around_it() {
    let inner = "WITH late AS (SELECT sc| FROM surveys) SELECT channel FROM tickets";
    assert_eq!(values(inner), ["score"]);
    assert!(
        !values("WITH late AS (SELECT ch| FROM surveys) SELECT 1 FROM tickets")
            .contains(&"channel".to_owned())
    );
    assert!(
        !values("SELECT q.a FROM tickets JOIN (SELECT cha| FROM surveys) q")
            .contains(&"channel".to_owned())
    );
    assert_eq!(
        values(
            "SELECT (SELECT max(score) FROM surveys s WHERE s.ticket_id = t.cha|) FROM tickets t"
        ),
        ["channel"]
    );
    assert_eq!(
        values("SELECT 1 FROM surveys UNION SELECT ch| FROM tickets"),
        ["channel"]
    );
    // Names of the list, behind it.
    let order = "SELECT channel AS way, count(*) AS often FROM tickets GROUP BY 1 ORDER BY oft|";
    assert_eq!(values(order), ["often"]);
    assert_eq!(
        values("WITH a AS (SELECT 1), b AS (SELECT * FROM |), c AS (SELECT 2) SELECT 3")[..2],
        ["b", "a"]
    );
}

#[test]
fn an_alias_is_completed_before_its_from() {
    assert_eq!(values("SELECT t.|"), ["ticket_id", "channel", "created_at"]);
    assert_eq!(values("SELECT s.sc|"), ["score"]);
    assert_eq!(values("SELECT x.cre|"), ["created_at"]);
    let with = "WITH late AS (SELECT ticket_id AS id, 1 AS n FROM tickets) SELECT ";
    assert_eq!(values(&format!("{with}late.|")), ["id", "n"]);
    assert_eq!(values(&format!("{with}i|"))[0], "id");
}

#[test]
fn arguments_with_names_stand_in_the_parentheses_of_their_function() {
    assert_eq!(values("SELECT nps(cal|) FROM surveys"), ["calendar => "]);
    assert!(!values("SELECT count(cal|) FROM surveys").contains(&"calendar => ".to_owned()));
}

#[test]
fn settings_stand_after_set_and_their_values_after_the_sign() {
    assert_eq!(
        at("SET deskql.inv|"),
        (
            vec!["deskql.invalid_values = ".to_owned()],
            "deskql.inv".to_owned()
        )
    );
    assert_eq!(
        values("set dat|"),
        ["datafusion.execution.collect_statistics = "]
    );
    assert_eq!(values("SHOW deskql.|"), ["deskql.invalid_values"]);
    assert_eq!(
        values("SET deskql.invalid_values = |"),
        ["'error'", "'ignore'"]
    );
    assert_eq!(
        values("SET datafusion.execution.collect_statistics = t|"),
        ["true"]
    );
}

#[test]
fn types_stand_after_casts() {
    assert_eq!(
        values("SELECT a::ti|"),
        ["time", "timestamp", "timestamptz", "tinyint"]
    );
    assert_eq!(values("SELECT CAST(a AS BIG|"), ["BIGINT"]);
}

#[test]
fn nothing_stands_in_texts_comments_numbers_and_new_names() {
    for text in [
        "SELECT 'ch|",
        "SELECT 1 -- ch|",
        "SELECT 12|",
        "SELECT channel AS ch|",
        "/* ch|",
    ] {
        assert!(values(text).is_empty(), "{text}");
    }
}

#[test]
fn what_is_inside_a_name_is_found_when_nothing_begins_so() {
    assert_eq!(values("SELECT created| FROM tickets"), ["created_at"]);
    assert_eq!(values("SELECT nnel| FROM tickets"), ["channel"]);
}

#[test]
fn commands_and_what_follows_them() {
    assert_eq!(values("\\su|"), ["\\summarize"]);
    assert!(values("\\|").len() > 10);
    assert_eq!(at("\\d ti|"), (vec!["tickets".to_owned()], "ti".to_owned()));
    assert_eq!(values("\\df np|"), ["nps"]);
    assert_eq!(values("\\x o|"), ["on", "off"]);
    assert_eq!(values("SELECT 1;\n\\d su|"), ["surveys"]);
    assert!(values("\\q |").is_empty());
}

#[test]
fn queries_and_their_parameters_stand_after_run() {
    assert_eq!(values("\\run f|"), ["frt"]);
    assert_eq!(values("\\queries |"), ["frt"]);
    assert_eq!(values("\\run frt |"), ["from=", "grain="]);
    assert_eq!(values("\\run frt --fr|"), ["--from="]);
    assert_eq!(values("\\run frt from=2026-01-01 |"), ["grain="]);
    assert_eq!(
        at("\\run frt grain=m|"),
        (vec!["month".to_owned()], "m".to_owned())
    );
    assert!(values("\\run nothing |").is_empty());
    assert_eq!(values("\\chart li|"), ["line"]);
    assert_eq!(values("\\chart line |"), ["period"]);
}

#[test]
fn files_stand_after_their_commands_and_in_quotes() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().display().to_string();
    for name in ["weekly.sql", "my report.sql"] {
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    assert_eq!(
        values(&format!("\\i {place}/we|")),
        [format!("{place}/weekly.sql")]
    );
    assert_eq!(
        values(&format!("\\i '{place}/my|")),
        [format!("'{place}/my report.sql'")]
    );
    assert_eq!(
        values(&format!("FROM '{place}/we|")),
        [format!("{place}/weekly.sql'")]
    );
}

#[test]
fn every_prefix_of_a_statement_can_be_completed() {
    let text = "WITH a AS (SELECT \"Sent At\", 'é' FROM surveys s) SELECT t.channel, count(*) \
                FILTER (WHERE a.x > 1.5) FROM tickets t, a /* é */ WHERE t.b::date = '2024' -- x";
    for (cursor, _) in text.char_indices() {
        let found = complete(text, cursor, &catalog());
        assert!(
            found.range.end <= cursor || found.all.is_empty(),
            "{cursor}"
        );
        assert!(text.is_char_boundary(found.range.start));
    }
}
