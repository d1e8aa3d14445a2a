//! Every preset over small exports of its product, written by hand.

use super::support::{ExportFolder, ReadExport, read};

/// The cells of a row, by the names of the columns.
fn cells<'a>(export: &'a ReadExport, table: usize, row: usize, columns: &[usize]) -> Vec<&'a str> {
    let all: Vec<&str> = export.rows(table)[row].split('|').collect();
    columns.iter().map(|column| all[*column]).collect()
}

async fn read_preset(preset: &str, name: &str, text: &str) -> ReadExport {
    let folder = ExportFolder::new();
    let path = folder.write(name, text);
    let export = read(&[&path], preset)
        .await
        .unwrap_or_else(|error| panic!("{preset}: {error}"));
    assert_eq!(
        export
            .outcome
            .notes
            .iter()
            .filter(|note| note.contains("NULL"))
            .count(),
        0
    );
    export
}

#[tokio::test]
async fn zendesk_csv_and_pages() {
    let csv = "Summation column,Id,Requester,Requester id,Assignee,Group,Subject,Tags,Status,Priority,Via,Ticket type,Created at,Updated at,Solved at,Satisfaction Score,First reply time in minutes,Reopens\n\
        1,35436,Ana,77,Bo,Support,Help,vip refund,Solved,Urgent,Mail,Incident,2024-05-01 08:00,2024-05-02 09:00,2024-05-02 08:30,Good,12,0\n\
        1,35437,Cy,78,-,-,Hi,,On-hold,-,Web form,-,2024-05-01 09:00,2024-05-01 09:00,,Not Offered,,1\n";
    let export = read_preset("zendesk", "tickets.csv", csv).await;
    // ticket_id, created_at, customer_id, status, priority, channel, team, tags, resolved_at, first response in seconds
    let columns = [0, 1, 3, 6, 7, 9, 10, 13];
    let first = [
        "35436",
        "2024-05-01T08:00:00Z",
        "77",
        "solved",
        "urgent",
        "email",
        "Support",
        "vip refund",
    ];
    assert_eq!(cells(&export, 0, 0, &columns), first);
    let second = [
        "35437",
        "2024-05-01T09:00:00Z",
        "78",
        "pending",
        "~",
        "web",
        "~",
        "~",
    ];
    assert_eq!(cells(&export, 0, 1, &columns), second);
    assert!(
        export.rows(0)[0].contains("|720|"),
        "12 minutes: {}",
        export.rows(0)[0]
    );
    assert_eq!(export.tables[1].len(), 1);
    assert_eq!(cells(&export, 1, 0, &[0, 1, 2]), ["35436", "csat", "5"]);
    let page = r#"{"tickets": [{"id": 35436, "created_at": "2024-05-01T08:00:00Z", "updated_at": "2024-05-02T09:00:00Z",
        "requester_id": 77, "assignee_id": 5, "group_id": 3, "organization_id": null, "status": "solved", "priority": "urgent",
        "type": "incident", "subject": "Help", "tags": ["vip", "refund"], "via": {"channel": "email", "source": {"rel": null}},
        "satisfaction_rating": {"score": "bad", "comment": "slow"}, "metric_set": {"replies": 2, "reopens": 0,
        "reply_time_in_minutes": {"calendar": 12, "business": 3}, "solved_at": "2024-05-02T08:30:00Z"}}],
        "next_page": null, "count": 1}"#;
    let export = read_preset("zendesk", "page.json", page).await;
    let first = [
        "35436",
        "2024-05-01T08:00:00Z",
        "77",
        "solved",
        "urgent",
        "email",
        "3",
        "vip refund",
    ];
    assert_eq!(cells(&export, 0, 0, &columns), first);
    assert!(export.rows(0)[0].contains("|720|"), "12 minutes");
    assert_eq!(
        cells(&export, 1, 0, &[0, 1, 2, 3]),
        ["35436", "csat", "1", "slow"]
    );
}

