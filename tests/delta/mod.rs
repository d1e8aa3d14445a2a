//! Delta tables, whose logs are written here by hand: what the protocol says, not what a library makes of it.
#![expect(
    clippy::needless_pass_by_value,
    reason = "JSON is written where it is passed on"
)]

mod columns;
mod damage;
mod deleted_rows;
mod files;
mod mapped_columns;
mod open_session;
mod peers;
mod versions;

use std::path::{Path, PathBuf};

use datafusion::arrow::array::ArrayRef;
use serde_json::{Value, json};

use crate::support::data::parquet;

/// A Delta table that is written entry by entry.
pub(super) struct DeltaFolder {
    pub(super) root: PathBuf,
    next: u64,
}

impl DeltaFolder {
    /// A table whose first version has these columns (name, type of Delta) and no rows.
    pub(super) fn new(root: &Path, columns: &[(&str, &str)], partitions: &[&str]) -> Self {
        let fields = columns
            .iter()
            .map(|(name, kind)| field(name, kind, json!({})));
        Self::with_schema(
            root,
            fields.collect(),
            partitions,
            json!({}),
            protocol(1, 2),
        )
    }

    pub(super) fn with_schema(
        root: &Path,
        fields: Vec<Value>,
        partitions: &[&str],
        configuration: Value,
        protocol: Value,
    ) -> Self {
        std::fs::create_dir_all(root.join("_delta_log")).unwrap();
        let mut table = Self {
            root: root.to_owned(),
            next: 0,
        };
        table.commit(&[protocol, metadata(fields, partitions, configuration)]);
        table
    }

    /// Writes an entry of the log; gives the number of the version.
    pub(super) fn commit(&mut self, actions: &[Value]) -> u64 {
        let version = self.next;
        let lines: Vec<String> = actions.iter().map(Value::to_string).collect();
        std::fs::write(self.entry(version), lines.join("\n") + "\n").unwrap();
        self.next += 1;
        version
    }

    pub(super) fn entry(&self, version: u64) -> PathBuf {
        self.root.join(format!("_delta_log/{version:020}.json"))
    }

    /// Writes a data file and gives its `add` action.
    pub(super) fn file(
        &self,
        name: &str,
        columns: Vec<(&str, ArrayRef)>,
        partition: Value,
        stats: Value,
    ) -> Value {
        let path = self.root.join(name);
        parquet(&path, columns);
        let size = std::fs::metadata(&path).unwrap().len();
        json!({ "add": {
            "path": name, "partitionValues": partition, "size": size, "modificationTime": 1_700_000_000_000_i64,
            "dataChange": true, "stats": stats.to_string(),
        }})
    }

    /// Writes a data file without folder values whose rows the log counts, as a version of its own.
    pub(super) fn append(&mut self, name: &str, columns: Vec<(&str, ArrayRef)>) -> u64 {
        let rows = columns[0].1.len();
        let add = self.file(name, columns, json!({}), json!({ "numRecords": rows }));
        self.commit(&[add])
    }
}

pub(super) fn remove(name: &str) -> Value {
    json!({ "remove": { "path": name, "deletionTimestamp": 1_700_000_000_000_i64, "dataChange": true }})
}

pub(super) fn field(name: &str, kind: &str, metadata: Value) -> Value {
    json!({ "name": name, "type": kind, "nullable": true, "metadata": metadata })
}

pub(super) fn protocol(reader: u32, writer: u32) -> Value {
    json!({ "protocol": { "minReaderVersion": reader, "minWriterVersion": writer }})
}

/// Protocol of a table with features by name.
pub(super) fn features(names: &[&str]) -> Value {
    json!({ "protocol": {
        "minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": names, "writerFeatures": names,
    }})
}

pub(super) fn metadata(fields: Vec<Value>, partitions: &[&str], configuration: Value) -> Value {
    let schema = json!({ "type": "struct", "fields": fields }).to_string();
    json!({ "metaData": {
        "id": "5fba94ed-9794-4965-ba6e-6ee3c0d22af9", "format": { "provider": "parquet", "options": {} },
        "schemaString": schema, "partitionColumns": partitions, "configuration": configuration,
        "createdTime": 1_700_000_000_000_i64,
    }})
}
