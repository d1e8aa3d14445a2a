//! Backslash commands.

use super::terminal::{Start, Terminal};

fn started() -> (tempfile::TempDir, Terminal) {
    let home = tempfile::tempdir().unwrap();
    let terminal = Start::at(home.path()).sized(50, 120).run();
    terminal.wait_for_prompt();
    (home, terminal)
}

#[test]
fn tables_and_their_columns_are_described() {
    let (_home, terminal) = started();
    let screen = terminal.run("\\d");
    assert!(
        screen.contains("agents") && screen.contains("agents.parquet"),
        "{screen}"
    );
    assert!(screen.contains("9 tables"), "{screen}");
    let screen = terminal.run("\\d surveys");
    assert!(
        screen.contains("VARCHAR") && screen.contains("surveys.parquet"),
        "{screen}"
    );
    let screen = terminal.run("\\d survey");
    assert!(
        screen.contains("no table survey: did you mean surveys?"),
        "{screen}"
    );
}

#[test]
fn tables_of_the_session_are_known_at_once() {
    let (_home, terminal) = started();
    let screen = terminal.run("CREATE TABLE late AS SELECT 1 AS minutes;");
    assert!(screen.contains("CREATE TABLE ("), "{screen}");
    terminal.type_until("SELECT * FROM la", "la");
    terminal.type_until("\t", "late");
    terminal.send(";\r");
    terminal.wait_for("│ minutes │");
    terminal.wait_for_prompt();
    assert!(terminal.run("\\d").contains("10 tables"));
    terminal.run("SET deskql.invalid_values = 'ignore';");
    assert!(
        terminal
            .run("SHOW deskql.invalid_values;")
            .contains("ignore")
    );
}

#[test]
fn functions_are_explained() {
    let (_home, terminal) = started();
    let screen = terminal.run("\\df nps_class");
    assert!(screen.contains("nps_class: scalar function"), "{screen}");
    let screen = terminal.run("\\df npss");
    assert!(screen.contains("did you mean nps?"), "{screen}");
}

#[test]
fn a_part_of_a_name_finds_all_that_have_it() {
    let (_home, terminal) = started();
    let screen = terminal.run("\\df perc");
    assert!(
        screen.contains("  percentile_cont ") && screen.contains("  approx_percentile_cont "),
        "{screen}"
    );
    terminal.send("\x0c");
    let screen = terminal.run("\\kpi fcr_");
    assert!(
        screen.contains("  fcr_no_repeat ") && screen.contains("  fcr_one_touch "),
        "{screen}"
    );
    terminal.send("\x0c");
    let screen = terminal.run("\\queries escalation");
    assert!(
        screen.contains("escalat") && !screen.contains("error:"),
        "{screen}"
    );
}

#[test]
fn plans_are_trees_and_types_are_those_of_sql() {
    let (_home, terminal) = started();
    let screen = terminal.run("EXPLAIN SELECT channel, count(*) FROM tickets GROUP BY 1;");
    assert!(screen.contains("└─") && !screen.contains("┌"), "{screen}");
    terminal.send("\x0c");
    terminal.wait("a clear screen", |screen| screen.cursor_position().0 == 0);
    let screen = terminal.run("DESCRIBE agents;");
    assert!(
        screen.contains("VARCHAR") && !screen.contains("Utf8"),
        "{screen}"
    );
    let screen = terminal.run("SELECT version();");
    assert!(
        screen.contains("deskql ") && screen.contains("(DataFusion "),
        "{screen}"
    );
    let inner = "WITH x AS (SELECT 1 + 1, avg(cost) FROM tickets) SELECT * FROM x;";
    let screen = terminal.run(inner);
    assert!(
        screen.contains("1 + 1") && !screen.contains("Int64("),
        "{screen}"
    );
}

#[test]
fn kpis_are_explained() {
    let (_home, terminal) = started();
    let screen = terminal.run("\\kpi csat");
    assert!(screen.contains("84.43% on sample-data"), "{screen}");
    let screen = terminal.run("\\kpi ntps");
    assert!(
        screen.contains("no KPI ntps: did you mean nps?"),
        "{screen}"
    );
}

#[test]
fn queries_are_explained_run_and_drawn() {
    let (_home, terminal) = started();
    let screen = terminal.run("\\queries frt");
    assert!(screen.contains("grain"), "{screen}");
    let screen = terminal.run("\\run frt grain=year");
    assert!(
        screen.contains("median_h") && screen.contains(" rows ("),
        "{screen}"
    );
    let screen = terminal.run("\\chart");
    assert!(screen.contains("2024"), "{screen}");
    let screen = terminal.run("\\run frt grain=yearly");
    assert!(screen.contains("error: query frt:"), "{screen}");
    let screen = terminal.run("\\run frtt");
    assert!(screen.contains("did you mean"), "{screen}");
}

#[test]
fn results_can_be_shown_in_other_ways() {
    let (_home, terminal) = started();
    terminal.run("\\x");
    let screen = terminal.run("SELECT 'a' AS letter, 7 AS number;");
    assert!(screen.contains("letter │ a\nnumber │ 7"), "{screen}");
    terminal.run("\\x off");
    terminal.run("\\format csv");
    terminal.run("\\timing off");
    let screen = terminal.run("SELECT 'a' AS letter, 8 AS number;");
    assert!(screen.contains("letter,number\na,8\n1 row\n"), "{screen}");
}

#[test]
fn digits_and_hints_can_be_switched() {
    let (_home, terminal) = started();
    let thirds = "SELECT fcr(x > 1) AS f, count(*) FILTER (WHERE x > 1) / count(*) AS h FROM (VALUES (1), (1), (2)) AS t(x);";
    let screen = terminal.run(thirds);
    assert!(
        screen.contains("33.3 %") && screen.contains("hint: h divides whole numbers"),
        "{screen}"
    );
    terminal.run("\\exact on");
    let screen = terminal.run("\\hints off");
    assert!(screen.contains("hints off"), "{screen}");
    let screen = terminal.run(thirds);
    let (_, after) = screen.rsplit_once("hints off").unwrap();
    assert!(
        after.contains("33.333333333333") && !after.contains("hint:"),
        "{screen}"
    );
}

#[test]
fn long_results_are_cut_and_say_so() {
    let (_home, terminal) = started();
    terminal.run("\\rows 3");
    let screen = terminal.run("SELECT value FROM generate_series(1, 2000) ORDER BY value;");
    assert!(
        screen.contains("3 of 2,000 rows shown (\\last shows all)"),
        "{screen}"
    );
    let screen = terminal.run("\\last");
    assert!(
        screen.contains("│  2000 │") && screen.contains("2,000 rows"),
        "{screen}"
    );
}

#[test]
fn columns_are_summarized() {
    let (_home, terminal) = started();
    let screen = terminal.run("\\summarize agents");
    assert!(screen.contains("null_percentage"), "{screen}");
}

#[test]
fn the_words_of_other_shells_are_answered() {
    let (_home, mut terminal) = started();
    assert!(terminal.run(".tables").contains("9 tables"));
    assert!(terminal.run("\\copy t to 'x'").contains("COPY (SELECT"));
    assert!(terminal.run("help").contains("leave, as Ctrl-D"));
    terminal.send("quit\r");
    assert_eq!(terminal.ends_with(), 0);
}
