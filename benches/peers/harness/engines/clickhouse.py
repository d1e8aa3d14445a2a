"""ClickHouse, inside the process by chdb."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow
from chdb import session

from harness.query import Query, Statement


class ClickHouse:
    """One session with a view over the files of each table."""

    def __init__(self, tables: Mapping[str, list[Path]], threads: int) -> None:
        self.session = session.Session()
        for setting in (
            f"max_threads = {threads}",
            f"max_parsing_threads = {threads}",
            "session_timezone = 'UTC'",
            "output_format_arrow_string_as_string = 1",
        ):
            self.session.query(f"SET {setting}")
        for name, files in tables.items():
            place = files[0] if len(files) == 1 else f"{files[0].parent}/*.parquet"
            self.session.query(f"CREATE VIEW {name} AS SELECT * FROM file('{place}', Parquet)")
        self.version = str(self.session.query("SELECT version()", "TSV")).strip()

    def run(self, _name: str, query: Query | Statement) -> Any:
        return self.session.query(query.sql("clickhouse"), "Arrow")

    def table(self, result: Any) -> pyarrow.Table:
        with pyarrow.ipc.open_file(pyarrow.py_buffer(result.bytes())) as reader:
            return reader.read_all()


ENGINE = ClickHouse
