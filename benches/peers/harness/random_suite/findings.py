"""What a question's answers say about the engines, and its times by ratios."""

from typing import Any

from harness.figures import median

Result = dict[str, Any]
Asked = dict[str, Any]

#: Below this many seconds of processor time the clock says nothing.
LEAST = 1e-4


def is_wrong(asked: Asked) -> bool:
    """Whether deskql stands against DuckDB, or alone where DuckDB does not answer, or refuses.

    >>> is_wrong({"engines": {"deskql": {}, "duckdb": {"differs": "1 rows and 2"}, "datafusion": {}}})
    True
    >>> is_wrong({"engines": {"deskql": {}, "duckdb": {}, "datafusion": {"differs": "1 rows and 2"}}})
    False
    >>> is_wrong({"engines": {"deskql": {"failed": "no such function"}, "duckdb": {}}})
    True
    """
    engines = asked["engines"]
    if "failed" in engines.get("deskql", {}):
        return True
    judges = {name: runs for name, runs in engines.items() if name != "deskql" and "failed" not in runs}
    if "duckdb" in judges:
        return "differs" in judges["duckdb"]
    return bool(judges) and all("differs" in runs for runs in judges.values())


def peers(asked: Asked, clock: str) -> dict[str, float]:
    """The times of those peers that gave deskql's answer."""
    return {name: seconds(runs, clock) for name, runs in asked["engines"].items()
            if name != "deskql" and "differs" not in runs and runs.get(clock)}


def seconds(runs: dict[str, Any], clock: str) -> float:
    return max(median(runs[clock]), LEAST)


def ratio(asked: Asked, clock: str, peer: str | None = None) -> float | None:
    """deskql's time by that of a peer, or of the quickest; `seconds` is the wall's clock and `cpu` the processor's.

    >>> runs = {"deskql": {"cpu": [2.0]}, "duckdb": {"cpu": [1.0, 4.0, 8.0]}, "datafusion": {"cpu": [1.0]}}
    >>> ratio({"engines": runs}, "cpu"), ratio({"engines": runs}, "cpu", "duckdb"), ratio({"engines": runs}, "seconds")
    (2.0, 0.5, None)
    """
    mine = asked["engines"].get("deskql", {})
    times = peers(asked, clock)
    against = times.get(peer) if peer else min(times.values(), default=None)
    return seconds(mine, clock) / against if mine.get(clock) and against else None


def classes(result: Result) -> dict[str, list[Asked]]:
    """The questions of each class."""
    found: dict[str, list[Asked]] = {}
    for asked in result["questions"].values():
        found.setdefault(asked["class"], []).append(asked)
    return dict(sorted(found.items()))
