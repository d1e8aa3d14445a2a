//! Policies from a table, and the list of those that there are.

use super::desk::configured;
use crate::support::data::rows;
use crate::support::data::text;

const RULES: &str =
    "position,policy,metric,priority,target,condition,calendar,pause,effective_from,effective_to
20,rest,first_reply,,40h,,desk,,,
10,gold,first_reply,urgent,1h,plan = 'gold',desk,,2026-01-01,
10,gold,first_reply,,4h,plan = 'gold',desk,,2026-01-01,
30,gold,agent_work,,2d,,,none,,2027-01-01 06:00
";

const CALENDAR: &str =
    "[calendars.desk]\ntime_zone = 'America/New_York'\nhours = { mon-fri = ['09:00-17:00'] }\n";

async fn listed(rules: &str, file: &str) -> deskql::Result<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rules.csv");
    text(&path, rules);
    let config = format!(
        "{CALENDAR}{file}[tables.rules]\nlocation = '{}'\n[sla_tables]\npolicies = 'rules'\n",
        path.display()
    );
    let engine = configured(&config).await?;
    let sql = "SELECT position, policy, metric, priority, condition, target, target_seconds, calendar,
        array_to_string(pauses, '+'), effective_from, effective_to FROM deskql.sla_policies ORDER BY position";
    Ok(rows(&engine, sql).await)
}

/// Those of the file go first; those of the table by their position, and in its order.
#[tokio::test]
async fn rows_are_policies() {
    let file = "[[sla_policies]]\nname = 'vip'\nmetric = 'requester_wait'\ntarget = '90m'\nwhen = 'is_vip'\n";
    let expected = [
        "1|vip|requester_wait||is_vip|1h30m|5400|24x7|pending+other||",
        "2|gold|first_reply|urgent|plan = 'gold'|1h|3600|desk||2026-01-01T05:00:00Z|",
        "3|gold|first_reply||plan = 'gold'|4h|14400|desk||2026-01-01T05:00:00Z|",
        "4|rest|first_reply|||40h|144000|desk|||",
        "5|gold|agent_work|||48h|172800|24x7|||2027-01-01T06:00:00Z",
    ];
    assert_eq!(listed(RULES, file).await.unwrap(), expected);
}

#[tokio::test]
async fn a_wrong_row_is_told() {
    for (right, wrong, problem) in [
        ("40h", "5 moons", "\"5 moons\" is no length of time"),
        ("rest,first_reply", "rest,first", "unknown metric \"first\""),
        ("2d,,,none", "2d,,,sometimes", "\"sometimes\" is no status"),
        ("2d,,,none", "2d,,desk,none", "a day of business time"),
        ("10,gold", "ten,gold", "position is ten"),
        ("plan = 'gold',desk", "plan =,desk", "no condition in SQL"),
        ("20,rest", "20,", "policy is NULL"),
    ] {
        let found = listed(&RULES.replace(right, wrong), "")
            .await
            .unwrap_err()
            .to_string();
        assert!(found.contains("rules: row ("), "{found}");
        assert!(found.contains(problem), "{found}");
    }
}

#[tokio::test]
async fn sections_say_where_they_stand() {
    let config =
        "\n[[sla_policies]]\nname = 'a'\nmetric = 'first_reply'\ntarget = '4h'\npause = ['hold']\n";
    let engine = configured(config).await.unwrap();
    let sql = "SELECT source LIKE '%deskql.toml:2', pauses[1] FROM deskql.sla_policies";
    assert_eq!(rows(&engine, sql).await, ["true|hold"]);
}
