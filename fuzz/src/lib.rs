//! What the fuzz targets call. The tests of the project take the same modules.

#[path = "../../tests/support/messages.rs"]
mod messages;

mod targets;

pub use targets::*;