#[tokio::test]
async fn freshdesk_csv_and_api() {
    let csv = "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Group,Created time,Due by Time,Resolved time,Closed time,Last update time,First response time (in hrs),Resolution time (in hrs),First response status,Resolution status,Agent interactions,Customer interactions,Tags,Survey results,Full name,Email\n\
        9,Broken,Resolved,Urgent,Email,Problem,Bo,No Group,2024-05-01 08:00:00,2024-05-03 08:00:00,2024-05-02 10:05:00,,2024-05-02 10:05:00,00:30:00,26:05:00,Within SLA,SLA Violated,2,1,\"a,b\",Happy,Ana,ana@example.com\n";
    let export = read_preset("freshdesk", "tickets.csv", csv).await;
    let columns = [0, 1, 7, 8, 9, 11, 19, 20, 21, 22];
    let expected = [
        "9",
        "2024-05-01T08:00:00Z",
        "solved",
        "urgent",
        "email",
        "~",
        "~",
        "1800",
        "93900",
        "true",
    ];
    assert_eq!(cells(&export, 0, 0, &columns), expected);
    assert_eq!(cells(&export, 1, 0, &[0, 1, 2]), ["9", "csat", "4"]);
    let api = r#"[{"id": 9, "status": 4, "priority": 4, "source": 1, "type": "Problem", "requester_id": 7, "responder_id": 2,
        "created_at": "2024-05-01T08:00:00Z", "updated_at": "2024-05-02T10:05:00Z", "tags": ["a", "b"], "is_escalated": false}]"#;
    let export = read_preset("freshdesk", "tickets.json", api).await;
    assert_eq!(
        cells(&export, 0, 0, &[0, 3, 7, 8, 9]),
        ["9", "7", "solved", "urgent", "email"]
    );
    assert!(export.rows(1).is_empty());
}

#[tokio::test]
async fn intercom_csv_and_api() {
    let csv = "Conversation ID,Conversation started at,Last updated at,Conversation state,Channel,Teammate assigned,Conversation rating,First response time (seconds),Conversation tags\n\
        215469,2024-05-01 08:00:00,2024-05-01 09:00:00,closed,Messenger,Bo,4,95,\"vip, bug\"\n";
    let export = read_preset("intercom", "conversations.csv", csv).await;
    assert_eq!(
        cells(&export, 0, 0, &[0, 1, 6, 8]),
        ["215469", "2024-05-01T08:00:00Z", "closed", "chat"]
    );
    assert_eq!(cells(&export, 1, 0, &[0, 1, 2]), ["215469", "csat", "4"]);
    let api = r#"{"type": "conversation.list", "pages": {"type": "pages", "page": 1}, "total_count": 1, "conversations": [
        {"type": "conversation", "id": "215469", "created_at": 1714550400, "updated_at": 1714554000, "state": "snoozed",
         "priority": "priority", "source": {"type": "email", "author": {"id": "u1", "email": "a@example.com"}, "subject": "Hi"},
         "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "c1"}]},
         "tags": {"type": "tag.list", "tags": [{"name": "vip"}, {"name": "bug"}]}, "admin_assignee_id": 5, "title": null,
         "conversation_rating": {"rating": 5, "remark": "great", "created_at": 1714554000, "contact": {"id": "c1"}, "teammate": {"id": 5}},
         "statistics": {"time_to_admin_reply": 95, "first_admin_reply_at": 1714550495, "count_reopens": 1}}]}"#;
    let export = read_preset("intercom", "conversations.json", api).await;
    // 1714550400 is 2024-05-01 08:00 UTC.
    let columns = [0, 1, 3, 5, 6, 7, 8, 12, 13];
    let expected = [
        "215469",
        "2024-05-01T08:00:00Z",
        "c1",
        "Hi",
        "pending",
        "high",
        "email",
        "vip, bug",
        "2024-05-01T08:01:35Z",
    ];
    assert_eq!(cells(&export, 0, 0, &columns), expected);
    assert_eq!(
        cells(&export, 1, 0, &[2, 3, 6]),
        ["5", "great", "2024-05-01T09:00:00Z"]
    );
}

