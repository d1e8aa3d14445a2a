//! Steps that write a Delta table: the place where they will branch off.
//!
//! Once there is a writer of Delta tables, `copy_text::format` lets the format pass, `execute::write` calls that
//! writer instead of planning a `COPY`, and the version of the table takes the place of `written_files`.

/// The format's name in a job file.
pub(super) const FORMAT: &str = "delta";

/// The line about a step that asks for it.
pub(super) const REFUSAL: &str =
    "steps cannot write Delta tables yet: write format = \"parquet\" with partition_by and mode";
