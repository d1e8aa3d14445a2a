//! The same files read by `deskql.toml`: two ways to every value.

use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use deskql::{Engine, EngineSettings};

use super::support::{ExportFolder, read};
use crate::support::random::Random;

const COLUMNS: &str = "
id = { type = \"int\" }
fee = { type = \"decimal(10,2)\" }
ratio = { type = \"float\" }
opened = { time = \"d/m/yyyy H:MM\", timezone = \"Europe/Paris\" }
closed = { time = \"iso\", timezone = \"America/New_York\" }
day = { time = \"dd.mm.yyyy\", type = \"date\" }
late = { true = [\"Oui\"], false = [\"Non\"] }
note = { null = [\"n/a\"] }
";

/// Random rows; every value is one that both take.
fn csv(random: &mut Random, rows: i64) -> String {
    let mut text = "id,fee,ratio,opened,closed,day,late,note\n".to_owned();
    for id in 0..rows {
        let fee = random.between(-99_999, 99_999);
        let sign = if fee < 0 { "-" } else { "" };
        let fee = format!("{sign}{}.{:02}", fee.abs() / 100, fee.abs() % 100);
        let ratio = format!("{}e{}", random.between(-999, 999), random.between(-9, 9));
        let (year, month, day) = (
            random.between(1970, 2037),
            random.between(1, 12),
            random.between(1, 28),
        );
        let (hour, minute, second) = (
            random.between(0, 23),
            random.between(0, 59),
            random.between(0, 59),
        );
        let opened = format!("{day}/{month}/{year} {hour}:{minute:02}");
        let zone = *random.pick(&[&"", &"Z", &"+05:30", &".25", &".123456Z"]);
        let closed = format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}{zone}");
        let date = format!("{day:02}.{month:02}.{year}");
        let late = random.pick(&["Oui", "non", "true", "0"]);
        let note = random.pick(&["a", "\"b, \"\"c\"\"\"", "\"d\ne\"", "n/a", " f "]);
        let cells = [
            fee,
            ratio,
            opened,
            closed,
            date,
            late.to_owned(),
            note.to_owned(),
        ];
        let cells = cells.map(|cell| random.unless(10, cell).unwrap_or_default());
        text.push_str(&format!("{id},{}\n", cells.join(",")));
    }
    text
}

async fn by_configuration(folder: &ExportFolder) -> Vec<String> {
    let config = format!("[tables.t]\nlocation = \"t.csv\"\n[tables.t.columns]{COLUMNS}");
    let config = folder.write("deskql.toml", config);
    let engine = Engine::open(EngineSettings {
        config: Some(config),
        ..EngineSettings::default()
    });
    let engine = engine.await.unwrap();
    let sql = "SELECT id, fee, ratio, arrow_cast(opened, 'Timestamp(Microsecond, Some(\"UTC\"))'), \
               arrow_cast(closed, 'Timestamp(Microsecond, Some(\"UTC\"))'), day, late, note FROM t ORDER BY id";
    let batches = engine.sql(sql).await.unwrap().collect().await.unwrap();
    let options = FormatOptions::new().with_null("~");
    let mut rows = Vec::new();
    for batch in batches {
        let columns = batch.columns().iter();
        let columns: Vec<_> = columns
            .map(|column| ArrayFormatter::try_new(column, &options).unwrap())
            .collect();
        for row in 0..batch.num_rows() {
            let cells: Vec<String> = columns
                .iter()
                .map(|column| column.value(row).to_string())
                .collect();
            rows.push(cells.join("|"));
        }
    }
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_are_those_of_deskql_toml() {
    let mut random = Random::new(11);
    let folder = ExportFolder::new();
    let rows = 9_000;
    let path = folder.write("t.csv", csv(&mut random, rows));
    let mapping = format!("[tables.t]\nkey = [\"id\"]\n[tables.t.columns]{COLUMNS}");
    let export = read(&[&path], &mapping).await.unwrap();
    assert_eq!(export.reasons(), Vec::<String>::new());
    let expected = by_configuration(&folder).await;
    assert_eq!(expected.len(), usize::try_from(rows).unwrap());
    for (found, expected) in export.rows(0).iter().zip(&expected) {
        assert_eq!(found, expected);
    }
}
