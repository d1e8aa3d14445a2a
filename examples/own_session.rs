//! Installs deskql's functions, with the rules that they need, into a session of DataFusion's own making.
//!
//! `cargo run --example own_session`

use datafusion::error::Result;
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::{CsvReadOptions, SessionContext};
use deskql::SessionStateBuilderExt;

#[tokio::main]
async fn main() -> Result<()> {
    let state = SessionStateBuilder::new().with_deskql()?.build();
    let context = SessionContext::new_with_state(state);
    context
        .register_csv("surveys", "examples/surveys.csv", CsvReadOptions::new())
        .await?;
    let frame = context
        .sql(
            "SELECT kind, nps(score) FILTER (WHERE kind = 'nps') AS nps,
                    csat(score) FILTER (WHERE kind = 'csat') AS csat, count(*) AS answers
             FROM surveys GROUP BY kind ORDER BY kind",
        )
        .await?;
    frame.show().await
}
