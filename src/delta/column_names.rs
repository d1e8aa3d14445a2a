//! Names of a table's columns in its files, which differ where the table has column mapping.

use std::collections::HashMap;

use delta_kernel::schema::{ColumnMetadataKey, DataType, MetadataValue, StructField, StructType};
use delta_kernel::snapshot::Snapshot;
use delta_kernel::table_features::ColumnMappingMode;

use crate::error::{Error, Result};

/// Names and field ids of top-level columns in files, by their names in the table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ColumnNames {
    /// Empty where the names are the same.
    in_files: HashMap<String, String>,
    /// Ids by which columns are found, where the table says so.
    ids: HashMap<String, i64>,
}

impl ColumnNames {
    /// # Errors
    /// If names inside a column differ: only top-level ones are mapped.
    pub(super) fn try_new(label: &str, snapshot: &Snapshot) -> Result<Self> {
        let mode = snapshot.table_configuration().column_mapping_mode();
        let schema = snapshot.schema();
        let mut names = Self::default();
        if mode == ColumnMappingMode::None {
            return Ok(names);
        }
        for field in schema.fields() {
            if has_renamed(field.data_type(), mode) {
                let problem = format!(
                    "column {:?} has renamed fields inside (column mapping), which cannot be read: rewrite the table \
                     without column mapping",
                    field.name()
                );
                return Err(Error::location(label, problem));
            }
            let in_files = field.physical_name(mode).to_owned();
            names.in_files.insert(field.name().clone(), in_files);
            if let (ColumnMappingMode::Id, Some(id)) = (mode, field_id(field)) {
                names.ids.insert(field.name().clone(), id);
            }
        }
        Ok(names)
    }

    /// True if files have other names than the table.
    pub(crate) fn is_mapped(&self) -> bool {
        !self.in_files.is_empty()
    }

    /// Name of the column `name` in files.
    pub(crate) fn in_files<'a>(&'a self, name: &'a str) -> &'a str {
        self.in_files.get(name).map_or(name, String::as_str)
    }

    /// True if columns are found by their ids.
    pub(crate) fn has_ids(&self) -> bool {
        !self.ids.is_empty()
    }

    /// Id by which the column is found in files.
    pub(crate) fn id(&self, name: &str) -> Option<i64> {
        self.ids.get(name).copied()
    }
}

fn field_id(field: &StructField) -> Option<i64> {
    match field
        .metadata()
        .get(ColumnMetadataKey::ColumnMappingId.as_ref())
    {
        Some(MetadataValue::Number(id)) => Some(*id),
        _ => None,
    }
}

fn has_renamed(data_type: &DataType, mode: ColumnMappingMode) -> bool {
    let in_struct = |fields: &StructType| {
        let mut fields = fields.fields();
        fields.any(|field| {
            field.physical_name(mode) != field.name() || has_renamed(field.data_type(), mode)
        })
    };
    match data_type {
        DataType::Struct(fields) => in_struct(fields),
        DataType::Array(list) => has_renamed(list.element_type(), mode),
        DataType::Map(map) => {
            has_renamed(map.key_type(), mode) || has_renamed(map.value_type(), mode)
        }
        _ => false,
    }
}
