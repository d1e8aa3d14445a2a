//! What several test modules share.

pub(crate) mod data;
pub(crate) mod session;
