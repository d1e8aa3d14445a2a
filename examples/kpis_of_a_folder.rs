//! Computes KPIs over a folder of files and reads the answer row by row.
//!
//! `cargo run --example kpis_of_a_folder -- sample-data`

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program prints"
)]

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::{Float64Type, Int64Type};
use deskql::{Engine, EngineSettings, Result};

#[tokio::main]
async fn main() -> Result<()> {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "sample-data".to_owned());
    let engine = Engine::open(EngineSettings {
        data: vec![folder],
        ..EngineSettings::default()
    })
    .await?;
    let mut execution = engine
        .run(
            "SELECT channel, count(*) AS tickets, frt(created_at, first_reply_at, 'hour') AS frt_hours
             FROM tickets GROUP BY channel ORDER BY channel",
        )
        .await?;
    for hint in execution.hints() {
        eprintln!("{hint}");
    }
    while let Some(batch) = execution.next_batch().await? {
        let channels = batch.column(0).as_string_view();
        let tickets = batch.column(1).as_primitive::<Int64Type>();
        let hours = batch.column(2).as_primitive::<Float64Type>();
        for row in 0..batch.num_rows() {
            println!(
                "{:<8} {:>7} tickets, first reply after {:.2} hours",
                channels.value(row),
                tickets.value(row),
                hours.value(row)
            );
        }
    }
    Ok(())
}
