//! Every function called with arguments that it rejects.

use super::{engine, faults, message};

/// Arguments of wrong kinds and numbers.
const ARGUMENTS: [&str; 12] = [
    "",
    "id",
    "team",
    "at",
    "list",
    "rec",
    "id, team",
    "team, id",
    "team, at, id",
    "list, rec",
    "money, day",
    "id, id, id, id, id, id, id, id, id",
];

#[tokio::test(flavor = "multi_thread")]
async fn functions_refuse_in_the_words_of_sql() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(&folder).await;
    let (mut failed, mut wrong) = (0, Vec::new());
    for page in engine.functions() {
        for arguments in ARGUMENTS {
            let call = format!("{}({arguments})", page.name);
            for text in [
                format!("SELECT {call} FROM p"),
                format!("SELECT {call} OVER (ORDER BY id) FROM p"),
            ] {
                let Some(message) = message(&engine, &text).await else {
                    continue;
                };
                failed += 1;
                let faults = faults(&message);
                if !faults.is_empty() {
                    wrong.push(format!("{text}\n    {message}\n    {faults:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}: {}", wrong.len(), wrong.join("\n"));
    assert!(failed > 2_000, "only {failed} calls fail");
}
