"""Runs the benchmark: `benches/peers/run --help`."""

import json
import sys
import tempfile
from argparse import Namespace
from pathlib import Path
from typing import Any

from harness import checkout, contestants, data, desk, machine, options, query, report
from harness.checkout import ROOT
from harness.contestants import Stage
from harness.measure import Race
from harness.process import Limits
from harness.random_suite import command, page

RESULTS = ROOT / "docs" / "benchmarks"


def main() -> None:
    asked = options.parser().parse_args()
    if asked.page:
        write_page()
        return
    if asked.random:
        sys.exit(command.run(asked))
    asked.rounds = 1 if asked.quick else asked.rounds or 5
    asked.tickets = asked.tickets or 1_000_000
    if asked.quick:
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
    names, absent = contestants.installed(contestants.checked(asked.engines or contestants.ALL))
    deskql = (asked.deskql or checkout.build()).resolve()
    folder = asked.data or data.prepare(deskql, checkout.cache(), asked.tickets, asked.layout, asked.threads)
    limits = Limits(asked.threads, asked.timeout, int(asked.memory * machine.this()["memory"]))
    result: dict[str, Any] = {
        "tickets": desk.rows(folder),
        "layout": asked.layout,
        "threads": asked.threads,
        "rounds": asked.rounds,
        "machine": machine.this(),
        "commit": checkout.commit(),
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


def is_wrong(result: Any, quick: bool) -> bool:
    """Whether an answer differs. At full size an engine may fail, in the small it must not."""
    runs = [runs for each in result["queries"].values() for runs in each["engines"].values()]
    return any("differs" in run or (quick and "failed" in run) for run in runs)


def save(result: Any, asked: Namespace) -> None:
    """Into the file that was asked for, or among those of the page."""
    if asked.quick and not asked.output:
        return
    name = asked.name or f"{report.count(result['tickets']).replace(' ', '-')}-{result['layout']}"
    path = asked.output or RESULTS / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=1) + "\n")


def write_page() -> None:
    (ROOT / "docs" / "benchmarks.md").write_text(report.page(report.read(RESULTS), page.chapter()))


main()
