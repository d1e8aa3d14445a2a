"""The engines that live in Python packages, one file each.

An engine opens the tables of a desk once and then answers questions. Answering is planning,
executing and holding the result in memory; turning it into Python values comes after the clock.
"""

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import pyarrow

from harness.query import Query, Statement


class Engine(Protocol):
    """What a worker asks of an engine."""

    #: The version that ran.
    version: str

    def __init__(self, tables: Mapping[str, list[Path]], threads: int) -> None: ...

    def run(self, name: str, query: Query | Statement) -> Any:
        """Answers the question; the result is in memory."""

    def table(self, result: Any) -> pyarrow.Table:
        """The result of `run` for others to read."""


NAMES = ("duckdb", "clickhouse", "polars", "datafusion")


def open_engine(name: str, tables: Mapping[str, list[Path]], threads: int) -> Engine:
    """The engine over these tables."""
    module = importlib.import_module(f"harness.engines.{name}")
    return module.ENGINE(tables, threads)
