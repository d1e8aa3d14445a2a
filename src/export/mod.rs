//! `COPY`: what is written where, under which names, and what becomes of files that are there already.
//!
//! A plan of DataFusion's keeps its place and its format. The format is wrapped (`format`), so that its
//! sink is one of ours (`sink`): it looks at the folder first (`folder`), names partitions (`partition`),
//! writes texts as results are written (`text_files`), and makes everything visible in one step.

mod append;
mod arrow_files;
mod folder;
mod format;
mod partition;
mod rules;
mod sink;
mod task;
mod text_files;

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::dataframe::DataFrame;
use datafusion::datasource::file_format::{file_type_to_format, format_as_file_type};
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::LogicalPlan;
use datafusion::logical_expr::dml::CopyTo;

use crate::error::Result;
use crate::runtime::ScratchFiles;
use format::CopyFormatFactory;
use rules::CopyRules;

/// Makes every `COPY` of a plan one of ours.
///
/// # Errors
/// When its options do not fit together.
pub(crate) fn with_copy_rules(frame: DataFrame, scratch: &ScratchFiles) -> Result<DataFrame> {
    let (state, plan) = frame.into_parts();
    let plan = plan.transform_down(|node| match node {
        LogicalPlan::Copy(copy) => ruled(copy, scratch).map(Transformed::yes),
        other => Ok(Transformed::no(other)),
    })?;
    Ok(DataFrame::new(state, plan.data))
}

fn ruled(mut copy: CopyTo, scratch: &ScratchFiles) -> DataFusionResult<LogicalPlan> {
    let inner = file_type_to_format(&copy.file_type)?;
    let rules = CopyRules::take(&mut copy)?;
    copy.file_type = format_as_file_type(Arc::new(CopyFormatFactory {
        inner,
        rules,
        scratch: scratch.clone(),
    }));
    Ok(LogicalPlan::Copy(copy))
}
