"""A desk as another program would have written it: its large tables by DuckDB.

    python -m harness.variant FROM TO THREADS

One zstd file each, sorted by time, in row groups of a million rows. The smaller tables are linked.
"""

import os
import shutil
import sys
from pathlib import Path

import duckdb

from harness import desk

#: The tables that are written, with the instant that orders them.
ORDER = {"tickets": "created_at", "surveys": "offered_at"}


def write(source: Path, target: Path, threads: int) -> None:
    """Makes the folder anew."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    connection.execute(f"SET temp_directory = '{target}/.spill'")
    # Spilling takes a while, but less than a machine without memory.
    half = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    connection.execute(f"SET memory_limit = '{half // 2**20} MiB'")
    for name, files in desk.tables(source).items():
        if name in ORDER:
            copy(connection, files, ORDER[name], target / f"{name}.parquet")
        else:
            link(source, target, files)
    shutil.rmtree(target / ".spill", ignore_errors=True)


def copy(connection: duckdb.DuckDBPyConnection, files: list[Path], instant: str, target: Path) -> None:
    """One file of all rows in the order of time."""
    rows = f"read_parquet({[str(file) for file in files]})"
    turned = connection.execute(
        f"SELECT count(*) FILTER (now < before) "
        f"FROM (SELECT {instant} AS now, lag({instant}) OVER () AS before FROM {rows})"
    ).fetchone()
    # Sorting a hundred million tickets needs a lot of disk: not when they are sorted.
    order = f"ORDER BY {instant}" if turned != (0,) else ""
    connection.execute(
        f"COPY (FROM {rows} {order}) TO '{target}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 1000000)"
    )


def link(source: Path, target: Path, files: list[Path]) -> None:
    """The same files at the same place under another folder."""
    for file in files:
        place = target / file.relative_to(source)
        place.parent.mkdir(exist_ok=True)
        try:
            os.link(file, place)
        except OSError:
            shutil.copy(file, place)


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
