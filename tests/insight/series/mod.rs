//! Series, forecasts and staffing: published values, laws, edges, and a second computation of random series.

mod changes_and_trends;
mod edges;
mod forecasts;
mod laws;
mod oracle;
mod planning;
mod reference;
mod refusals;
mod sample;
mod scipy;

/// The first line of an error, without the place in the statement.
fn said(error: &str) -> &str {
    let line = error.lines().next().unwrap_or_default();
    line.split(" (line ").next().unwrap_or_default()
}
