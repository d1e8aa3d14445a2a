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
