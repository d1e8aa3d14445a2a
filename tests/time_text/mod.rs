//! Times as text: in CSV files and `deskql.toml`, and patterns compared with `PostgreSQL` and DuckDB.

mod files;
mod patterns;
