//! Wrong job files are refused in one line, before anything runs.

use super::{Workshop, failure};
use crate::support::messages::faults;

const HEAD: &str = "[job]\ndata = [\"data\"]\n[parameters]\nmonth = { type = \"month\", default = \"2025-11\" }\n[steps.a]\n";

/// Steps, each with what is said of it.
const SLIPS: [(&str, &str); 20] = [
    ("sql = \"SELECT 1 AS x\"", "job.toml:5: output is missing"),
    (
        "output = \"a.csv\"",
        "job.toml:5: step a: say what it runs by one of query",
    ),
    (
        "sql = \"SELECT 1\"\nquery = \"nps\"\noutput = \"a.csv\"",
        "job.toml:5: step a: say what it runs by one of",
    ),
    (
        "query = \"nsp\"\noutput = \"a.csv\"",
        "job.toml:6: step a: no query nsp: did you mean nps?",
    ),
    ("file = \"none.sql\"\noutput = \"a.csv\"", "none.sql: "),
    (
        "sql = \"DROP TABLE x\"\noutput = \"a.csv\"",
        "job.toml:6: step a: a step is one SELECT",
    ),
    (
        "sql = \"SELECT 1; SELECT 2\"\noutput = \"a.csv\"",
        "job.toml:6: step a: a step is one SELECT, and this holds 2",
    ),
    (
        "sql = \"SELECT 1 AS x\"\noutput = \"a\"",
        "job.toml:7: step a: the ending of \"a\" does not say which format",
    ),
    (
        "sql = \"SELECT 1 AS x\"\noutput = \"a.csv\"\nformat = \"cvs\"",
        "job.toml:8: step a: no format \"cvs\"; did you mean \"csv\"?",
    ),
    (
        "sql = \"SELECT 1 AS x\"\noutput = \"a/\"\nformat = \"delta\"\noptions = { compression = \"zstd\" }",
        "job.toml:9: step a: option compression: Delta tables have none",
    ),
    (
        "sql = \"SELECT 1 AS x\"\noutput = \"a.csv\"\nmode = \"replace\"",
        "job.toml:8: step a: no mode \"replace\"",
    ),
    (
        "sql = \"SELECT 1 AS x\"\noutput = \"a/\"\nformat = \"csv\"\nmode = \"overwrite_partitions\"",
        "job.toml:9: step a: overwrite_partitions needs partition_by",
    ),
    (
        "sql = \"SELECT 1 AS x\"\noutput = \"a{moth}.csv\"",
        "job.toml:7: step a: no parameter moth for {moth}; did you mean month?",
    ),
    (
        "sql = \"SELECT 1 AS x\"\noutput = \"a{month.x}.csv\"",
        "job.toml:7: step a: {month.x}: there are",
    ),
    (
        "sql = \"SELECT $moth AS x\"\noutput = \"a.csv\"",
        "step a: $moth has no value: did you mean $month?",
    ),
    (
        "sql = \"SELECT 1 AS x\"\nparams = { y = 1 }\noutput = \"a.csv\"",
        "step a: no parameter y in the SQL",
    ),
    (
        "query = \"nps\"\nparams = { frm = \"2025-01-01\" }\noutput = \"a.csv\"",
        "step a: query nps: no parameter frm; did you mean from?",
    ),
    (
        "sql = \"SELECT 1 AS x\"\noutput = \"a.csv\"\nmonth = 1",
        "job.toml:8: unknown key \"month\"",
    ),
    (
        "sql = \"SELECT 1 AS x\"\noutput = \"a.csv\"\n[steps.b]\nsql = \"SELECT 1 AS x\"\noutput = \"./a.csv\"",
        "steps a and b write to the same place",
    ),
    (
        "sql = \"SELECT 1 AS x\"\noutput = \"a.csv\"\n[steps.'b c']\nsql = \"SELECT 1 AS x\"\noutput = \"b.csv\"",
        "job.toml:8: step b c: the name \"b c\" has other characters",
    ),
];

#[test]
fn slips_are_named_with_their_line_or_step() {
    for (step, expected) in SLIPS {
        let shop = Workshop::new(&format!("{HEAD}{step}\n"));
        let (code, said) = failure(&shop.run(&[]));
        assert!(said.contains(expected), "{step}: {said}");
        assert!(code == 1 || code == 2, "{code}");
        assert_eq!(faults(said.trim_end()), Vec::<String>::new(), "{said}");
        assert!(!shop.path("a.csv").exists());
    }
}

#[test]
fn options_without_a_meaning_are_refused() {
    let shop = Workshop::new(&format!(
        "{HEAD}sql = \"SELECT 1 AS x\"\noutput = \"a.csv\"\n"
    ));
    for (arguments, expected) in [
        (&["--format", "csv"][..], "--format does not go with job"),
        (&["-o", "x.csv"], "--output does not go with job"),
        (&["mnth=2025-11"], "no parameter mnth; did you mean month?"),
        (&["--from", "zzz"], "--from: no step zzz; there are a"),
        (&["--data", "-"], "--data - does not go with job"),
        (&["--retries", "many"], "invalid value"),
    ] {
        let (code, said) = failure(&shop.run(arguments));
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(expected), "{said}");
    }
    let (code, said) = failure(&shop.run(&["--log", "none/a.log"]));
    assert_eq!(code, 1);
    assert!(
        said.contains("none/a.log: the log of job job cannot be written"),
        "{said}"
    );
}

#[test]
fn a_step_that_is_read_is_no_table_of_the_data() {
    let step = "sql = \"SELECT * FROM tickets\"\noutput = \"a.csv\"\n[steps.tickets]\nsql = \"SELECT * FROM tickets WHERE ticket_id < 3\"\noutput = \"t.csv\"\n";
    let shop = Workshop::new(&format!("{HEAD}{step}"));
    let (_, said) = failure(&shop.run(&[]));
    assert!(
        said.contains("step a: tickets is a step and a table of the data"),
        "{said}"
    );
}
