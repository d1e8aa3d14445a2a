"""Whether two answers to a random question are the same, of which nobody says which columns tell rows apart.

Answers of a million rows are compared too, so that columns are handled as wholes wherever Python is quick at that.
"""

import re
from typing import Any

from harness import compare
from harness.compare import Rows

Column = list[Any]

INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d*?)0*)?(?:Z|[+-]00(?::?00)?)?$")
NUMBERS = {int, float}
#: How near the numbers of an engine must come: DataFusion's means of decimals and quantiles have six digits after
#: the point.
TOLERANCE = {"deskql": compare.CLOSE, "duckdb": compare.CLOSE}
LENIENT = 1e-5


def difference(one: Rows, other: Rows, in_order: bool, tolerance: float = compare.CLOSE) -> str | None:
    """Where two answers differ first; the order of the rows counts where the question says so.

    >>> difference([[1, "a"], [2, None]], [[2.0, None], [1, "a"]], in_order=False)
    >>> difference([[1, "a"], [2, None]], [[2.0, None], [1, "a"]], in_order=True)
    "row 1, column 1: 1 and 2.0 in [1, 'a'] and [2.0, None]"
    >>> difference([["a", 0.1], ["a", 0.3]], [["a", 0.3 - 1e-12], ["a", 0.1]], in_order=False)
    >>> difference([[1]], [[1], [2]], in_order=True)
    '1 rows and 2'
    """
    if len(one) != len(other):
        return f"{len(one)} rows and {len(other)}"
    if one and len(one[0]) != len(other[0]):
        return f"{len(one[0])} columns and {len(other[0])}"
    left, right = columns(one), columns(other)
    if not in_order:
        inexact = [is_inexact(mine) or is_inexact(theirs) for mine, theirs in zip(left, right)]
        left, right = arranged(left, inexact), arranged(right, inexact)
    for place, (mine, theirs) in enumerate(zip(left, right)):
        row = first_different(mine, theirs, tolerance)
        if row is not None:
            rows = [[column[row] for column in answer] for answer in (left, right)]
            values = f"{mine[row]!r} and {theirs[row]!r}"
            return f"row {row + 1}, column {place + 1}: {values} in {rows[0]} and {rows[1]}"[:500]
    return None


def columns(rows: Rows) -> list[Column]:
    """The columns, each value in the one form of `plain`."""
    return [cleaned(list(column)) for column in zip(*rows)]


def cleaned(column: Column) -> Column:
    """All values of a column have one type, so that the first one tells which form they need."""
    first = next((value for value in column if value is not None), None)
    if isinstance(first, str) and not first[:1].isdigit() or type(first) in (bool, int, type(None)):
        if float not in set(map(type, column)):
            return column
    return [plain(value) for value in column]


def plain(value: Any) -> Any:
    """One form for what engines write in several.

    >>> plain("2024-01-01T10:00:00.500Z"), plain("2024-01-01 10:00:00+00:00"), plain("2024-01-01T00:00:00")
    ('2024-01-01T10:00:00.5', '2024-01-01T10:00:00', '2024-01-01')
    >>> plain(float("nan")), plain("2024-01-01 and more"), plain(2)
    (None, '2024-01-01 and more', 2)
    """
    if value is None or not isinstance(value, str):
        return None if value != value else value
    found = INSTANT.match(value)
    if found is None:
        return value
    day, clock, fraction = found.groups()
    return compare.plain(f"{day}T{clock}" + (f".{fraction}" if fraction else ""))


def is_inexact(column: Column) -> bool:
    """Whether its last digits depend on the order in which rows were added up.

    >>> is_inexact([1.0, 2]), is_inexact([None, 1.5])
    (False, True)
    """
    return float in set(map(type, column)) and any(isinstance(it, float) and not it.is_integer() for it in column)


def arranged(answer: list[Column], inexact: list[bool]) -> list[Column]:
    """Sorted by what is exact first, and by the leading digits of what is not.

    >>> arranged([[0.25, 0.125], ["b", "a"]], [True, False])
    [[0.125, 0.25], ['a', 'b']]
    """
    by = sorted(range(len(answer)), key=lambda place: inexact[place])
    keys = list(zip(*(sortable(answer[place], inexact[place]) for place in by)))
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return [[column[row] for row in order] for column in answer]


def sortable(column: Column, inexact: bool) -> Column:
    """Values that can be compared with each other; NULL comes last.

    >>> sortable([0.1 + 0.2, None], True)
    [(False, 0.3), (True, 0)]
    """
    if inexact:
        column = [value if value is None else float(f"{value:.6g}") for value in column]
    if None in column:
        return [(value is None, 0 if value is None else value) for value in column]
    return column


def first_different(mine: Column, theirs: Column, tolerance: float = compare.CLOSE) -> int | None:
    """The first row where two columns are not the same, up to the order of summation.

    >>> first_different([1, 2.0], [1.0, 2.0 + 1e-12]), first_different([1, 2], [1, None])
    (None, 1)
    """
    if mine == theirs:
        return None
    pairs = enumerate(zip(mine, theirs))
    return next((row for row, (one, other) in pairs if one != other and not same(one, other, tolerance)), None)


def same(one: Any, other: Any, tolerance: float) -> bool:
    """Numbers may differ in their last digits, and nothing else may."""
    if type(one) in NUMBERS and type(other) in NUMBERS:
        return compare.same(one, other, tolerance, None)
    return one == other
