//! Logs of another shape, mapped by a view.

use crate::support::data::{open, rows, text};

/// States after each update, as incident systems export them; made up.
const UPDATES: &str = "\
number,incident_state,reassignment_count,reopen_count,sys_mod_count,opened_at,sys_updated_at,assignment_group,resolved_at
INC1,New,0,0,0,1/3/2016 01:00,1/3/2016 01:10,Group 1,1/3/2016 09:00
INC1,Active,0,0,1,1/3/2016 01:00,1/3/2016 02:00,Group 1,1/3/2016 09:00
INC1,Active,1,0,2,1/3/2016 01:00,1/3/2016 04:00,Group 2,1/3/2016 09:00
INC1,Resolved,1,0,3,1/3/2016 01:00,1/3/2016 09:00,Group 2,1/3/2016 09:00
INC1,Closed,1,0,4,1/3/2016 01:00,6/3/2016 09:00,Group 2,1/3/2016 09:00
INC2,New,0,0,0,2/3/2016 10:00,2/3/2016 10:00,?,3/3/2016 12:00
INC2,Resolved,0,0,1,2/3/2016 10:00,2/3/2016 11:00,Group 1,3/3/2016 12:00
INC2,Active,0,1,2,2/3/2016 10:00,2/3/2016 15:00,Group 1,3/3/2016 12:00
INC2,Resolved,0,1,3,2/3/2016 10:00,3/3/2016 12:00,Group 1,3/3/2016 12:00
INC3,New,0,0,0,2/3/2016 20:00,2/3/2016 20:00,Group 3,?
INC3,Closed,0,0,1,2/3/2016 20:00,5/3/2016 20:00,Group 3,?
";

const EVENTS: &str = "CREATE VIEW events AS
  WITH updates AS (
    SELECT number AS ticket_id, sys_mod_count AS event_no,
      strptime(sys_updated_at, '%d/%m/%Y %H:%M') AS event_at,
      strptime(opened_at, '%d/%m/%Y %H:%M') AS opened_at,
      CASE incident_state WHEN 'New' THEN 'new' WHEN 'Active' THEN 'open'
        WHEN 'Resolved' THEN 'solved' WHEN 'Closed' THEN 'closed' ELSE 'pending' END AS status,
      nullif(assignment_group, '?') AS team
    FROM updates_csv
  ), steps AS (
    SELECT *, lag(status) OVER w AS old_status, lag(team) OVER w AS old_team
    FROM updates WINDOW w AS (PARTITION BY ticket_id ORDER BY event_no)
  )
  SELECT ticket_id, -1 AS event_no, min(opened_at) AS event_at, 'created' AS kind,
    'customer' AS actor_role, true AS is_public,
    NULL AS field, CAST(NULL AS VARCHAR) AS old_value, CAST(NULL AS VARCHAR) AS new_value
  FROM steps GROUP BY ticket_id
  UNION ALL
  SELECT ticket_id, event_no, event_at, 'change', 'agent', false, 'status', old_status, status
  FROM steps WHERE status IS DISTINCT FROM old_status
  UNION ALL
  SELECT ticket_id, event_no, event_at, 'change', 'agent', false, 'team', old_team, team
  FROM steps WHERE team IS DISTINCT FROM old_team";

#[tokio::test]
async fn states_after_each_update_become_events() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("updates_csv.csv");
    text(&path, UPDATES);
    let engine = open(&[&path]).await.unwrap();
    engine.sql(EVENTS).await.unwrap().collect().await.unwrap();
    let sql = "SELECT ticket_id, reopens, handoffs, resolution_seconds / 3600 AS h,
        open_seconds / 3600 AS open_h FROM ticket_facts(events) ORDER BY ticket_id";
    // INC1: opened at 1:00, solved at 9:00, active from 2:00. INC2: solved after an hour, again after
    // 26; active from 15:00 to 12:00. INC3: closed after three days and never solved.
    assert_eq!(
        rows(&engine, sql).await,
        [
            "INC1|0|1|8.0|7.0",
            "INC2|1|0|26.0|21.0",
            "INC3|0|0|72.0|0.0"
        ]
    );
}
