//! `deskql.fast_paths`: the faster ways that a session takes where it can.

use super::listing::{CatalogueColumn, CatalogueTable, CatalogueValue};
use crate::planner::{FAST_PATHS, FastPath};

/// One row for each fast path.
#[must_use]
pub(crate) fn fast_paths() -> CatalogueTable {
    CatalogueTable::new(COLUMNS, |_| Ok(FAST_PATHS.to_vec()))
}

const COLUMNS: &[CatalogueColumn<&FastPath>] = &[
    CatalogueColumn {
        name: "setting",
        value: CatalogueValue::Text(|path| format!("deskql.{}", path.switch.name)),
    },
    CatalogueColumn {
        name: "description",
        value: CatalogueValue::Text(|path| path.switch.about.to_owned()),
    },
    CatalogueColumn {
        name: "explain_mark",
        value: CatalogueValue::Text(|path| path.explain_mark.to_owned()),
    },
    CatalogueColumn {
        name: "retire_when",
        value: CatalogueValue::Text(|path| path.retire_when.to_owned()),
    },
];
