"""`benches/peers/run --random`: asks the questions of a seed and reports."""

import json
import random
import sys
import tempfile
from argparse import Namespace
from pathlib import Path

from harness import checkout, contestants, desk, machine
from harness.process import Limits
from harness.random_suite import baseline, question, shapes, summary
from harness.random_suite.findings import Result, is_wrong
from harness.random_suite.question import Question
from harness.random_suite.race import DEFAULT, ENGINES, StatementRace, StatementStage


def run(asked: Namespace) -> int:
    """The exit code: 1 where an answer of deskql is missing or stands alone."""
    settle(asked)
    chosen = question.questions(asked.seed, asked.questions, asked.classes)
    if asked.list:
        for each in chosen:
            print(f"-- {each.name} ({each.template})\n{each.sql('deskql')};\n")
        return 0
    before = json.loads(asked.baseline.read_text()) if asked.baseline else None
    result = ask(asked, chosen)
    print(summary.report(result))
    if before:
        print(baseline.compare(before, result))
    return int(any(is_wrong(each) for each in result["questions"].values()))


def settle(asked: Namespace) -> None:
    """The defaults, which depend on whether times count."""
    if asked.seed is None:
        asked.seed = random.SystemRandom().randrange(1_000_000)
    asked.questions = asked.questions or (40 if asked.quick else 300)
    asked.tickets = asked.tickets or (200_000 if asked.quick else 1_000_000)
    asked.rounds = 0 if asked.quick else asked.rounds or 3
    asked.engines = [name for name in ENGINES if name in (asked.engines or DEFAULT)]
    known = question.classes()
    unknown = [name for name in asked.classes or () if name not in known]
    if unknown:
        sys.exit(f"--classes: {', '.join(unknown)} is none of {', '.join(known)}")


def ask(asked: Namespace, chosen: list[Question]) -> Result:
    """Everything that a run finds out, written down after each question."""
    names, absent = contestants.installed(asked.engines)
    deskql = (asked.deskql or checkout.build()).resolve()
    folder = asked.data or shapes.prepare(deskql, checkout.cache(), asked.tickets, asked.shape, asked.threads)
    limits = Limits(asked.threads, asked.timeout, int(asked.memory * machine.this()["memory"]))
    result: Result = {
        "seed": asked.seed,
        "tickets": desk.rows(folder),
        "shape": asked.data.name if asked.data else asked.shape,
        "threads": asked.threads,
        "rounds": asked.rounds,
        "machine": machine.this(),
        "commit": checkout.commit(),
        "versions": {},
        "absent": absent,
        "questions": {},
    }
    output = place_of(result, asked)
    with tempfile.TemporaryDirectory() as logs:
        race = StatementRace(StatementStage(deskql, folder.resolve(), limits, Path(logs)), names)
        result["versions"] = race.versions
        try:
            for place, each in enumerate(chosen, 1):
                found = result["questions"][each.name] = race.ask_all(each, asked.rounds)
                print(f"{place}/{len(chosen)} {each.name}: {summary.line(found)}", file=sys.stderr)
                output.write_text(json.dumps(result, indent=1) + "\n")
        finally:
            race.stop()
    print(f"everything is in {output}", file=sys.stderr)
    return result


def place_of(result: Result, asked: Namespace) -> Path:
    """The file of everything that was found out."""
    kind = "quick" if asked.quick else "timed"
    name = f"{kind}-{result['tickets']}-{result['shape']}-seed-{result['seed']}.json"
    output = asked.output or checkout.cache() / "random" / name
    output.parent.mkdir(parents=True, exist_ok=True)
    return output
