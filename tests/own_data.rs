//! The guide `docs/your-own-data.md`, executed over small files that look like the public ones.

use std::path::Path;

use deskql::{Engine, EngineSettings};

use crate::support::data::{rows, text};

const GUIDE: &str = include_str!("../docs/your-own-data.md");

/// The fenced blocks of one language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    GUIDE
        .split(fence.as_str())
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

fn look_alikes(folder: &Path) {
    // A: opened with priority 3, resolved after 2 h, then reopened and resolved after 10 h in all.
    // B: opened with priority 1, reassigned, missed its target, not resolved.
    text(
        &folder.join("incident_event_log.csv"),
        "number,incident_state,reassignment_count,reopen_count,sys_mod_count,made_sla,opened_at,\
         sys_updated_at,priority,resolved_at,closed_at,vendor\n\
         A,New,0,0,0,true,29/2/2016 08:00,29/2/2016 08:00,3,?,?,?\n\
         A,Resolved,0,0,1,true,29/2/2016 08:00,29/2/2016 10:00,3,29/2/2016 10:00,?,?\n\
         A,Closed,0,1,9,true,29/2/2016 08:00,5/3/2016 10:00,2,29/2/2016 18:00,5/3/2016 10:00,?\n\
         B,New,0,0,0,true,1/3/2016 9:30,1/3/2016 9:30,1,?,?,?\n\
         B,-100,2,0,10,false,1/3/2016 9:30,2/3/2016 9:30,1,?,?,8s\n",
    );
    // In time across the daylight-saving change, late, open past target, without target, without flag.
    text(
        &folder.join("boston311.csv"),
        "case_enquiry_id,open_dt,target_dt,closed_dt,ontime,location_zipcode\n\
         1,2011-11-05 12:00:00,2011-11-06 01:30:00,2011-11-06 01:30:00,ONTIME,02124\n\
         2,2011-11-05 12:00:00,2011-11-07 12:00:00,2011-11-07 12:00:01,OVERDUE,02124\n\
         3,2011-11-05 12:00:00,2011-11-07 12:00:00,,OVERDUE,\n\
         4,2011-11-05 12:00:00,,2011-11-08 12:00:00,ONTIME,02132\n\
         5,2011-11-05 12:00:00,2011-11-07 12:00:00,2011-11-09 12:00:00,,02132\n",
    );
    text(
        &folder.join("telco_churn.csv"),
        "customerID,tenure,MonthlyCharges,TotalCharges,Churn\n\
         7590-A,1,29.85,29.85,No\n5575-B,34,10.05,1889.5,Yes\n3668-C,0,60.10, ,No\n",
    );
}

#[tokio::test]
async fn the_guide_works_as_written() {
    let folder = tempfile::tempdir().unwrap();
    look_alikes(folder.path());
    let [config] = blocks("toml")[..] else {
        panic!("one deskql.toml in the guide");
    };
    let path = folder.path().join("deskql.toml");
    text(&path, config);
    let engine = Engine::open(EngineSettings {
        config: Some(path),
        ..EngineSettings::default()
    })
    .await
    .unwrap();
    let mut answers = Vec::new();
    for sql in blocks("sql") {
        answers.push(rows(&engine, sql).await);
    }
    let expected: [&[&str]; 4] = [
        &["2|50.0|50.0|50.0"],
        &["1|0||", "3|1|10.0|10.0"],
        // 1 of the 3 closed with a target was in time.
        &["5|4|1|2|1|1|33.3333|100.0"],
        // 10.05 of 100.00.
        &["3|1|33.3333333|100.00|10.05|10.05"],
    ];
    assert_eq!(answers, expected);
    let zip = "SELECT min(location_zipcode), count(total_paid) FROM requests_311, customers";
    assert_eq!(rows(&engine, zip).await, ["02124|10"]);
}

#[tokio::test]
async fn local_times_keep_their_instants_across_the_change_of_clocks() {
    let folder = tempfile::tempdir().unwrap();
    look_alikes(folder.path());
    let path = folder.path().join("deskql.toml");
    text(&path, blocks("toml")[0]);
    let engine = Engine::open(EngineSettings {
        config: Some(path),
        ..EngineSettings::default()
    })
    .await
    .unwrap();
    // Before the change New York is four hours behind UTC, after it five.
    let sql = "SELECT opened_at, closed_at, due_at FROM requests_311 WHERE ticket_id = 2";
    assert_eq!(
        rows(&engine, sql).await,
        ["2011-11-05T16:00:00Z|2011-11-07T17:00:01Z|2011-11-07T17:00:00Z"]
    );
}
