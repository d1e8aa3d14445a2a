//! What is wrong in the definition of a report is named with its file and line.

use std::fs;
use std::path::Path;

use super::own::months;
use super::{Ended, report};

/// A report of `head` and a section with `blocks`.
fn refused(folder: &Path, head: &str, block: &str) -> Ended {
    let text = format!("{head}[[section]]\nid = \"one\"\nheading = \"One\"\n{block}");
    fs::write(folder.join("own.toml"), text).unwrap();
    let ended = report(folder, &["own.toml", "--day", "2025-03-12"]);
    assert_eq!(
        (ended.code, ended.out.as_str()),
        (1, ""),
        "{block}: {}",
        ended.said
    );
    ended
}

const HEAD: &str =
    "title = \"T\"\nquestion = \"Q?\"\nreaders = \"r\"\nperiod = \"month\"\nkpis = [\"csat\"]\n";

#[test]
fn errors_of_blocks_name_file_and_line() {
    let folder = months();
    let table = "[[section.block]]\nkind = \"table\"\nid = \"t\"\ntitle = \"x\"\n";
    for (block, problem) in [
        (
            table.to_owned(),
            "9: a block of kind table needs either sql = \"..\" or query = \"..\"",
        ),
        (
            table.replace("\"t\"", "\"one\"") + "sql = \"SELECT 1\"\n",
            "9: id \"one\" is used twice",
        ),
        (
            table.to_owned() + "query = \"team_weekley\"\n",
            "9: t: no query team_weekley: did you mean team_weekly?",
        ),
        (
            table.to_owned() + "query = \"team_weekly\"\nparams = { dya = \"2025-03-12\" }\n",
            "9: t: query team_weekly: no parameter dya; did you mean day?",
        ),
        (
            table.to_owned() + "sql = \"SELECT 1\"\nparams = { day = \"x\" }\n",
            "9: params are those of a query: give query = \"..\"",
        ),
        (
            table.to_owned() + "sql = \"SELECT tem FROM tickets\"\n",
            "9: t: no column named 'tem'; did you mean 'team'?",
        ),
        (
            table.to_owned() + "sql = \"SELEC 1\"\n",
            "9: t: Expected: an SQL statement, found: SELEC; did you mean SELECT?",
        ),
        (
            table.replace("\"t\"", "\"t t\"") + "sql = \"SELECT 1\"\n",
            "9: id \"t t\": write letters, digits, '-' and '_'",
        ),
        (
            "[[section.block]]\nkind = \"tabel\"\n".to_owned(),
            "10: \"tabel\" is not known; did you mean \"table\"?",
        ),
        (
            "[[section.block]]\nkind = \"text\"\n".to_owned(),
            "9: a block of kind text needs text = ..",
        ),
    ] {
        let ended = refused(folder.path(), HEAD, &block);
        assert!(
            ended
                .said
                .starts_with(&format!("deskql: own.toml:{problem}")),
            "{block}: {}",
            ended.said
        );
    }
}

/// What the tables have, but a function does not take.
#[test]
fn a_measure_of_another_type_is_named_with_its_line() {
    let folder = months();
    let measure = "[measures.mine]\nsource = \"tickets\"\ndetail = \"sum(team)\"\ntitle = \"m\"\nunit = \"tickets\"\nis_count = true\n";
    let head = HEAD.replace("\"csat\"", "\"mine\"") + measure;
    let text = "[[section.block]]\nkind = \"text\"\ntext = \"x\"\n";
    let ended = refused(folder.path(), &head, text);
    let problem = "deskql: own.toml:6: [measures.mine]: sum does not take (VARCHAR): give it ";
    assert!(ended.said.starts_with(problem), "{}", ended.said);
}

#[test]
fn values_of_parameters_are_those_of_columns() {
    let folder = months();
    for (head, problem) in [
        (
            format!("{HEAD}[values_of]\nteam = \"tickets.team\"\n"),
            "7: no parameter team: add [param.team]",
        ),
        (
            format!(
                "{HEAD}param.team.type = \"text\"\nparam.team.about = \"a\"\nvalues_of.team = \"team\"\n"
            ),
            "8: values_of team: write table.column, such as tickets.team",
        ),
    ] {
        let ended = refused(folder.path(), &head, "");
        assert_eq!(
            ended.said,
            format!("deskql: own.toml:{problem}\n"),
            "{head}"
        );
    }
}

#[test]
fn errors_of_the_rest_name_file_and_line() {
    let folder = months();
    let of_measure = |keys: &str| format!("{HEAD}[measures.mine]\n{keys}\n");
    for (head, problem) in [
        (
            format!("{HEAD}tils = 1\n"),
            "6: unknown key \"tils\"; did you mean \"tiles\"?",
        ),
        (
            HEAD.replace("csat", "csta"),
            "5: no KPI csta; did you mean csat?",
        ),
        (
            format!("{HEAD}appendix = [\"npss\"]\n"),
            "6: no KPI npss; did you mean nps?",
        ),
        (
            format!("tiles = [\"nps\"]\n{HEAD}"),
            "1: tile nps: only KPIs of kpis = [..] can be tiles",
        ),
        (
            HEAD.replace("month", "year"),
            "4: \"year\" is none of week, month, quarter",
        ),
        (
            HEAD.replace("question = \"Q?\"\n", ""),
            "1: missing field `question`",
        ),
        (
            format!("{HEAD}[filters]\nticket = \"true\"\n"),
            "7: no source ticket: did you mean tickets?",
        ),
        (
            of_measure(
                "source = \"tikets\"\ndetail = \"count(*)\"\ntitle = \"m\"\nunit = \"tickets\"",
            ),
            "6: no source tikets: did you mean tickets?",
        ),
        (
            of_measure("source = \"tickets\"\ndetail = \"count(*)\""),
            "6: [measures.mine] is no KPI of the catalogue: give it title = \"..\"",
        ),
        (
            of_measure("source = \"tickets\"\ntitle = \"m\"\nunit = \"tickets\""),
            "6: [measures.mine]: needs either detail = \"..\" or at = \"..\"",
        ),
        (
            of_measure(
                "source = \"tickets\"\ntitle = \"m\"\nunit = \"%\"\nwhere = \"true\"\ndetail = \"sum(a) / sum(b)\"",
            ),
            "6: [measures.mine]: \"sum(a) / sum(b)\" has to be one call of a function",
        ),
    ] {
        let ended = refused(folder.path(), &head, "");
        assert_eq!(
            ended.said,
            format!("deskql: own.toml:{problem}\n"),
            "{head}"
        );
    }
}

#[test]
fn errors_of_sources_name_file_and_line() {
    let folder = months();
    for (other, problem) in [
        ("ticket", "no source ticket: did you mean tickets?"),
        (
            "contacts",
            "same_rows_as contacts: name a source that has none itself",
        ),
    ] {
        let source = format!("[sources.mine]\nsql = \"SELECT 1\"\nsame_rows_as = \"{other}\"\n");
        let ended = refused(folder.path(), &format!("{HEAD}{source}"), "");
        assert_eq!(ended.said, format!("deskql: own.toml:6: {problem}\n"));
    }
}
