"""What can be typed after `benches/peers/run`."""

import argparse
import os
from pathlib import Path

from harness.contestants import ALL
from harness.data import LAYOUTS
from harness.random_suite.question import classes
from harness.random_suite.shapes import SHAPES

EXAMPLES = """\
examples:
  benches/peers/run --tickets 10000000 --rounds 5
  benches/peers/run --tickets 1000000 --queries nps_by_channel,csat_by_team --engines deskql,duckdb
  benches/peers/run --quick --deskql target/debug/deskql
  benches/peers/run --random --questions 300
  benches/peers/run --random --seed 7 --questions 40 --classes windows,joins --shape unsorted
  benches/peers/run --random --quick --seed 7"""


def parser() -> argparse.ArgumentParser:
    """The options with their defaults."""
    it = argparse.ArgumentParser(
        prog="benches/peers/run",
        description="Time deskql beside DuckDB, ClickHouse, Polars and DataFusion, check that all answers "
        "agree, and write docs/benchmarks.md",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = it.add_argument
    names("--tickets", type=int, metavar="N", help="size of the desk [default: 1000000; 200000 with --random --quick]")
    names("--rounds", type=int, metavar="N", help="runs of each query that count [default: 5; 3 with --random]")
    names("--threads", type=int, default=len(os.sched_getaffinity(0)), metavar="N",
          help="threads, and cores, of each engine [default: all]")
    names("--queries", type=listed, metavar="A,B", help="only these [default: all]")
    names("--engines", type=listed, metavar="A,B",
          help=f"only these of deskql, {', '.join(ALL)} [default: all; deskql, duckdb and datafusion with --random]")
    names("--layout", choices=LAYOUTS, default="duckdb",
          help="who wrote the files [default: %(default)s, so that nobody is tuned to deskql's own]")
    names("--data", type=Path, metavar="DIR", help="measure this desk, which --layout says who wrote, instead of generating one")
    names("--deskql", type=Path, metavar="FILE", help="the program [default: cargo build --release]")
    names("--timeout", type=float, default=120.0, metavar="S", help="give up a run after this [default: %(default)s]")
    names("--memory", type=float, default=0.75, metavar="SHARE",
          help="give up an engine that holds more than this share of memory [default: %(default)s]")
    names("--name", help="of the file in docs/benchmarks [default: by the size and the layout]")
    names("--output", type=Path, metavar="FILE", help="write the figures here and leave the docs alone")
    names("--page", action="store_true", help="measure nothing: write the page anew from docs/benchmarks")
    names("--install", action="store_true", help="only install the engines")
    names("--quick", action="store_true",
          help="one round over sample-data in shared processes, to see that all answers agree; writes nothing")
    add_random(it)
    return it


def add_random(it: argparse.ArgumentParser) -> None:
    """Those of the random suite."""
    names = it.add_argument_group(
        "random questions",
        "with --quick the answers are compared and no times are taken; --output is the file of everything found out",
    ).add_argument
    names("--random", action="store_true", help="ask random questions instead of the fixed ones; leaves the docs alone")
    names("--seed", type=int, metavar="N", help="equal seeds ask the same questions [default: a new one, which is printed]")
    names("--questions", type=int, metavar="N", help="how many [default: 300; 40 with --quick]")
    names("--classes", type=listed, metavar="A,B", help=f"only these of {', '.join(classes())} [default: all]")
    names("--shape", choices=SHAPES, default="duckdb", help="how the files are written [default: %(default)s]")
    names("--baseline", type=Path, metavar="FILE", help="the --output of an earlier run: print what became slower")
    names("--list", action="store_true", help="only print the questions")


def listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
