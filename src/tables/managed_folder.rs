//! Tells the folders of Delta tables, and refuses those of Iceberg and Hudi, see [`ManagedFormat`].

use datafusion::catalog::Session;
use futures::{StreamExt, TryStreamExt};
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use url::Url;

use super::label_of;
use super::listing::{store_of, store_path};
use super::managed_format::{ManagedFormat, is_iceberg_metadata, problem};
use super::places::child;
use super::source::TableSource;
use crate::delta::TableVersion;
use crate::error::{Error, Result};
use crate::runtime::store_error;

/// Notes in `source` that its place is a Delta table.
///
/// # Errors
/// If it is a table of another of these formats, lies in one, or is several places of which one is a Delta table.
pub(super) async fn recognise(session: &dyn Session, source: &mut TableSource) -> Result<()> {
    let label = &source.label;
    let is_one = source.places.len() == 1 && source.places[0].glob.is_none();
    let mut is_delta = false;
    for place in &source.places {
        is_delta |= is_delta_table(session, label, &place.url).await?;
    }
    if is_delta && !is_one {
        let problem =
            "is a Delta table and other files at once: name the folder of the Delta table alone";
        return Err(Error::location(label, problem));
    }
    match source.delta {
        None if is_delta => source.delta = Some(TableVersion::Latest),
        Some(_) if !is_delta => {
            let problem = "has no versions: it is not a Delta table (no _delta_log there)";
            return Err(Error::location(label, problem));
        }
        _ => {}
    }
    Ok(())
}

/// True if the folder at `url` is a Delta table.
///
/// # Errors
/// If it is a table of another of these formats, or lies in one.
pub(super) async fn is_delta_table(session: &dyn Session, label: &str, url: &Url) -> Result<bool> {
    // HTTP cannot list.
    if matches!(url.scheme(), "http" | "https") {
        return Ok(false);
    }
    let path = store_path(label, url)?;
    let store = store_of(session, label, url)?;
    let parts: Vec<_> = path.parts().collect();
    for length in (0..=parts.len()).rev() {
        let folder = Path::from_iter(parts[..length].iter().cloned());
        let found = match format_of(store.as_ref(), url, &folder).await {
            Ok(found) => found,
            // Credentials may be for the folder alone.
            Err(_) if length < parts.len() => None,
            Err(error) => return Err(store_error(label, &error)),
        };
        let Some(format) = found else {
            continue;
        };
        // The log itself may be read.
        if parts
            .get(length)
            .is_some_and(|part| part.as_ref() == format.log())
        {
            continue;
        }
        if length == parts.len() && format == ManagedFormat::Delta {
            return Ok(true);
        }
        return Err(problem(label, format, &named(url, &folder)?));
    }
    Ok(false)
}

fn named(url: &Url, folder: &Path) -> Result<String> {
    let mut root = url.clone();
    root.set_path("/");
    Ok(label_of(&child(&root, folder.as_ref(), "/")?))
}

/// Format of the table whose folder is `folder`.
///
/// # Errors
/// If the store cannot say: read as a plain folder, a Delta table would have rows that it does not have any more.
pub(super) async fn format_of(
    store: &dyn ObjectStore,
    url: &Url,
    folder: &Path,
) -> object_store::Result<Option<ManagedFormat>> {
    if url.scheme() == "file" {
        return Ok(local_format(folder));
    }
    for format in ManagedFormat::ALL {
        let log = folder.clone().join(format.log());
        let names = store.list(Some(&log)).take(1_000);
        let found = names.try_any(|object| {
            let name = object.location.filename().unwrap_or_default();
            std::future::ready(format.is_in_log(name))
        });
        match found.await {
            Ok(true) => return Ok(Some(format)),
            Ok(false) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

fn local_format(folder: &Path) -> Option<ManagedFormat> {
    let folder = LocalFileSystem::new().path_to_filesystem(folder).ok()?;
    ManagedFormat::ALL.into_iter().find(|format| {
        let log = folder.join(format.log());
        if *format != ManagedFormat::Iceberg {
            return log.is_dir();
        }
        let entries = std::fs::read_dir(log).into_iter().flatten().flatten();
        let mut names = entries.map(|entry| entry.file_name());
        names.any(|name| name.to_str().is_some_and(is_iceberg_metadata))
    })
}
