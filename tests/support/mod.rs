//! Helpers of several test modules.

pub(crate) mod answers;
pub(crate) mod data;
pub(crate) mod messages;
pub(crate) mod postgres;
pub(crate) mod random;
#[cfg(feature = "cloud")]
pub(crate) mod s3_server;
pub(crate) mod session;
pub(crate) mod text;
