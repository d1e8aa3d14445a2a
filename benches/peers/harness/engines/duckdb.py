"""DuckDB."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow

from harness.query import Query, Statement


class DuckDb:
    """One connection with a view over the files of each table."""

    version = duckdb.__version__

    def __init__(self, tables: Mapping[str, list[Path]], threads: int) -> None:
        self.connection = duckdb.connect()
        self.connection.execute(f"SET threads = {threads}")
        self.connection.execute("SET TimeZone = 'UTC'")
        # NULL is the greatest, as in the standard and the other engines, where a question does not say it.
        self.connection.execute("SET default_null_order = 'nulls_last_on_asc_first_on_desc'")
        for name, files in tables.items():
            listed = ", ".join(f"'{file}'" for file in files)
            self.connection.execute(f"CREATE VIEW {name} AS FROM read_parquet([{listed}])")

    def run(self, _name: str, query: Query | Statement) -> Any:
        return self.connection.sql(query.sql("duckdb")).to_arrow_table()

    def table(self, result: Any) -> pyarrow.Table:
        return result


ENGINE = DuckDb
