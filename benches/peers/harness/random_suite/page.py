"""The chapter of docs/benchmarks.md about random questions."""

from harness.random_suite.question import classes
from harness.report import table

CHAPTER = """## Random questions

The fixed questions above are known in advance, and whoever knows a question can be quick at it. `--random` asks
questions that nobody has seen:

    benches/peers/run --random
    benches/peers/run --random --seed 7 --questions 40 --classes windows,joins --shape unsorted
    benches/peers/run --random --quick

A seed draws statements from a grammar of what analysts ask of the desk's tables: filters, keys of few and of very
many values, aggregates, CASE, text functions, windows, joins, subqueries. Equal seeds ask the same questions; the
seed of a run is in its report, and `--list` prints its questions without asking them. deskql, DuckDB and plain
DataFusion get the same text, but for the few words in which their dialects differ (`wording.py`); `--engines` adds
ClickHouse, and Polars with its own SQL, where they can answer.

{classes}

No question leaves its answer open: LIMIT comes with a total order, and windows are ordered by an instant and the
row's identifier, so that two engines that are right give the same rows. Where a question does not say where NULL
comes in an order, DuckDB is told to do as the others: NULL is the greatest.

### What is measured

Every engine is one process with `--threads` threads, whose session stays open from question to question. A first
run of each question does not count; its answers are compared, row by row where the question orders all rows:
deskql's with DuckDB's up to the last digits of doubles, with the others' to five digits, since DataFusion cuts means
of decimals and quantiles. Then the engines take turns, three runs each, and the median of each counts: *wall* is the
time from the text to the result in memory, *CPU* the processor's time of all threads of the process, from the
question to the reply. Who takes more than `--timeout` seconds has no time. On a machine that does other things too,
CPU says more than wall.

`--quick` takes no times: 40 questions on 200 thousand tickets, or on any desk with `--data`, to see that the
answers agree. The exit code is 1 when deskql refuses a question or its answer is not DuckDB's.

`--shape` asks about the same desk in files of another kind:

{shapes}

### How to read the report

- *To be looked into*: deskql's answer is not DuckDB's, or deskql refused. Each is a fault of deskql, a difference
  that [differences](differences.md) or [numbers](numbers.md) has, or a question with two right answers; the last is
  mended in the grammar.
- *Peers that differ*: deskql and DuckDB agree, and another engine stands alone. It does not count for that question.
- *Not asked there*: the engine has no answer, mostly because its dialect lacks a word.
- *By class*: deskql's time by that of the quickest peer, and of each peer, as geometric means over the questions of
  the class. Below 1, deskql is quicker. *At or under the best* is the share of questions where no peer was quicker.
- *The worst ten*: where deskql stands worst beside the quickest peer, with the SQL in full.

Ratios of questions that take a few milliseconds are mostly about planning; a new seed changes each mean by some
percent, so that two versions are compared by the same seed. The file of `--output` has every run, and
`--baseline FILE` compares with one: which questions became slower by more than 15 %, and how the peers' times
changed, which should not have.

    benches/peers/run --random --seed 7 --output before.json
    benches/peers/run --random --seed 7 --output after.json --baseline before.json

To add a question, write a function in a file of `harness/random_suite/classes/`; a new file there is a new class.
"""

SHAPES = {
    "duckdb": "one zstd file a table by DuckDB, sorted by time, row groups of a million rows",
    "deskql": "as `deskql generate` writes it",
    "polars": "by Polars with its defaults",
    "spark": "a folder of parts, snappy, one row group of 128 MiB in memory each",
    "unsorted": "in the order of a hash",
    "plain": "no dictionaries",
    "nulls": "NULL in 60 % of most columns, 20 % of identifiers, 5 % of the instants that date the rows",
    "small-files": "500 files each for tickets and surveys",
}


def chapter() -> str:
    """The text with what the code knows."""
    asked = table(["class", "questions about"], [[each.name, each.about] for each in classes().values()])
    written = table(["shape", "files"], [[f"`{name}`", text] for name, text in SHAPES.items()])
    return CHAPTER.format(classes=left(asked), shapes=left(written))


def left(text: str) -> str:
    """A table with texts instead of numbers."""
    return text.replace("---:", "---")
