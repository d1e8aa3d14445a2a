//! Tables: config, locations, object stores, formats, column mapping.

mod arrow_format;
mod build;
mod calendar_tables;
mod calendars;
mod checked_footer;
#[cfg(feature = "cloud")]
mod cloud;
mod column_types;
mod config;
mod config_keys;
mod configured;
mod csv_form;
mod csv_forms;
mod csv_header;
mod csv_numbers;
mod csv_odd_values;
mod csv_problems;
mod csv_schema;
mod csv_sniff;
mod csv_table;
mod csv_types;
mod delta_table;
mod discover;
mod factory;
mod file_errors;
mod folder_contents;
mod footers;
mod formats;
mod git_lfs;
mod globbing;
mod header_names;
mod json_format;
mod json_schema;
mod json_shape;
mod kind;
mod listing;
mod location;
mod location_argument;
mod managed_folder;
mod managed_format;
mod mapping;
mod missing_column;
mod names;
mod notes;
mod null_words;
mod number_form;
mod parquet_format;
mod parquet_readers;
mod part_files;
mod part_schema;
mod partition_filters;
mod partition_values;
mod partitioned_table;
mod partitions;
mod path_glob;
mod places;
mod plan_scans;
mod reader_options;
mod register;
mod schema;
mod session;
mod sla_policies;
mod sla_tables;
mod source;
mod source_files;
mod spellings;
mod stores;
mod text_in_bytes;
mod text_languages;
mod text_rows;
mod text_type;
mod url_tables;
mod version_suffix;
mod western;
mod widen;
mod workbook;

use std::path::PathBuf;

use url::Url;

pub(crate) use config::{
    ActionConfig, ActionConfigStatus, AuditConfig, AuditLimits, AuditTableConfig, ConfigFile,
    GoalConfig, GoalsOfKpi,
};
pub(crate) use csv_sniff::{CsvSample, SniffedCsv, sniff as sniff_csv};
pub(crate) use delta_table::{DeltaTable, FILE_COLUMN, delta_location};
pub(crate) use file_errors::one_line;
pub(crate) use git_lfs::{PROBLEM as GIT_LFS_PROBLEM, is_pointer as is_git_lfs_pointer};
pub(crate) use json_shape::{RowPlace, place as row_place};
pub(crate) use kind::{FileName, is_hidden, partition_key};
pub(crate) use listing::{store_error, store_of, store_path};
pub(crate) use location::DataLocation;
pub(crate) use location_argument::absolute_location;
pub(crate) use managed_format::refuse_nested;
pub(crate) use notes::TableNotes;
pub(crate) use number_form::{NumberForm, NumberReader};
pub(crate) use plan_scans::{scan_plan, table_scans};
pub(crate) use register::{ConfigSource, register};
pub(crate) use session::{object_stores, with_stores, with_tables};
pub(crate) use workbook::{SheetCell, SheetForm, SheetRecord, sheet_records};

/// Default config file: `deskql.toml` in the working directory, if it exists.
#[must_use]
pub(crate) fn default_config() -> Option<PathBuf> {
    let path = PathBuf::from("deskql.toml");
    path.is_file().then_some(path)
}

/// URL as people write it: a plain path for a local file, relative if it is below the working
/// directory.
pub(crate) fn label_of(url: &Url) -> String {
    let Some(path) = (url.scheme() == "file")
        .then(|| url.to_file_path().ok())
        .flatten()
    else {
        return url.to_string();
    };
    let here = std::env::current_dir().unwrap_or_default();
    let short = path.strip_prefix(&here).unwrap_or(&path);
    short.display().to_string()
}
