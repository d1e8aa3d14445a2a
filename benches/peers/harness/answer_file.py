"""Answers as Arrow files, which every engine writes and one program reads."""

import datetime
import decimal
from pathlib import Path
from typing import Any

import pyarrow
from pyarrow import ipc

from harness.compare import Rows


def write(path: str, table: pyarrow.Table) -> None:
    """Texts that are numbered differently from batch to batch do not fit into a file: they become plain."""
    plain = [column.cast(column.type.value_type) if pyarrow.types.is_dictionary(column.type) else column
             for column in table.columns]
    table = pyarrow.table(plain, table.column_names)
    with ipc.new_file(path, table.schema) as file:
        file.write_table(table)


def read(path: Path) -> pyarrow.Table:
    """Into memory, so that the file can go."""
    with path.open("rb") as source, ipc.open_file(source) as file:
        return file.read_all()


def rows(table: pyarrow.Table) -> Rows:
    """The rows as plain values.

    >>> rows(pyarrow.table({"day": [datetime.date(2026, 1, 2)], "cost": [decimal.Decimal("1.5")]}))
    [['2026-01-02', 1.5]]
    """
    columns = [[plain(value) for value in column.to_pylist()] for column in table.columns]
    return [list(row) for row in zip(*columns)]


def plain(value: Any) -> Any:
    """A decimal as a number, and instants as ISO 8601."""
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return value
