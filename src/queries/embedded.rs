//! The queries that are part of the program, in the order they are listed.

macro_rules! embedded {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../queries/", $path)))),*]
    };
}

/// Path below `queries/` and text of each.
pub(super) const EMBEDDED: &[(&str, &str)] = embedded!["overview.sql"];
