//! Statements of many kinds, none of which may fail with terms of the layers below.

use super::{engine, faults, message};

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_in_the_words_of_sql() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(&folder).await;
    let (mut failed, mut wrong) = (0, Vec::new());
    let texts = include_str!("statements.sql");
    for text in texts
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("--"))
    {
        let Some(message) = message(&engine, text).await else {
            continue;
        };
        failed += 1;
        let faults = faults(&message);
        if !faults.is_empty() {
            wrong.push(format!("{text}\n    {message}\n    {faults:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(failed >= 200, "only {failed} of the statements fail");
}
