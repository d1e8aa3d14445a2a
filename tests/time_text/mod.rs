//! Times as text: in CSV files and `deskql.toml`, and patterns held equal to `PostgreSQL`'s and DuckDB's.

mod files;
mod patterns;
