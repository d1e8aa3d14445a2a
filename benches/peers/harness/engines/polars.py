"""Polars, lazily and by its streaming engine."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars
import pyarrow

from harness.query import Query, Statement


class Polars:
    """A lazy frame over the files of each table; POLARS_MAX_THREADS limits the threads."""

    version = polars.__version__

    def __init__(self, tables: Mapping[str, list[Path]], _threads: int) -> None:
        self.tables = {name: polars.scan_parquet(files) for name, files in tables.items()}

    def run(self, _name: str, query: Query | Statement) -> Any:
        return query.polars(self.tables).collect(engine="streaming")

    def table(self, result: Any) -> pyarrow.Table:
        return result.to_arrow()


ENGINE = Polars
