"""A desk: the Parquet files of each table."""

from pathlib import Path


def tables(folder: Path) -> dict[str, list[Path]]:
    """The files of each table: NAME.parquet, or a folder NAME of Parquet files."""
    found: dict[str, list[Path]] = {}
    for entry in sorted(folder.iterdir()):
        if entry.is_dir():
            files = sorted(entry.glob("*.parquet"))
            if files:
                found[entry.name] = files
        elif entry.suffix == ".parquet":
            found[entry.stem] = [entry]
    return found


def rows(folder: Path, table: str = "tickets") -> int:
    """The size of a desk."""
    import pyarrow.parquet

    return sum(pyarrow.parquet.read_metadata(file).num_rows for file in tables(folder)[table])
