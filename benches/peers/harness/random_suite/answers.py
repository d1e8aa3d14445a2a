"""Whether two answers to a random question are the same, of which nobody says which columns tell rows apart.

Answers have millions of rows, so that columns are handled as wholes: each becomes numbers with a mark for NULL, texts
by their place among the texts of both answers.
"""

from dataclasses import dataclass

import numpy
import pyarrow
import pyarrow.compute as pc

from harness import compare

#: How near the numbers of an engine must come: DataFusion's means of decimals and quantiles have six digits after
#: the point.
TOLERANCE = {"deskql": compare.CLOSE, "duckdb": compare.CLOSE}
LENIENT = 1e-5
#: Numbers this near to each other are the same however small they are.
NOTHING = 1e-12
INSTANT = pyarrow.timestamp("us")


def difference(
    one: pyarrow.Table, other: pyarrow.Table, in_order: bool, tolerance: float = compare.CLOSE
) -> str | None:
    """Where two answers differ first; the order of the rows counts where the question says so.

    >>> def answer(*columns): return pyarrow.table([list(column) for column in columns], list("abc")[:len(columns)])
    >>> difference(answer([1, 2], ["a", None]), answer([2.0, 1], [None, "a"]), in_order=False)
    >>> difference(answer([1, 2], ["a", None]), answer([2.0, 1], [None, "a"]), in_order=True)
    "row 1, column 1: 1 and 2.0 in [1, 'a'] and [2.0, None]"
    >>> near = answer(["a", "a"], [0.1, 0.3]), answer(["a", "a"], [0.3 - 1e-12, 0.1])
    >>> difference(*near, in_order=False)
    >>> difference(answer([1]), answer([1, 2]), in_order=True)
    '1 rows and 2'
    """
    if one.num_rows != other.num_rows:
        return f"{one.num_rows} rows and {other.num_rows}"
    if one.num_columns != other.num_columns:
        return f"{one.num_columns} columns and {other.num_columns}"
    pairs = [comparable(*columns) for columns in zip(one.columns, other.columns)]
    orders = [numpy.arange(one.num_rows)] * 2
    if not in_order:
        inexact = [any(side.is_inexact() for side in pair) for pair in pairs]
        orders = [arranged([pair[side] for pair in pairs], inexact) for side in (0, 1)]
    found = [(first_different(mine.at(orders[0]), theirs.at(orders[1]), tolerance), place)
             for place, (mine, theirs) in enumerate(pairs)]
    places = [(row, place) for row, place in found if row is not None]
    if not places:
        return None
    row, place = min(places)
    mine, theirs = ([column[order[row]].as_py() for column in table.columns]
                    for table, order in zip((one, other), orders))
    values = f"{mine[place]!r} and {theirs[place]!r}"
    return f"row {row + 1}, column {place + 1}: {values} in {mine} and {theirs}"[:500]


@dataclass(frozen=True)
class Values:
    """The numbers of a column. Those of NULL are 0."""

    numbers: numpy.ndarray
    nulls: numpy.ndarray

    def at(self, order: numpy.ndarray) -> "Values":
        """In another order."""
        return Values(self.numbers[order], self.nulls[order])

    def is_inexact(self) -> bool:
        """Whether its last digits depend on the order in which rows were added up."""
        return self.numbers.dtype.kind == "f" and bool((self.numbers != numpy.floor(self.numbers)).any())


def comparable(one: pyarrow.ChunkedArray, other: pyarrow.ChunkedArray) -> tuple[Values, Values]:
    """The same column of two answers, in numbers of one meaning.

    >>> days = pyarrow.chunked_array([pyarrow.array([19_000], pyarrow.date32())])
    >>> instants = pyarrow.chunked_array([pyarrow.array([19_000 * 86_400], pyarrow.timestamp("s", "UTC"))])
    >>> [values.numbers.tolist() for values in comparable(days, instants)]
    [[1641600000000000], [1641600000000000]]
    """
    columns = [plain(column) for column in (one, other)]
    kinds = {str(column.type) for column in columns if not pyarrow.types.is_null(column.type)}
    if len(kinds) > 1:
        numbers = all(pyarrow.types.is_integer(it.type) or pyarrow.types.is_floating(it.type) for it in columns)
        columns = [column.cast(pyarrow.float64()) if numbers else as_text(column) for column in columns]
    if any(pyarrow.types.is_large_string(column.type) for column in columns):
        columns = numbered([column.cast(pyarrow.large_string()) for column in columns])
    return values(columns[0]), values(columns[1])


