"""What a question of the benchmark is, and the list of them."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Query:
    """One question, as a good user of each engine would ask it.

    All answers have the same columns in the same order; the first `keys` of them tell rows apart.
    """

    title: str
    keys: int
    #: Portable SQL: CASE and the aggregates that every engine has. deskql runs it as it stands.
    portable: str
    #: ClickHouse's dialect.
    clickhouse: str
    #: From tables as lazy frames to a lazy frame.
    polars: Callable[[Mapping[str, Any]], Any]
    #: With deskql's KPI functions; None when the question needs none of them.
    function: str | None = None
    #: The shipped query that asks this; deskql runs it by its name in place of `function`.
    named: str | None = None
    #: Where DuckDB's users write something quicker than the portable text.
    duckdb: str | None = None
    #: Where DataFusion's users do.
    datafusion: str | None = None
    #: The columns to decode if that is all a query does to one table; None with a join or a sort.
    decode: Mapping[str, tuple[str, ...]] | None = None
    #: The relative error that a column may have, for sketches, by position.
    tolerance: Mapping[int, float] = field(default_factory=dict)

    def sql(self, engine: str) -> str | None:
        """The text for an engine that speaks SQL."""
        own = getattr(self, engine)
        return own if own is not None or engine == "function" else self.portable


@dataclass(frozen=True)
class Statement:
    """A statement that is in no list."""

    text: str

    def sql(self, _engine: str) -> str:
        return self.text

    def polars(self, tables: Mapping[str, Any]) -> Any:
        """By Polars' own SQL."""
        import polars

        return polars.SQLContext(tables).execute(self.text)


def load() -> dict[str, Query]:
    """Every question by its name, in the order of the files."""
    package = importlib.import_module("harness.queries")
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    modules = {name: importlib.import_module(f"harness.queries.{name}") for name in names}
    return {name: module.QUERY for name, module in modules.items()}
