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

#: The tables that are written, with their order.
ORDER = {"tickets": "created_at, ticket_id", "surveys": "offered_at, survey_id"}


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
            connection.execute(
                f"COPY (FROM read_parquet({[str(file) for file in files]}) ORDER BY {ORDER[name]}) "
                f"TO '{target}/{name}.parquet' "
                "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 1000000)"
            )
        else:
            link(source, target, files)
    shutil.rmtree(target / ".spill", ignore_errors=True)


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
