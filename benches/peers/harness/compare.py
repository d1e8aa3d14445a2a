"""Whether two answers to a question are the same."""

import math
import re
from collections.abc import Mapping
from typing import Any

Rows = list[list[Any]]

#: Sums of doubles depend on the order of the rows in their last digits.
CLOSE = 1e-9
MIDNIGHT = re.compile(r"[T ]00:00:00(\.0+)?(Z|[+-]00:00)?$")


def plain(value: Any) -> Any:
    """One form for what engines write in several: days and midnights, NULL and NaN.

    >>> plain("2024-01-01T00:00:00+00:00"), plain("2024-01-01T10:00:00"), plain(float("nan"))
    ('2024-01-01', '2024-01-01T10:00:00', None)
    """
    if isinstance(value, str):
        return MIDNIGHT.sub("", value)
    if isinstance(value, float) and math.isnan(value):
        return None
    return value


def difference(
    one: Rows, other: Rows, keys: int, tolerance: Mapping[int, float], digits: Mapping[int, int]
) -> str | None:
    """Where two answers differ first. Columns in `digits` are rounded in one of the answers.

    >>> difference([["a", 1.0], ["b", 2.0]], [["b", 2], ["a", 1.0 + 1e-12]], 1, {}, {})
    >>> difference([["a", 1.0]], [["a", 1.0], ["b", 2.0]], 1, {}, {})
    '1 rows and 2'
    >>> difference([["a", 1.0]], [["a", 1.001]], 1, {}, {})
    "column 2 of ['a']: 1.0 and 1.001"
    >>> difference([["a", 1.0]], [["a", 1.04]], 1, {}, {1: 1})
    >>> difference([["a", None]], [["a", 0.0]], 1, {1: 0.5}, {})
    "column 2 of ['a']: None and 0.0"
    """
    if len(one) != len(other):
        return f"{len(one)} rows and {len(other)}"
    for left, right in zip(arranged(one, keys), arranged(other, keys)):
        if len(left) != len(right):
            return f"{len(left)} columns and {len(right)}"
        for place, (mine, theirs) in enumerate(zip(left, right)):
            if not same(mine, theirs, tolerance.get(place, CLOSE), digits.get(place)):
                return f"column {place + 1} of {left[:keys]}: {mine!r} and {theirs!r}"
    return None


def arranged(rows: Rows, keys: int) -> Rows:
    """In the order of the keys, whatever an engine thinks of NULL."""
    cleaned = [[plain(value) for value in row] for row in rows]
    return sorted(cleaned, key=lambda row: [(value is None, str(value)) for value in row[:keys]])


def same(one: Any, other: Any, tolerance: float, digits: int | None) -> bool:
    """Whether two values are, up to the order of summation, a sketch's error and rounding."""
    if one is None or other is None or isinstance(one, str) or isinstance(other, str):
        return one == other
    # Half a unit of the last digit, and a hair more for what lies in the middle.
    slack = 0.0 if digits is None else 0.500001 * 10.0**-digits
    return math.isclose(one, other, rel_tol=tolerance, abs_tol=max(slack, 1e-12))
