"""The same desk in files of other shapes, as other programs write them.

    python -m harness.random_suite.shapes SHAPE FROM TO THREADS
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from harness import data, desk
from harness.random_suite.desk_columns import ALL, Table

#: Bytes of a row group, as Hadoop's block is the default of Spark and its kin.
BLOCK = 128 << 20
#: Rows that are held at once.
BATCH = 64 * 1024
SMALL_FILES = 500
#: Written as many small files, the other tables as one.
SPLIT = ("tickets", "surveys")


def prepare(deskql: Path, cache: Path, tickets: int, shape: str, threads: int) -> Path:
    """The folder of a desk of that size and shape; what is there from an earlier run is used again."""
    own = data.prepare(deskql, cache, tickets, shape if shape in data.LAYOUTS else "deskql", threads)
    if shape in data.LAYOUTS:
        return own
    folder, done = own.parent / shape, own.parent / f"{shape}.done"
    if not done.exists():
        print(f"writing it as {shape} into {folder}", file=sys.stderr)
        # In a process of its own, which gives back what sorting took.
        command = [sys.executable, "-m", "harness.random_suite.shapes", shape, own, folder, str(threads)]
        subprocess.run(command, check=True)
        done.touch()
    return folder


def write(shape: str, source: Path, target: Path, threads: int) -> None:
    """Makes the folder anew."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name, files in desk.tables(source).items():
        WRITERS[shape](name, files, target, threads)


def by_polars(name: str, files: list[Path], target: Path, _threads: int) -> None:
    import polars

    polars.scan_parquet(files).sink_parquet(target / f"{name}.parquet")


def by_spark(name: str, files: list[Path], target: Path, _threads: int) -> None:
    """A folder of parts, each one large row group with snappy and the older pages."""
    import pyarrow
    import pyarrow.parquet

    (target / name).mkdir()
    for place, batches in enumerate(blocks(files)):
        pyarrow.parquet.write_table(
            pyarrow.Table.from_batches(batches), target / name / f"part-{place:05}-c000.snappy.parquet",
            compression="snappy", data_page_version="1.0", version="1.0", coerce_timestamps="us",
            row_group_size=sum(batch.num_rows for batch in batches),
        )


def without_dictionaries(name: str, files: list[Path], target: Path, _threads: int) -> None:
    import pyarrow.parquet

    schema = pyarrow.parquet.read_schema(files[0])
    with pyarrow.parquet.ParquetWriter(target / f"{name}.parquet", schema, compression="snappy",
                                       use_dictionary=False) as writer:
        for batch in batches_of(files):
            writer.write_batch(batch)


def as_small_files(name: str, files: list[Path], target: Path, _threads: int) -> None:
    import pyarrow.parquet

    rows = sum(pyarrow.parquet.read_metadata(file).num_rows for file in files)
    size = max(1, -(-rows // SMALL_FILES)) if name in SPLIT else rows
    folder = target / name
    folder.mkdir()
    for place, batch in enumerate(batches_of(files, size)):
        with pyarrow.parquet.ParquetWriter(folder / f"{place:05}.parquet", batch.schema) as writer:
            writer.write_batch(batch)


def unsorted(name: str, files: list[Path], target: Path, threads: int) -> None:
    """In the order of a hash of the whole row."""
    by_duckdb(f"SELECT * FROM {read(files)} AS t ORDER BY hash(t), t.*", target / f"{name}.parquet", threads)


def with_nulls(name: str, files: list[Path], target: Path, threads: int) -> None:
    """NULL in every column but the identifier of a row: in a few instants and ids, in most of the rest."""
    import pyarrow.parquet

    known = {table.name: table for table in ALL}
    columns = ", ".join(thinned(column, known.get(name)) for column in pyarrow.parquet.read_schema(files[0]).names)
    by_duckdb(f"SELECT {columns} FROM {read(files)} AS t", target / f"{name}.parquet", threads)


def thinned(column: str, table: Table | None) -> str:
    """A column with NULL in some of its rows.

    >>> from harness.random_suite.desk_columns import SURVEYS
    >>> thinned("survey_id", SURVEYS), thinned("plan", None)
    ('survey_id', 'plan')
    >>> thinned("offered_at", SURVEYS)
    "CASE WHEN hash(t, 'offered_at') % 100 >= 5 THEN offered_at END AS offered_at"
    """
    if table is None or column == table.unique:
        return column
    share = 5 if column == table.dated else 20 if column in table.ids else 60
    return f"CASE WHEN hash(t, '{column}') % 100 >= {share} THEN {column} END AS {column}"


def by_duckdb(query: str, target: Path, threads: int) -> None:
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET temp_directory = '{target.parent}/.spill'")
    connection.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    shutil.rmtree(target.parent / ".spill", ignore_errors=True)


def read(files: list[Path]) -> str:
    return f"read_parquet({[str(file) for file in files]})"


def batches_of(files: list[Path], size: int = BATCH) -> Iterator["pyarrow.RecordBatch"]:
    import pyarrow.parquet

    for file in files:
        yield from pyarrow.parquet.ParquetFile(file).iter_batches(size)


def blocks(files: list[Path]) -> Iterator[list["pyarrow.RecordBatch"]]:
    """Batches that together fill a row group."""
    held, size = [], 0
    for batch in batches_of(files):
        held.append(batch)
        size += batch.nbytes
        if size >= BLOCK:
            yield held
            held, size = [], 0
    if held:
        yield held


WRITERS: dict[str, Callable[[str, list[Path], Path, int], None]] = {
    "polars": by_polars,
    "spark": by_spark,
    "unsorted": unsorted,
    "plain": without_dictionaries,
    "nulls": with_nulls,
    "small-files": as_small_files,
}
#: What --shape knows.
SHAPES = (*data.LAYOUTS, *WRITERS)

if __name__ == "__main__":
    write(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
