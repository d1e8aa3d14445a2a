//! Named queries: SQL files with a header that describes their question and their parameters.
//!
//! ```sql
//! -- title = "First response time"
//! -- question = "How long do customers wait for a first answer?"
//! -- needs.tickets = ["created_at", "first_response_at"]
//! -- param.from = { type = "date", optional = true, about = "tickets created on this day or later" }
//!
//! SELECT frt(created_at, first_response_at, 'hour') AS mean_h FROM tickets
//! WHERE ($from IS NULL OR created_at >= $from)
//! ```
//!
//! Parameters are bound as typed values in the parsed statement, never as text.

mod embedded;
mod header;
mod library;
mod listing;
mod needs;
mod page;
mod parameter;
mod parameter_values;
mod problem;
mod query;
mod script_parameter;
mod search;

pub(crate) use header::{ChartKind, QueryChart};
pub use library::QueryLibrary;
pub(crate) use listing::listing;
pub(crate) use needs::check as check_needs;
pub(crate) use page::{list, lookup};
pub(crate) use parameter::ParameterDeclaration;
pub use parameter::{ParameterType, QueryParameter};
pub(crate) use parameter_values::parameter_values;
pub use query::{NamedQuery, QueryOrigin};
pub(crate) use script_parameter::ScriptParameters;
