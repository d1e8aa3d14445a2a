//! Parquet files as tables of `PostgreSQL`.

use std::fs::File;
use std::path::Path;

use datafusion::arrow::array::{Array, RecordBatch};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::wire::Connection;

/// Rows in one INSERT.
const ROWS: usize = 500;

/// Makes the table `name` of a Parquet file, for this session.
pub(super) fn load(connection: &mut Connection, name: &str, file: &Path) -> Result<(), String> {
    let text = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let source = File::open(file).map_err(|error| text(&error))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(source).map_err(|error| text(&error))?;
    let columns: Vec<_> = builder
        .schema()
        .fields()
        .iter()
        .map(|field| format!("\"{}\" {}", field.name(), column_type(field.data_type())))
        .collect();
    run(
        connection,
        &format!("CREATE TEMPORARY TABLE {name} ({})", columns.join(", ")),
    )?;
    let reader = builder
        .with_batch_size(ROWS)
        .build()
        .map_err(|error| text(&error))?;
    for batch in reader {
        let batch = batch.map_err(|error| text(&error))?;
        run(connection, &insert(name, &batch))?;
    }
    run(connection, &format!("ANALYZE {name}"))
}

fn run(connection: &mut Connection, sql: &str) -> Result<(), String> {
    let answer = connection.ask(sql).map_err(|error| error.to_string())?;
    answer.map(|_| ())
}

/// `PostgreSQL`'s type for the values of an Arrow type.
fn column_type(data_type: &DataType) -> String {
    match data_type {
        DataType::Boolean => "boolean".to_owned(),
        DataType::Int8 | DataType::Int16 | DataType::UInt8 => "smallint".to_owned(),
        DataType::Int32 | DataType::UInt16 => "integer".to_owned(),
        DataType::Int64 | DataType::UInt32 => "bigint".to_owned(),
        DataType::UInt64 => "numeric(20)".to_owned(),
        DataType::Float32 => "real".to_owned(),
        DataType::Float64 => "double precision".to_owned(),
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale) => format!("numeric({precision}, {scale})"),
        DataType::Date32 | DataType::Date64 => "date".to_owned(),
        DataType::Time32(_) | DataType::Time64(_) => "time".to_owned(),
        DataType::Timestamp(_, None) => "timestamp".to_owned(),
        DataType::Timestamp(_, Some(_)) => "timestamptz".to_owned(),
        DataType::Interval(_) | DataType::Duration(_) => "interval".to_owned(),
        DataType::Dictionary(_, values) => column_type(values),
        _ => "text".to_owned(),
    }
}

fn insert(name: &str, batch: &RecordBatch) -> String {
    let options = FormatOptions::default().with_null("NULL");
    let columns: Vec<_> = batch
        .columns()
        .iter()
        .map(|column| (column, ArrayFormatter::try_new(column, &options).unwrap()))
        .collect();
    let row = |row: usize| {
        let cells = columns.iter().map(|(column, formatter)| {
            let text = formatter.value(row).to_string().replace('\'', "''");
            if column.is_null(row) {
                "NULL".to_owned()
            } else {
                format!("'{text}'")
            }
        });
        format!("({})", cells.collect::<Vec<_>>().join(", "))
    };
    let rows: Vec<_> = (0..batch.num_rows()).map(row).collect();
    format!("INSERT INTO {name} VALUES {}", rows.join(", "))
}
