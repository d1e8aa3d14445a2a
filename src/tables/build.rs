//! Builds a table that DataFusion can scan from a [`TableSource`].

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig};
use datafusion::physical_expr_adapter::PhysicalExprAdapterFactory;
use object_store::ObjectMeta;

use super::csv_schema::CsvSchema;
use super::csv_table::CsvTable;
use super::json_format::JsonRowFormat;
use super::kind::{DataFileFormat, DataFileKind, FileName};
use super::listing::{DataFile, listing_url};
use super::notes::TableNotes;
use super::source::TableSource;
use super::source_files::list;
use super::spellings::SpellingAdapters;
use super::{
    csv_schema, delta_table, footers, formats, git_lfs, json_schema, managed_folder, null_words,
    partitioned_table, partitions, schema, text_in_bytes, workbook,
};
use crate::error::{Error, Result};

/// Reads the required parts of the files of `source` and builds the table.
///
/// # Errors
/// If there is no data file, or the files cannot be read as one table.
pub(crate) async fn build(
    session: &dyn Session,
    mut source: TableSource,
) -> Result<Arc<dyn TableProvider>> {
    let files = listed(session, &mut source).await?;
    of_files(session, &source, &files).await
}

/// The files of `source`, with the footers of local Parquet files read ahead; none of a Delta table, whose log lists
/// them.
///
/// # Errors
/// If they are those of a table format that is not read, or cannot be listed.
pub(crate) async fn listed(
    session: &dyn Session,
    source: &mut TableSource,
) -> Result<Vec<DataFile>> {
    managed_folder::recognise(session, source).await?;
    if source.delta.is_some() {
        return Ok(Vec::new());
    }
    let files = list(session, source).await?;
    footers::read_ahead(session, local_parquet(source, &files).collect()).await;
    Ok(files)
}

/// Builds the table of `files`, which are the files of `source`.
///
/// # Errors
/// Those of [`build`].
pub(crate) async fn of_files(
    session: &dyn Session,
    source: &TableSource,
    files: &[DataFile],
) -> Result<Arc<dyn TableProvider>> {
    if let Some(version) = source.delta {
        let place = source.places.first();
        let place = place.ok_or_else(|| Error::location(&source.label, "no location given"))?;
        return delta_table::open(session, &source.label, &place.url, version).await;
    }
    if workbook::workbook_name(source).is_some() {
        return workbook::sheet_table(session, source).await;
    }
    git_lfs::refuse(session, source, files).await?;
    let (kind, ending) = kind_of(source, files)?;
    let partition_columns = partitions::columns(source, files)?;
    if kind.format.is_delimited() {
        return csv(session, source, kind, files, &ending, partition_columns).await;
    }
    if kind.format == DataFileFormat::Json {
        return json(session, source, kind, files, &ending, partition_columns).await;
    }
    let format = formats::create(session, source, kind)?;
    let mut schema = schema::infer(session, source, &format, kind, files).await?;
    if kind.format == DataFileFormat::Parquet {
        schema = without(&schema, &partition_columns);
    }
    check_names(source, &schema, &partition_columns)?;
    let table = listing_table(session, source, format, &ending, schema, partition_columns)?;
    text_in_bytes::note(session, source, table.as_ref()).await;
    Ok(table)
}

async fn json(
    session: &dyn Session,
    source: &TableSource,
    kind: DataFileKind,
    files: &[DataFile],
    ending: &str,
    partition_columns: Vec<(String, DataType)>,
) -> Result<Arc<dyn TableProvider>> {
    let stock = formats::json(session, source, kind)?;
    let compression = stock.options().compression.into();
    let columns = json_schema::infer(session, source, compression, files).await?;
    if let Some(note) = columns.note {
        TableNotes::add(session.config(), note);
    }
    let schema = without(&columns.schema, &partition_columns);
    // Lines are read in parallel, and fastest, by the stock format.
    let format: Arc<dyn FileFormat> = if columns.is_plain_lines {
        Arc::new(stock)
    } else {
        let (path, encoding) = (columns.path, columns.encoding);
        Arc::new(JsonRowFormat {
            stock,
            path,
            encoding,
        })
    };
    listing_table(session, source, format, ending, schema, partition_columns)
}

async fn csv(
    session: &dyn Session,
    source: &TableSource,
    kind: DataFileKind,
    files: &[DataFile],
    ending: &str,
    partition_columns: Vec<(String, DataType)>,
) -> Result<Arc<dyn TableProvider>> {
    let mut options = formats::csv(session, source, kind)?;
    let words = &source.null_words;
    if !words.is_empty() {
        options.null_regex = Some(null_words::pattern(words));
    }
    let inferred = csv_schema::infer(session, source, options, files).await?;
    let CsvSchema {
        form,
        types,
        read_as,
        numbers,
    } = inferred;
    check_names(source, &types, &partition_columns)?;
    let format = formats::csv_format(form.options.clone(), form.text.clone());
    let read_as = if words.is_empty() {
        read_as
    } else {
        null_words::as_text(&types)
    };
    let is_read_as_typed = read_as == types && numbers.iter().all(Option::is_none);
    let table = listing_table(session, source, format, ending, read_as, partition_columns)?;
    let header = types.fields().iter().map(|field| field.name().clone());
    let table = CsvTable::new(table, source, form, header.collect(), files);
    if is_read_as_typed {
        Ok(Arc::new(table))
    } else {
        null_words::view(Arc::new(table), &types, words, &numbers)
    }
}

