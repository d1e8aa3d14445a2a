//! Typing: completion, history, several lines, screens of other sizes.

use super::terminal::{PROMPT, Start, Terminal};

const TAB: &str = "\t";
const UP: &str = "\x1b[A";
const CTRL_C: &str = "\x03";
const CTRL_D: &str = "\x04";
const CTRL_R: &str = "\x12";

fn started() -> (tempfile::TempDir, Terminal) {
    let home = tempfile::tempdir().unwrap();
    let terminal = Start::at(home.path()).run();
    terminal.wait_for_prompt();
    (home, terminal)
}

#[test]
fn the_greeting_says_what_there_is_and_ctrl_d_leaves() {
    let (_home, mut terminal) = started();
    let screen = terminal.wait_for("9 tables from");
    assert!(screen.contains("\\? for help"), "{screen}");
    terminal.send(CTRL_D);
    assert_eq!(terminal.ends_with(), 0);
}

#[test]
fn tab_completes_tables_columns_and_functions() {
    let (_home, terminal) = started();
    terminal.type_until("select chann", "select chann");
    terminal.type_until(TAB, "select channel");
    terminal.type_until(" from tic", " from tic");
    terminal.send(TAB);
    terminal.wait_for("ticket_events");
    terminal.send(CTRL_C);
    terminal.wait_for_prompt();
    terminal.type_until("select t.res from tickets t", "from tickets t");
    // Cursor back to after `res`.
    for _ in 0.." from tickets t".len() {
        terminal.send("\x1b[D");
    }
    terminal.type_until(TAB, "select t.resolved_at");
}

#[test]
fn a_function_shows_its_signature_in_the_menu() {
    let (_home, terminal) = started();
    terminal.type_until("SELECT frt", "SELECT frt");
    terminal.send(TAB);
    let screen = terminal.wait_for("frt_detail(");
    assert!(screen.contains("frt(created_at"), "{screen}");
}

#[test]
fn a_statement_goes_on_until_its_semicolon() {
    let (_home, terminal) = started();
    terminal.type_until("SELECT 'a;b' AS x,", "x,");
    terminal.type_until("\r", "...> ");
    terminal.type_until("41 + 1 AS y;", "y;");
    terminal.send("\r");
    let screen = terminal.wait_for("1 row");
    assert!(screen.contains("a;b") && screen.contains("42"), "{screen}");
}

#[test]
fn whole_lines_that_are_pasted_run_at_once() {
    let (_home, terminal) = started();
    // As terminals mark what is pasted.
    terminal.send("\x1b[200~SELECT 1 AS one,\r  2 AS two;\r\x1b[201~");
    let screen = terminal.wait_for("1 row");
    assert!(screen.contains("│ one │ two │"), "{screen}");
    terminal.wait_for_prompt();
    terminal.send("\x1b[200~SELECT 3 AS three\r\x1b[201~");
    terminal.wait_for("...>");
    terminal.type_until(";", ";");
    terminal.send("\r");
    terminal.wait_for("│ three │");
}

#[test]
fn leaving_is_possible_in_the_middle_of_a_statement() {
    let (_home, mut terminal) = started();
    terminal.type_until("SELECT 1 AS", "AS");
    terminal.type_until("\r", "...> ");
    terminal.send("\\q\r");
    assert_eq!(terminal.ends_with(), 0);
}

#[test]
fn messages_wrap_between_words() {
    let home = tempfile::tempdir().unwrap();
    let terminal = Start::at(home.path()).sized(30, 60).run();
    terminal.wait_for_prompt();
    let screen = terminal.run("SELECT no_such_column_at_all FROM tickets;");
    let words = ["there is", "ticket_id,", "first_response_due_at"];
    assert!(words.iter().any(|word| screen.contains(word)), "{screen}");
    for line in screen
        .lines()
        .skip_while(|line| !line.starts_with("error:"))
    {
        assert!(line.chars().count() <= 60, "{screen}");
        assert!(!line.ends_with('_'), "{screen}");
    }
}

#[test]
fn ctrl_c_clears_the_line() {
    let (_home, terminal) = started();
    terminal.type_until("SELECT nonsense", "nonsense");
    terminal.send(CTRL_C);
    terminal.wait_for_prompt();
    assert!(terminal.run("SELECT 1 AS one;").contains("1 row"));
}

#[test]
fn the_history_outlives_the_shell_and_can_be_searched() {
    let home = tempfile::tempdir().unwrap();
    let mut first = Start::at(home.path()).run();
    first.wait_for_prompt();
    first.run("SELECT 'kept' AS word;");
    first.run("SELECT 2 AS two;");
    first.send("\\q\r");
    assert_eq!(first.ends_with(), 0);
    assert!(home.path().join(".local/state/deskql/history").is_file());

    let second = Start::at(home.path()).run();
    second.wait_for_prompt();
    second.type_until(UP, "\\q");
    second.type_until(UP, "SELECT 2 AS two;");
    second.send(CTRL_C);
    second.wait_for_prompt();
    second.send(CTRL_R);
    second.wait_for("search:");
    second.send("kept");
    second.wait_for("SELECT 'kept' AS word;");
    second.send("\r");
    second.wait_for(&format!("{PROMPT} SELECT 'kept' AS word;"));
    second.send("\r");
    second.wait_for("│ kept");
}

#[test]
fn history_lists_the_last_inputs() {
    let (_home, terminal) = started();
    terminal.run("SELECT 1;");
    terminal.run("SELECT 2;");
    let screen = terminal.run("\\history 2");
    assert!(screen.contains("2  SELECT 2;"), "{screen}");
    assert!(screen.contains("3  \\history 2"), "{screen}");
}

#[test]
fn tables_fit_the_screen_before_and_after_it_changes() {
    let home = tempfile::tempdir().unwrap();
    let terminal = Start::at(home.path()).sized(40, 80).run();
    terminal.wait_for_prompt();
    let narrow = terminal.run("SELECT * FROM tickets ORDER BY ticket_id LIMIT 2;");
    assert!(narrow.contains("columns shown"), "{narrow}");
    assert!(
        narrow.lines().all(|line| line.chars().count() <= 80),
        "{narrow}"
    );
    terminal.resize(40, 160);
    terminal.send("\x0c");
    terminal.wait("a clear screen", |screen| screen.cursor_position().0 == 0);
    let wide = terminal.run("SELECT * FROM tickets ORDER BY ticket_id LIMIT 2;");
    let longest = |text: &str| text.lines().map(|line| line.chars().count()).max().unwrap();
    assert!(longest(&wide) > 100, "{wide}");
}

#[test]
fn a_dumb_terminal_gets_plain_lines() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Start::at(home.path()).with("TERM", "dumb").run();
    terminal.wait_for_prompt();
    terminal.send("SELECT 40 + 2\n");
    terminal.wait_for("...>");
    terminal.send("AS n;\n");
    terminal.wait_for("1 row");
    terminal.wait_for_prompt();
    terminal.send("exit\n");
    assert_eq!(terminal.ends_with(), 0);
}
