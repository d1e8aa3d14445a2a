"""Random questions to engines whose sessions stay open from one to the next."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow

from harness.contestants import Stage
from harness.measure import Race, Runs
from harness.random_suite import answers
from harness.random_suite.question import Question

#: Who is asked without being told otherwise, deskql first: the others' answers are compared with its.
DEFAULT = ("deskql", "duckdb", "datafusion")
ENGINES = (*DEFAULT, "clickhouse", "polars")
LABELS = {"deskql": "deskql", "duckdb": "DuckDB", "datafusion": "DataFusion", "clickhouse": "ClickHouse",
          "polars": "Polars"}


@dataclass(frozen=True)
class StatementStage(Stage):
    """Asks everyone for statements."""

    def question(self, contestant: str, _name: str, query: Question) -> dict[str, Any] | None:
        return {"sql": query.sql(contestant)}


class StatementRace(Race):
    """Compares answers of which nobody says what tells their rows apart."""

    def __init__(self, stage: StatementStage, names: list[str]) -> None:
        super().__init__(stage, names, Path(), keeps=True)
        #: Of the latest question's answer.
        self.rows: int | None = None

    def ask_all(self, question: Question, rounds: int) -> dict[str, Any]:
        """What is found out about one question."""
        self.rows = None
        runs = self.run(question.name, question, rounds)
        return {
            "class": question.kind,
            "template": question.template,
            "sql": {name: question.sql(name) for name in self.names},
            "rows": self.rows,
            "engines": runs,
        }

    def _compare(self, query: Question, replies: dict[str, pyarrow.Table], runs: dict[str, Runs]) -> None:
        if not replies:
            return
        first, *others = replies
        self.rows = replies[first].num_rows
        for each in others:
            tolerance = answers.TOLERANCE.get(each, answers.LENIENT)
            runs[each].differs = answers.difference(replies[first], replies[each], query.in_order, tolerance)