def plain(column: pyarrow.ChunkedArray) -> pyarrow.ChunkedArray:
    """One type for what engines give in several: int64, double, microseconds of UTC or text."""
    kind = column.type
    types = pyarrow.types
    if types.is_dictionary(kind):
        return plain(column.cast(kind.value_type))
    if types.is_null(kind) or types.is_int64(kind) or types.is_float64(kind):
        return column
    if types.is_boolean(kind) or types.is_integer(kind) and kind != pyarrow.uint64():
        return column.cast(pyarrow.int64())
    if types.is_floating(kind) or types.is_decimal(kind) or types.is_integer(kind):
        return column.cast(pyarrow.float64())
    if types.is_date(kind):
        return column.cast(INSTANT)
    if types.is_timestamp(kind):
        return column.cast(pyarrow.timestamp(kind.unit)).cast(INSTANT, safe=False)
    return as_text(column)


def as_text(column: pyarrow.ChunkedArray) -> pyarrow.ChunkedArray:
    """Texts as they are, and what has no number and no text, such as lists and intervals, as Python writes it."""
    types = pyarrow.types
    if types.is_string(column.type) or types.is_string_view(column.type) or types.is_large_string(column.type):
        return column.cast(pyarrow.large_string())
    written = [None if value is None else str(value) for value in column.to_pylist()]
    return pyarrow.chunked_array([pyarrow.array(written, pyarrow.large_string())])


def numbered(columns: list[pyarrow.ChunkedArray]) -> list[pyarrow.ChunkedArray]:
    """Texts by their place among the texts of all these columns."""
    together = pyarrow.chunked_array([chunk for column in columns for chunk in column.chunks], columns[0].type)
    codes = together.dictionary_encode().combine_chunks()
    codes = codes.indices if isinstance(codes, pyarrow.DictionaryArray) else codes.chunk(0).indices
    cut = len(columns[0])
    return [pyarrow.chunked_array([part.cast(pyarrow.int64())]) for part in (codes[:cut], codes[cut:])]


def values(column: pyarrow.ChunkedArray) -> Values:
    """NaN is NULL: engines do not agree about 0 / 0.

    >>> values(pyarrow.chunked_array([[1.5, None, float("nan")]])).nulls.tolist()
    [False, True, True]
    """
    if pyarrow.types.is_null(column.type):
        return Values(numpy.zeros(len(column), numpy.int64), numpy.ones(len(column), bool))
    if pyarrow.types.is_timestamp(column.type):
        column = column.cast(pyarrow.int64())
    nulls = numpy.asarray(pc.is_null(column, nan_is_null=True))
    numbers = numpy.asarray(pc.fill_null(column, 0))
    return Values(numpy.where(nulls, numbers.dtype.type(0), numbers), nulls)


def arranged(columns: list[Values], inexact: list[bool]) -> numpy.ndarray:
    """The order of the rows by what is exact, then by the leading digits of what is not; NULL comes last.

    >>> doubles, texts = (values(pyarrow.chunked_array([column])) for column in ([0.1, 0.2], [1, 0]))
    >>> arranged([doubles, texts], [True, False]).tolist()
    [1, 0]
    """
    keys = []
    for place in sorted(range(len(columns)), key=lambda place: inexact[place]):
        column = columns[place]
        keys.append(column.nulls)
        keys.append(leading_digits(column.numbers) if inexact[place] else column.numbers)
    return numpy.lexsort([key for key in reversed(keys) if key.any()] or [keys[0]])


def leading_digits(numbers: numpy.ndarray) -> numpy.ndarray:
    """Rounded to six digits.

    >>> leading_digits(numpy.array([0.1 + 0.2, 0.0, 1234567.8])).tolist()
    [0.3, 0.0, 1234570.0]
    """
    with numpy.errstate(divide="ignore"):
        size = numpy.floor(numpy.log10(numpy.abs(numbers)))
    scale = 10.0 ** (5 - numpy.where(numpy.isfinite(size), size, 0))
    return numpy.round(numbers * scale) / scale


def first_different(mine: Values, theirs: Values, tolerance: float = compare.CLOSE) -> int | None:
    """The first row where two columns are not the same, up to the order of summation.

    >>> column = lambda *numbers: values(pyarrow.chunked_array([list(numbers)]))
    >>> first_different(column(1, 2.0), column(1.0, 2.0 + 1e-12)), first_different(column(1, 2), column(1, None))
    (None, 1)
    """
    differs = mine.nulls != theirs.nulls
    unequal = mine.numbers != theirs.numbers
    if unequal.any() and "f" in (mine.numbers.dtype.kind, theirs.numbers.dtype.kind):
        size = numpy.maximum(numpy.abs(mine.numbers), numpy.abs(theirs.numbers))
        with numpy.errstate(invalid="ignore"):
            unequal &= ~(numpy.abs(mine.numbers - theirs.numbers) <= numpy.maximum(tolerance * size, NOTHING))
    differs |= unequal
    return int(differs.argmax()) if differs.any() else None