#[tokio::test]
async fn jira_csv_and_api() {
    let csv = "Summary,Issue key,Issue id,Issue Type,Status,Priority,Resolution,Assignee,Reporter,Created,Updated,Resolved,Labels,Labels,Custom field (Request channel type),Custom field (Satisfaction)\n\
        Cannot print,SUP-1,10001,Service Request,Waiting for customer,Highest,Unresolved,Bo,Ana,01/May/24 8:00 AM,02/May/24 1:05 PM,,vip,print,email,\n\
        Done,SUP-2,10002,Incident,Done,Low,Done,Unassigned,Ana,01/May/24 9:00 AM,02/May/24 9:00 AM,02/May/24 9:00 AM,,,portal,3\n";
    let export = read_preset("jira", "issues.csv", csv).await;
    let columns = [0, 1, 2, 6, 8, 9, 11, 12, 13, 15, 16];
    let first = [
        "SUP-1",
        "2024-05-01T08:00:00Z",
        "2024-05-02T13:05:00Z",
        "Cannot print",
        "Service Request",
        "pending",
        "~",
        "urgent",
        "email",
        "Bo",
        "vip, print",
    ];
    assert_eq!(cells(&export, 0, 0, &columns), first);
    let second = [
        "SUP-2",
        "2024-05-01T09:00:00Z",
        "2024-05-02T09:00:00Z",
        "Done",
        "Incident",
        "solved",
        "Done",
        "low",
        "web",
        "~",
        "~",
    ];
    assert_eq!(cells(&export, 0, 1, &columns), second);
    assert_eq!(export.tables[1].len(), 1);
    assert_eq!(
        cells(&export, 1, 0, &[0, 1, 2, 3]),
        ["SUP-2", "csat", "3", "2024-05-02T09:00:00Z"]
    );
    let api = r#"{"expand": "schema,names", "startAt": 0, "maxResults": 50, "total": 1, "issues": [{"id": "10001", "key": "SUP-1",
        "fields": {"summary": "Cannot print", "created": "2024-05-01T10:00:00.000+0200", "updated": "2024-05-02T15:05:00.000+0200",
        "status": {"name": "Waiting for support", "statusCategory": {"name": "To Do"}}, "priority": {"name": "Medium"},
        "reporter": {"accountId": "r1", "displayName": "Ana"}, "assignee": null, "labels": ["vip", "print"], "resolution": null,
        "issuetype": {"name": "Service Request"}, "project": {"key": "SUP"}, "resolutiondate": null}}]}"#;
    let export = read_preset("jira", "search.json", api).await;
    let first = [
        "SUP-1",
        "2024-05-01T08:00:00Z",
        "2024-05-02T13:05:00Z",
        "Cannot print",
        "Service Request",
        "open",
        "~",
        "normal",
        "~",
        "~",
        "vip, print",
    ];
    assert_eq!(cells(&export, 0, 0, &columns), first);
}

#[tokio::test]
async fn servicenow_lists_and_api() {
    let csv = "number,opened_at,sys_updated_on,resolved_at,closed_at,incident_state,priority,contact_type,assignment_group,caller_id,made_sla,reopen_count\n\
        INC0010001,2024-05-01 08:00:00,2024-05-02 09:00:00,2024-05-02 08:00:00,,Resolved,2 - High,Self service,Network,Ana,true,1\n\
        INC0010002,01-05-2024 08:00:00,02-05-2024 09:00:00,,,On Hold,1 - Critical,Phone,,Ana,false,0\n\
        INC0010003,2024-05-01 08:00:00,,,,Lost,3,Phone,,Ana,false,0\n";
    let export = read_preset("servicenow", "incident.csv", csv).await;
    let columns = [0, 1, 6, 7, 8, 11, 13, 16];
    let first = [
        "INC0010001",
        "2024-05-01T08:00:00Z",
        "solved",
        "high",
        "web",
        "Network",
        "2024-05-02T08:00:00Z",
        "true",
    ];
    assert_eq!(cells(&export, 0, 0, &columns), first);
    let second = [
        "INC0010002",
        "2024-05-01T08:00:00Z",
        "pending",
        "urgent",
        "phone",
        "~",
        "~",
        "false",
    ];
    assert_eq!(cells(&export, 0, 1, &columns), second);
    assert_eq!(
        export.reasons(),
        ["1 tickets.status: it is not among the values of the mapping (line 4)"]
    );
    let api = r#"{"result": [{"number": "INC0010001", "opened_at": "2024-05-01 08:00:00", "sys_updated_on": "2024-05-02 09:00:00",
        "state": "6", "priority": "2", "contact_type": "self-service", "assignment_group": {"link": "x", "value": "g1"},
        "caller_id": {"display_value": "Ana", "link": "x"}, "resolved_at": "2024-05-02 08:00:00", "closed_at": "", "made_sla": "true"}]}"#;
    let export = read_preset("servicenow", "incident.json", api).await;
    let first = [
        "INC0010001",
        "2024-05-01T08:00:00Z",
        "solved",
        "high",
        "web",
        "g1",
        "2024-05-02T08:00:00Z",
        "true",
    ];
    assert_eq!(cells(&export, 0, 0, &columns), first);
}

