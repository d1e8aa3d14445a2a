"""Who takes part, how each is started, and how each is asked."""

import importlib.util
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import desk, engines
from harness.process import Limits, Process
from harness.query import Query

#: deskql takes part twice: by its KPI functions and by portable SQL. A process each.
OURS = ("function", "portable")
#: No engine: deskql's process that only decodes the columns.
FLOOR = "decode"
LABELS = {
    "function": "deskql",
    "portable": "deskql, plain SQL",
    "duckdb": "DuckDB",
    "clickhouse": "ClickHouse",
    "polars": "Polars",
    "datafusion": "DataFusion",
    FLOOR: "decode",
}
ALL = (*OURS, *engines.NAMES, FLOOR)


@dataclass(frozen=True)
class Stage:
    """Where all compete."""

    deskql: Path
    data: Path
    limits: Limits
    #: For what the engines say.
    logs: Path

    def start(self, name: str) -> Process:
        """The process of a contestant, which may still be getting ready."""
        threads = str(self.limits.threads)
        if name in engines.NAMES:
            command = [sys.executable, "-m", "harness.worker", name, str(self.data), threads]
        else:
            command = [str(self.deskql), "bench", "--session", "--quiet", "--threads", threads]
            command += ["--data", str(self.data)]
        environment = {
            "POLARS_MAX_THREADS": threads,
            "TZ": "UTC",
            "PYTHONPATH": str(Path(__file__).parent.parent),
        }
        return Process(command, environment, self.limits, self.logs / f"{name}.log")

    def question(self, contestant: str, name: str, query: Query) -> dict[str, Any] | None:
        """What a contestant is asked; None when the question is not for it."""
        if contestant in engines.NAMES:
            return {"query": name}
        if contestant == FLOOR:
            return self._decode(query)
        if contestant == "function" and query.named is not None:
            return {"query": query.named}
        text = query.sql(contestant)
        return None if text is None else {"sql": text}

    def _decode(self, query: Query) -> dict[str, Any] | None:
        if query.decode is None:
            return None
        [(table, columns)] = query.decode.items()
        files = [str(file) for file in desk.tables(self.data)[table]]
        return {"decode": {"files": files, "columns": list(columns)}}


def checked(names: Iterable[str]) -> list[str]:
    """These contestants in the order of tables; an unknown one ends the program."""
    wanted = set(names)
    unknown = wanted - set(ALL) - {"deskql"}
    if unknown:
        sys.exit(f"--engines: {', '.join(sorted(unknown))} is none of deskql, {', '.join(ALL)}")
    if "deskql" in wanted:
        wanted |= set(OURS)
    return [name for name in ALL if name in wanted]


def installed(names: list[str]) -> tuple[list[str], dict[str, str]]:
    """Who can take part, and why the others cannot."""
    packages = {"clickhouse": "chdb"}
    absent = {
        name: "its package is not installed"
        for name in engines.NAMES
        if name in names and importlib.util.find_spec(packages.get(name, name)) is None
    }
    return [name for name in names if name not in absent], absent
