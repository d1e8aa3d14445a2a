"""DataFusion as it comes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import datafusion
import pyarrow

from harness.query import Query, Statement


class DataFusion:
    """One session with each table registered."""

    version = datafusion.__version__

    def __init__(self, tables: Mapping[str, list[Path]], threads: int) -> None:
        config = datafusion.SessionConfig().with_target_partitions(threads)
        self.context = datafusion.SessionContext(config)
        for name, files in tables.items():
            place = files[0] if len(files) == 1 else files[0].parent
            self.context.register_parquet(name, str(place))

    def run(self, _name: str, query: Query | Statement) -> Any:
        frame = self.context.sql(query.sql("datafusion"))
        return frame.schema(), frame.collect()

    def table(self, result: Any) -> pyarrow.Table:
        schema, batches = result
        return pyarrow.Table.from_batches(batches, schema=None if batches else schema)


ENGINE = DataFusion
