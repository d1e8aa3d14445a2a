//! Session settings that results depend on, each with its reason.

use datafusion::prelude::SessionConfig;

use crate::planner::FAST_PATHS;
use crate::settings::DeskqlOptions;

/// Configuration of every session.
pub(super) fn config(memory_limit: Option<usize>) -> SessionConfig {
    let mut config = SessionConfig::new()
        // SHOW TABLES, SHOW COLUMNS and the nearest names in errors read the information schema.
        .with_information_schema(true)
        .with_option_extension(deskql_options(memory_limit));
    let options = config.options_mut();
    // Without a zone, `'..'::timestamptz` and now() are naive, and a literal compared with a zoned
    // column is off by the session's offset (apache/datafusion#19023, #25166, #25095).
    options.execution.time_zone = Some("UTC".to_owned());
    // Filters inside the Parquet decoder have lost and doubled rows several times (apache/datafusion
    // #15912, #16588, #24352, #24355, #24109). Off is the default; deskql relies on it.
    options.execution.parquet.pushdown_filters = false;
    // The smaller side of a join is collected into one build side where the larger need not be
    // repartitioned: surveys joined to tickets take half the work. The stock limits (1 MiB, 131,072
    // rows) are less than the surveys of a mid-size desk.
    options.optimizer.hash_join_single_partition_threshold = 128 << 20;
    options.optimizer.hash_join_single_partition_threshold_rows = 4_000_000;
    // 0.1 + 0.2 is 0.3 and money keeps its cents, as in PostgreSQL and DuckDB.
    options.sql_parser.parse_float_as_decimal = true;
    // The line, the column and the caret in error messages come from the spans.
    options.sql_parser.collect_spans = true;
    config
}

/// The settings `deskql.*` of a session whose queries may hold `memory_limit` bytes.
pub(super) fn deskql_options(memory_limit: Option<usize>) -> DeskqlOptions {
    DeskqlOptions::new(FAST_PATHS.iter().map(|path| path.switch), memory_limit)
}
