//! Has the scans of a query read local text files as they were listed, see [`LocalFiles`].
//!
//! Parquet scans have readers of their own, which the format makes.

use std::sync::Arc;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfig};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::execution::object_store::{ObjectStoreRegistry, ObjectStoreUrl};
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::physical_plan::ExecutionPlan;
use object_store::{ObjectMeta, ObjectStore};
use url::Url;

use super::local_files::LocalFiles;

/// `context` for the run of `plan`, with a store that has the plan's files open.
///
/// # Errors
/// If the plan cannot be walked.
pub(crate) fn pinned(
    plan: &Arc<dyn ExecutionPlan>,
    context: Arc<TaskContext>,
) -> Result<Arc<TaskContext>> {
    let mut listed: Vec<ObjectMeta> = Vec::new();
    plan.apply(|node| {
        let exec = node.downcast_ref::<DataSourceExec>();
        let scan = exec.and_then(|exec| exec.data_source().downcast_ref::<FileScanConfig>());
        if let Some(scan) = scan.filter(|scan| is_local_text(scan)) {
            let files = scan.file_groups.iter().flat_map(FileGroup::iter);
            listed.extend(files.map(|file| file.object_meta.clone()));
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    if listed.is_empty() {
        return Ok(context);
    }
    let files = LocalFiles::listed(listed.into_iter(), true);
    files.open_all();
    Ok(Arc::new(with_files(&context, Arc::new(files))))
}

fn is_local_text(scan: &FileScanConfig) -> bool {
    scan.object_store_url == ObjectStoreUrl::local_filesystem()
        && scan.file_source().file_type() != "parquet"
}

fn with_files(context: &TaskContext, files: Arc<LocalFiles>) -> TaskContext {
    let runtime = context.runtime_env();
    let stores = PinnedStores {
        stores: Arc::clone(&runtime.object_store_registry),
        files,
    };
    let runtime = RuntimeEnv {
        object_store_registry: Arc::new(stores),
        ..RuntimeEnv::clone(&runtime)
    };
    TaskContext::new(
        context.task_id(),
        context.session_id(),
        context.session_config().clone(),
        context.scalar_functions().clone(),
        context.higher_order_functions().clone(),
        context.aggregate_functions().clone(),
        context.window_functions().clone(),
        Arc::new(runtime),
    )
}

/// Object stores of a session, with the local files of one query.
#[derive(Debug)]
struct PinnedStores {
    stores: Arc<dyn ObjectStoreRegistry>,
    files: Arc<LocalFiles>,
}

impl ObjectStoreRegistry for PinnedStores {
    fn register_store(
        &self,
        url: &Url,
        store: Arc<dyn ObjectStore>,
    ) -> Option<Arc<dyn ObjectStore>> {
        self.stores.register_store(url, store)
    }

    fn get_store(&self, url: &Url) -> Result<Arc<dyn ObjectStore>> {
        if url.scheme() == "file" {
            return Ok(Arc::clone(&self.files) as Arc<dyn ObjectStore>);
        }
        self.stores.get_store(url)
    }
}