#[tokio::test]
async fn surveys_long_and_wide() {
    let long = "Response ID,Survey type,Ticket,Customer,Sent at,Response date,Rating,Feedback\n\
        r1,CSAT,7,c1,2024-05-01,2024-05-02 10:00:00,4,fine\n\
        r2,Net Promoter Score,,c2,2024-05-01,,,\n\
        r3,Mood,,c2,2024-05-01,,3,\n\
        r4,NPS,,c3,2024-05-01,2024-05-01,11,\n";
    let export = read_preset("survey-long", "answers.csv", long).await;
    let expected = [
        "r1|csat|7|c1|~|~|2024-05-01T00:00:00Z|2024-05-02T10:00:00Z|4|fine",
        "r2|nps|~|c2|~|~|2024-05-01T00:00:00Z|~|~|~",
    ];
    assert_eq!(export.rows(0), expected);
    let expected = [
        "1 surveys.kind: it is not among the values of the mapping (line 4)",
        "1 surveys.score: expected a number from 0 to 10 (line 5)",
    ];
    assert_eq!(export.reasons(), expected);
    let wide = "Response ID,Customer,Completed at,Likelihood to recommend,CSAT,Effort\n\
        r1,c1,2024-05-02 10:00:00,9,5,\n\
        r2,c2,2024-05-02 11:00:00,,,7\n\
        r3,c3,2024-05-02 12:00:00,,,\n";
    let export = read_preset("survey-wide", "answers.csv", wide).await;
    let at = |hour: u32| format!("2024-05-02T{hour}:00:00Z");
    let row = |id: &str, kind: &str, score: u32, hour: u32| {
        format!("r{id}|~|c{id}|~|~|{0}|{0}|~|{kind}|{score}", at(hour))
    };
    let expected = [
        row("1", "nps", 9, 10),
        row("1", "csat", 5, 10),
        row("2", "ces", 7, 11),
    ];
    assert_eq!(export.rows(0), expected);
    assert_eq!((export.total().read, export.total().passed_over), (3, 1));
}

/// The mappings of `docs/ingest.md`.
#[tokio::test]
async fn mappings_of_the_guide_are_mappings() {
    let guide = include_str!("../../docs/ingest.md");
    let blocks = guide.split("```toml\n").skip(1);
    let blocks: Vec<&str> = blocks
        .map(|block| block.split("```").next().unwrap())
        .collect();
    assert_eq!(blocks.len(), 5);
    let folder = ExportFolder::new();
    let path = folder.write("a.csv", "x\n1\n");
    for block in blocks {
        // The file has none of the columns: an error about the mapping would be another one.
        let error = match read(&[&path], block).await {
            Ok(export) => panic!("{block}: {export:?}"),
            Err(error) => error.to_string(),
        };
        let is_about_file =
            error.contains("no column for") || error.contains("none of the columns");
        assert!(is_about_file, "{block}: {error}");
    }
}