fn listing_table(
    session: &dyn Session,
    source: &TableSource,
    format: Arc<dyn FileFormat>,
    ending: &str,
    schema: SchemaRef,
    partition_columns: Vec<(String, DataType)>,
) -> Result<Arc<dyn TableProvider>> {
    let urls = source
        .places
        .iter()
        .map(|place| listing_url(place, ending))
        .collect::<Result<Vec<_>>>()?;
    let options = ListingOptions::new(format)
        .with_file_extension("")
        .with_table_partition_cols(partition_columns)
        .with_file_sort_order(source.sort_order.clone());
    let adapters: Arc<dyn PhysicalExprAdapterFactory> = Arc::new(SpellingAdapters);
    let config = ListingTableConfig::new_with_multi_paths(urls)
        .with_listing_options(options)
        .with_expr_adapter_factory(Arc::clone(&adapters))
        .with_schema(schema);
    let cache = session
        .runtime_env()
        .cache_manager
        .get_file_statistic_cache();
    let table = ListingTable::try_new(config)?.with_cache(cache);
    Ok(partitioned_table::provider(
        session,
        table,
        adapters,
        &source.places,
    )?)
}

/// Files whose footers can be read ahead.
pub(crate) fn local_parquet<'a>(
    source: &TableSource,
    files: &'a [DataFile],
) -> impl Iterator<Item = ObjectMeta> + use<'a> {
    let is_local = source
        .places
        .iter()
        .all(|place| place.url.scheme() == "file");
    let format = source.format;
    let is_parquet = move |file: &&DataFile| {
        let by_name = || FileName::parse(&file.name).map(|name| name.kind.format);
        format.or_else(by_name) == Some(DataFileFormat::Parquet)
    };
    let files = if is_local { files } else { &[] };
    files
        .iter()
        .filter(is_parquet)
        .map(|file| file.meta.clone())
}

/// Kind of all files of a table, and the common ending of their names.
pub(super) fn kind_of(source: &TableSource, files: &[DataFile]) -> Result<(DataFileKind, String)> {
    let mut parsed = files
        .iter()
        .filter_map(|file| Some((file, FileName::parse(&file.name)?)));
    let Some((first, name)) = parsed.next() else {
        return match (source.format, files.first()) {
            (Some(format), Some(_)) => Ok((DataFileKind::plain(format), String::new())),
            (_, file) => Err(no_files(source, file)),
        };
    };
    if let Some((other, _)) = parsed.find(|(_, other)| other.ending != name.ending) {
        return Err(Error::location(
            &source.label,
            format!(
                "files of one table must be of one kind, but there are {:?} and {:?}: \
                 choose with a glob (*{})",
                first.name, other.name, name.ending
            ),
        ));
    }
    let format = source.format.unwrap_or(name.kind.format);
    Ok((
        DataFileKind {
            format,
            ..name.kind
        },
        name.ending.to_owned(),
    ))
}

fn no_files(source: &TableSource, file: Option<&DataFile>) -> Error {
    let problem = match (file, source.format) {
        (Some(file), _) => {
            format!(
                "{:?} is not a data file by its name: set its format",
                file.name
            )
        }
        (None, Some(format)) => format!("no {format} file there"),
        (None, None) => {
            "no data file there (NAME.parquet, .csv, .tsv, .ndjson, also .gz or .zst)".to_owned()
        }
    };
    Error::location(&source.label, problem)
}

/// The columns of files that are read by name without those that are names of folders too, as `COPY` writes them
/// with `WRITE_PARTITION_COLUMNS`: the folder says the value.
fn without(schema: &SchemaRef, partitions: &[(String, DataType)]) -> SchemaRef {
    let is_folder = |name: &str| partitions.iter().any(|(folder, _)| folder == name);
    let fields = schema.fields().iter();
    let fields: Vec<_> = fields
        .filter(|field| !is_folder(field.name()))
        .cloned()
        .collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

/// Rejects a column of the files with the name of a partition folder, which would be duplicate.
fn check_names(
    source: &TableSource,
    schema: &SchemaRef,
    partitions: &[(String, DataType)],
) -> Result<()> {
    for (name, _) in partitions {
        if schema.field_with_name(name).is_ok() {
            return Err(Error::location(
                &source.label,
                format!("column {name:?} is both in the files and in the folder names ({name}=..)"),
            ));
        }
    }
    Ok(())
}
