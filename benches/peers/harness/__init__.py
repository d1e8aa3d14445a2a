"""deskql beside DuckDB, ClickHouse, Polars and plain DataFusion: same files, same questions."""
