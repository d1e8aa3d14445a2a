"""Rounds in which the contestants take turns."""

import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow

from harness import answer_file, compare, rounding
from harness.contestants import FLOOR, Stage
from harness.process import Failed, Process
from harness.query import Query

#: Who took this many times the quickest run, and that many seconds, is not asked again.
HOPELESS = (10.0, 10.0)
#: A process that idles with more than this share of what it may hold is started anew for its next run:
#: the others, and the system's cache of the files, need the memory.
IDLE = 0.2


@dataclass
class Runs:
    """What one contestant did for one question."""

    #: Of the first run, which does not count.
    warmup: float | None = None
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    #: The most bytes that its process held.
    memory: int | None = None
    #: Why it has no times.
    failed: str | None = None
    #: How its answer differs from the first one.
    differs: str | None = None


class Race:
    """All contestants, and their processes."""

    def __init__(self, stage: Stage, names: list[str], root: Path, keeps: bool) -> None:
        self.stage = stage
        self.names = names
        self.root = root
        #: Whether processes live on to the next question, which is quicker but hides their memory.
        self.keeps = keeps
        self.processes: dict[str, Process] = {}
        self.versions: dict[str, str] = {}

    def run(self, name: str, query: Query, rounds: int) -> dict[str, Any]:
        """One question: a first run each, whose answers are compared, then the rounds."""
        asked = {each: self.stage.question(each, name, query) for each in self.names}
        asked = {each: question for each, question in asked.items() if question is not None}
        runs = {each: Runs() for each in asked}
        answers: dict[str, pyarrow.Table] = {}
        self._prepare(list(asked), runs)
        for each, question in asked.items():
            if runs[each].failed is not None:
                continue
            file = self.stage.logs / f"{each}.arrow"
            reply = self._ask(each, question | {"file": str(file)}, runs[each])
            if reply is not None:
                runs[each].warmup = reply["seconds"]
                answers[each] = answer_file.read(file)
                file.unlink()
        self._compare(query, answers, runs)
        for each in turns(self._quick_enough(runs), rounds):
            if runs[each].failed is None:
                self._count(each, asked[each], runs[each])
        if not self.keeps:
            self.stop()
        return {each: {key: value for key, value in asdict(run).items() if value is not None}
                for each, run in runs.items()}

    def stop(self) -> None:
        for process in self.processes.values():
            process.stop()
        self.processes = {}

    def _prepare(self, names: list[str], runs: dict[str, Runs]) -> None:
        """All get ready at once, and none is asked while another is still at it."""
        for each in names:
            self._process(each)
        for each in names:
            try:
                self.processes[each].ready()
            except Failed as failed:
                runs[each].failed = str(failed)

    def _process(self, each: str) -> Process:
        """The contestant's process, started if there is none."""
        process = self.processes.get(each)
        if process is None or not process.is_alive():
            process = self.processes[each] = self.stage.start(each)
        return process

    def _ask(self, each: str, question: dict[str, Any], run: Runs) -> dict[str, Any] | None:
        process = self._process(each)
        try:
            reply = process.ask(question)
        except Failed as failed:
            run.failed = str(failed)
            run.seconds, run.cpu = [], []
            print(f"  {each}: {failed}", file=sys.stderr)
            return None
        self.versions.setdefault(each, process.version or "")
        if not self.keeps:
            run.memory = max(run.memory or 0, process.memory() or 0) or None
            if (process.memory("VmRSS") or 0) > IDLE * self.stage.limits.memory:
                process.stop()
        return reply

    def _count(self, each: str, question: dict[str, Any], run: Runs) -> None:
        reply = self._ask(each, question, run)
        if reply is not None:
            run.seconds.append(reply["seconds"])
            run.cpu.append(round(reply["cpu"], 5))

    def _quick_enough(self, runs: dict[str, Runs]) -> list[str]:
        """Who runs on; the first run of the others is their only one."""
        firsts = [run.warmup for each, run in runs.items() if run.warmup and each != FLOOR]
        times, seconds = HOPELESS
        limit = max(times * min(firsts, default=0.0), seconds)
        for run in runs.values():
            if run.warmup is not None and run.warmup > limit:
                run.seconds = [run.warmup]
        return [each for each, run in runs.items() if run.failed is None and not run.seconds]

    def _compare(self, query: Query, answers: dict[str, pyarrow.Table], runs: dict[str, Runs]) -> None:
        rows = {each: answer_file.rows(table) for each, table in answers.items() if each != FLOOR}
        if not rows:
            return
        rounded = rounding.digits(self.root, query.named)
        names = answers[next(iter(rows))].column_names
        digits = {place: rounded[name] for place, name in enumerate(names) if name in rounded}
        first, *others = rows
        for each in others:
            differs = compare.difference(
                rows[first], rows[each], query.keys, query.tolerance, digits
            )
            runs[each].differs = differs
            if differs:
                print(f"  {each} differs from {first}: {differs}", file=sys.stderr)


def turns(names: list[str], rounds: int) -> Iterator[str]:
    """Whose turn it is: everyone once a round, and each round another one first."""
    for turn in range(rounds):
        shift = turn % max(1, len(names))
        yield from [*names[shift:], *names[:shift]]
