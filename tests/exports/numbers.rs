//! Numbers that could be meant otherwise, and what keeps a column from being one of numbers.

use super::answer;

#[tokio::test]
async fn points_beside_decimal_commas_are_not_taken_for_decimals() {
    let text = "price;qty;share\n4,50;1.234;0.5\n3,25;12.000;0.25\n";
    let sql = "SELECT sum(price), min(qty), sum(share) FROM t";
    let (rows, notes) = answer("t.csv", text, sql).await;
    assert_eq!(rows, ["7.75|1.234|0.75"]);
    assert!(notes[0].contains("decimal comma in price"), "{notes:?}");
    assert!(
        notes[0].contains("such as 1.234 in qty stay text"),
        "{notes:?}"
    );
    // Without a decimal comma in the file a point is one.
    let (rows, _) = answer(
        "t.csv",
        "id;qty\n1;1.234\n2;12.000\n",
        "SELECT sum(qty) FROM t",
    )
    .await;
    assert_eq!(rows, ["13.234"]);
}

#[tokio::test]
async fn long_whole_numbers_are_not_rounded() {
    let text = "ticket_id\n1234567890123456788\n1234567890123456789\n0.5\n";
    let sql = "SELECT count(DISTINCT ticket_id), max(ticket_id) FROM t";
    let (rows, notes) = answer("t.csv", text, sql).await;
    assert_eq!(rows, ["3|1234567890123456789"]);
    assert!(
        notes[0].contains("numbers in ticket_id stay text"),
        "{notes:?}"
    );
    let whole = text.replace("0.5\n", "");
    let (rows, notes) = answer(
        "t.csv",
        whole,
        "SELECT sum(ticket_id - 1234567890123456780) FROM t",
    )
    .await;
    assert_eq!((rows, notes), (vec!["17".to_owned()], Vec::new()));
}

#[tokio::test]
async fn words_among_numbers_are_named() {
    let text = "id,score\n1,5\n2,NA\n3,4\n4,3\n5,5\n6,1\n";
    let (rows, notes) = answer("t.csv", text, "SELECT count(score) FROM t").await;
    assert_eq!(rows, ["6"]);
    assert_eq!(
        notes,
        ["t.csv: score is text, since row 2 has \"NA\" (null = [\"NA\"] if that is no value)"]
    );
}
