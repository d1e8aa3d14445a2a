"""Runs the benchmark: `benches/peers/run --help`."""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from argparse import Namespace
from pathlib import Path
from typing import Any

from harness import contestants, data, machine, options, query, report
from harness.contestants import Stage
from harness.measure import Race
from harness.process import Limits

ROOT = Path(__file__).resolve().parents[3]
RESULTS = ROOT / "docs" / "benchmarks"


def main() -> None:
    asked = options.parser().parse_args()
    if asked.page:
        write_page()
        return
    if asked.quick:
        asked.rounds = 1
        asked.data = asked.data or ROOT / "sample-data"
    result = measure(asked)
    if not asked.quick and not asked.output:
        write_page()
    print(report.agreement(result) if asked.quick else report.section(result))
    sys.exit(1 if is_wrong(result, asked.quick) else 0)


def measure(asked: Namespace) -> Any:
    """Everything that a run finds out, written down after each question."""
    known = query.load()
    chosen = asked.queries or list(known)
    unknown = [name for name in chosen if name not in known]
    if unknown:
        sys.exit(f"--queries: {', '.join(unknown)} is none of {', '.join(known)}")
    names, absent = installed(contestants.checked(asked.engines))
    deskql = (asked.deskql or build()).resolve()
    folder = asked.data or data.prepare(deskql, cache(), asked.tickets, asked.layout, asked.threads)
    limits = Limits(asked.threads, asked.timeout, int(asked.memory * machine.this()["memory"]))
    result: dict[str, Any] = {
        "tickets": tickets(folder),
        "layout": asked.layout,
        "threads": asked.threads,
        "rounds": asked.rounds,
        "machine": machine.this(),
        "commit": commit(),
        "versions": {},
        "absent": absent,
        "queries": {},
    }
    with tempfile.TemporaryDirectory() as logs:
        race = Race(Stage(deskql, folder.resolve(), limits, Path(logs)), names, ROOT, asked.quick)
        result["versions"] = race.versions
        try:
            for place, name in enumerate(chosen, 1):
                runs = race.run(name, known[name], asked.rounds)
                result["queries"][name] = {"title": known[name].title, "engines": runs}
                print(f"{place}/{len(chosen)} {name}: {report.line(runs)}", file=sys.stderr)
                save(result, asked)
        finally:
            race.stop()
    return result


def installed(names: list[str]) -> tuple[list[str], dict[str, str]]:
    """Who can take part, and why the others cannot."""
    packages = {"clickhouse": "chdb"}
    absent = {
        name: "its package is not installed"
        for name in contestants.engines.NAMES
        if name in names and importlib.util.find_spec(packages.get(name, name)) is None
    }
    return [name for name in names if name not in absent], absent


def is_wrong(result: Any, quick: bool) -> bool:
    """Whether an answer differs. At full size an engine may fail, in the small it must not."""
    runs = [runs for each in result["queries"].values() for runs in each["engines"].values()]
    return any("differs" in run or (quick and "failed" in run) for run in runs)


def tickets(folder: Path) -> int:
    """The size of a desk."""
    import pyarrow.parquet

    files = contestants.desk.tables(folder)["tickets"]
    return sum(pyarrow.parquet.read_metadata(file).num_rows for file in files)


def commit() -> str:
    """Which deskql this checkout is."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def build() -> Path:
    """The optimised program of this checkout."""
    print("building deskql", file=sys.stderr)
    command = ["cargo", "build", "--release", "--locked", "--message-format=json-render-diagnostics"]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    messages = [json.loads(line) for line in done.stdout.splitlines()]
    built = [message["executable"] for message in messages if message.get("executable")]
    return Path(built[-1])


def cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "deskql"


def save(result: Any, asked: Namespace) -> None:
    """Into the file that was asked for, or among those of the page."""
    if asked.quick and not asked.output:
        return
    name = asked.name or f"{report.count(result['tickets']).replace(' ', '-')}-{result['layout']}"
    path = asked.output or RESULTS / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=1) + "\n")


def write_page() -> None:
    (ROOT / "docs" / "benchmarks.md").write_text(report.page(report.read(RESULTS)))


main()
