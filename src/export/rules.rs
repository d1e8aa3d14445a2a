//! The options of `COPY` that DataFusion does not have.

use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::logical_expr::dml::CopyTo;

use crate::encoding::QuotedColumns;
use crate::parser::copy::OWN;

/// What happens to a folder that has files already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FolderMode {
    /// It is refused.
    Refuse,
    /// New files take the place of all old ones.
    Overwrite,
    /// New files take the place of old ones in the partitions that are written.
    OverwritePartitions,
    /// New files come beside old ones.
    Append,
}

/// Whether the target is a file, where the engine would choose by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TargetShape {
    /// By the name: with an ending it is a file.
    ByName,
    /// A file, unless there is a folder of that name.
    FileUnlessFolder,
    /// As the option says.
    Said { is_file: bool },
}

/// Options of one `COPY`.
#[derive(Debug, Clone)]
pub(super) struct CopyRules {
    pub(super) mode: FolderMode,
    pub(super) shape: TargetShape,
    pub(super) is_array: bool,
    /// Tabs between the fields, which the names of files say.
    pub(super) is_tsv: bool,
    pub(super) escape: Option<u8>,
    pub(super) quoted: QuotedColumns,
}

impl CopyRules {
    /// Takes the options out of `copy`.
    pub(super) fn take(copy: &mut CopyTo) -> Result<Self> {
        let mut take = |name: &str| copy.options.remove(&format!("{OWN}{name}"));
        let rules = Self {
            mode: match take("mode").as_deref() {
                Some("overwrite") => FolderMode::Overwrite,
                Some("overwrite_partitions") => FolderMode::OverwritePartitions,
                Some("append") => FolderMode::Append,
                _ => FolderMode::Refuse,
            },
            shape: match take("single_file").as_deref() {
                Some("auto") => TargetShape::FileUnlessFolder,
                Some(said) => TargetShape::Said {
                    is_file: said == "true",
                },
                None => TargetShape::ByName,
            },
            is_array: take("array").as_deref() == Some("true"),
            is_tsv: take("tsv").is_some(),
            escape: take("escape").and_then(|text| text.bytes().next()),
            quoted: match take("force_quote").as_deref() {
                Some("*") => QuotedColumns::All,
                Some(names) => QuotedColumns::Named(names.lines().map(str::to_owned).collect()),
                None => QuotedColumns::WhereNeeded,
            },
        };
        rules.check(copy)?;
        Ok(rules)
    }

    fn check(&self, copy: &CopyTo) -> Result<()> {
        let fields = copy.input.schema().fields();
        if let QuotedColumns::Named(names) = &self.quoted
            && let Some(unknown) = names
                .iter()
                .find(|name| fields.iter().all(|field| field.name() != *name))
        {
            return plan_err!("force_quote: no column named '{unknown}'");
        }
        if self.mode == FolderMode::OverwritePartitions && copy.partition_by.is_empty() {
            return plan_err!(
                "OVERWRITE_PARTITIONS needs PARTITION_BY: write OVERWRITE to replace the whole folder"
            );
        }
        if !copy.partition_by.is_empty() {
            if self.shape == (TargetShape::Said { is_file: true }) {
                return plan_err!("PARTITION_BY writes a folder: leave per_thread_output away");
            }
            let is_written = |name: &String| copy.partition_by.contains(name);
            if fields.iter().all(|field| is_written(field.name())) {
                return plan_err!(
                    "every column is in PARTITION_BY: one at least must remain for the files"
                );
            }
        }
        Ok(())
    }
}
