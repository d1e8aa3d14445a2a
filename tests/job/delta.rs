//! Steps that write Delta tables.

use super::{Workshop, rows_of};

/// A table of months; `mode` is what becomes of the rows that are there.
fn job(mode: &str) -> Workshop {
    let job = r#"
[job]
data = ["data"]
[parameters]
month = { type = "month" }
[steps.monthly]
sql = """
SELECT date_trunc('month', day)::DATE AS first, team, count(*) AS tickets FROM tickets
WHERE date_trunc('month', day) = $month GROUP BY ALL"""
output = "lake/monthly"
format = "delta"
partition_by = ["first"]
mode = "MODE"
[steps.total]
sql = "SELECT sum(tickets) AS tickets FROM monthly"
output = "total.csv"
mode = "overwrite"
"#;
    Workshop::new(&job.replace("MODE", mode))
}

fn versions(shop: &Workshop) -> usize {
    std::fs::read_dir(shop.path("lake/monthly/_delta_log"))
        .unwrap()
        .count()
}

#[test]
fn partitions_of_a_delta_table_are_replaced() {
    let shop = job("overwrite_partitions");
    for month in ["month=2025-11", "month=2025-12", "month=2025-11"] {
        shop.run(&[month, "--force"]);
    }
    let rows = rows_of(&shop.path("lake/monthly"), "*");
    assert_eq!(
        rows,
        "first,team,tickets\n2025-11-01,a,2\n2025-11-01,b,1\n2025-12-01,a,1\n"
    );
    assert_eq!(versions(&shop), 3);
    // A later step reads the table.
    assert_eq!(shop.read("total.csv"), "tickets\n4\n");
    assert_eq!(shop.statuses(&["month=2025-11"])[0], "monthly up_to_date");
    assert_eq!(versions(&shop), 3);
}

#[test]
fn a_table_that_is_replaced_as_a_whole_is_up_to_date_until_it_is_changed() {
    let shop = job("overwrite");
    let done = ["monthly done", "total done"];
    assert_eq!(shop.statuses(&["month=2025-12"]), done);
    assert_eq!(shop.statuses(&["month=2025-12"])[0], "monthly up_to_date");
    assert_eq!(shop.statuses(&["month=2025-11"]), done);
    assert_eq!(
        rows_of(&shop.path("lake/monthly"), "sum(tickets) AS n"),
        "n\n3\n"
    );
    assert_eq!(
        rows_of(&shop.path("lake/monthly@v0"), "sum(tickets) AS n"),
        "n\n1\n"
    );
    std::fs::remove_dir_all(shop.path("lake/monthly")).unwrap();
    assert_eq!(shop.statuses(&["month=2025-11"]), done);
}

#[test]
fn an_append_is_made_once_for_each_change_of_its_inputs() {
    let shop = job("append");
    shop.statuses(&["month=2025-12"]);
    assert_eq!(shop.statuses(&["month=2025-12"])[0], "monthly up_to_date");
    assert_eq!(
        rows_of(&shop.path("lake/monthly"), "sum(tickets) AS n"),
        "n\n1\n"
    );
    // As if the run had been killed after its commit: the state knows of a begin only.
    let state = shop.read(".deskql/job-job.state");
    let mut document: serde_json::Value = serde_json::from_str(&state).unwrap();
    let steps = document["steps"].as_object_mut().unwrap();
    let (_, step) = steps
        .iter_mut()
        .find(|(name, _)| name.starts_with("monthly"))
        .unwrap();
    step["before_append"] = serde_json::json!({ "number": "0 1" });
    shop.write(".deskql/job-job.state", &document.to_string());
    assert_eq!(shop.statuses(&["month=2025-12"])[0], "monthly up_to_date");
    assert_eq!(
        rows_of(&shop.path("lake/monthly"), "sum(tickets) AS n"),
        "n\n1\n"
    );
    // And as if it had been killed before.
    let (_, step) = document["steps"]
        .as_object_mut()
        .unwrap()
        .iter_mut()
        .find(|(name, _)| name.starts_with("monthly"))
        .unwrap();
    step["before_append"] = serde_json::json!({ "number": "0 2" });
    shop.write(".deskql/job-job.state", &document.to_string());
    assert_eq!(shop.statuses(&["month=2025-12"])[0], "monthly done");
    assert_eq!(
        rows_of(&shop.path("lake/monthly"), "sum(tickets) AS n"),
        "n\n2\n"
    );
}
