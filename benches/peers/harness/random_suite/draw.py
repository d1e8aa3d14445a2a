"""The random parts of a question: columns, conditions, aggregates, days."""

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from harness.random_suite.desk_columns import LARGE, Table

T = TypeVar("T")

#: The days that the desk covers.
MONTHS = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13)]


class Draw:
    """Equal seeds draw equal parts, whichever engine the text is for."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def one(self, values: Sequence[T]) -> T:
        return self._random.choice(values)

    def some(self, values: Sequence[T], least: int, most: int) -> list[T]:
        """Different ones, in random order."""
        count = self._random.randint(min(least, len(values)), min(most, len(values)))
        return self._random.sample(list(values), count)

    def whole(self, low: int, high: int) -> int:
        return self._random.randint(low, high)

    def chance(self, share: float) -> bool:
        return self._random.random() < share

    def table(self, tables: Sequence[Table] = LARGE) -> Table:
        return self.one(tables)

    def day(self, months: Sequence[str] = MONTHS) -> str:
        """A day as a literal's text."""
        return f"{self.one(months)}-{self.whole(1, 28):02}"

    def key(self, table: Table) -> str:
        """A column of few values."""
        return self.one(list(table.keys))

    def keys(self, table: Table, least: int, most: int) -> list[str]:
        return self.some(list(table.keys), least, most)

    def number(self, table: Table) -> str:
        """A whole number or an amount."""
        return self.one([*table.numbers, *table.money])

    def words(self, table: Table) -> tuple[str, str]:
        """A text column, and a word that may be in it."""
        column = self.one([*table.texts, *table.texts, self.key(table)])
        if column in table.texts:
            return column, self.one(table.texts[column])
        value = self.one(table.keys[column])
        start = self.whole(0, len(value) - 2)
        return column, value[start:start + self.whole(2, 4)]

    # Conditions

    def where(self, table: Table, least: int = 0, most: int = 3, prefix: str = "") -> str:
        """A WHERE of so many conditions, or nothing."""
        conditions = self.conditions(table, self.whole(least, most), prefix)
        return f"WHERE {conditions}" if conditions else ""

    def conditions(self, table: Table, count: int, prefix: str = "") -> str:
        """Of different kinds, as several about one column would often leave no row."""
        return " AND ".join(kind(table, prefix) for kind in self.some(self._kinds(table), count, count))

    def condition(self, table: Table, prefix: str = "") -> str:
        """One of the forms that analysts write."""
        return self.conditions(table, 1, prefix)

    def _kinds(self, table: Table) -> list[Callable[[Table, str], str]]:
        kinds = [self._of_a_key, self._of_time, self._about_null, self._either]
        kinds += [self._of_a_number] if table.numbers else []
        return kinds + ([self._of_a_flag] if table.flags else [])

    def _of_a_key(self, table: Table, prefix: str) -> str:
        column = self.key(table)
        values = table.keys[column]
        forms = [
            f"{prefix}{column} = '{self.one(values)}'",
            f"{prefix}{column} <> '{self.one(values)}'",
            f"{prefix}{column} IN ({texts(self.some(values, 2, 4))})",
            f"{prefix}{column} NOT IN ({texts(self.some(values, 1, 2))})",
            f"{prefix}{column} LIKE '{self.one(values)[:2]}%'",
        ]
        return self.one(forms)

    def _of_a_number(self, table: Table, prefix: str) -> str:
        column = self.one(list(table.numbers))
        low, high = table.numbers[column]
        bound = self.whole(low, low + max(1, (high - low) // 2))
        forms = [
            f"{prefix}{column} > {bound}",
            f"{prefix}{column} <= {bound}",
            f"{prefix}{column} BETWEEN {low + 1} AND {bound + 1}",
        ]
        return self.one(forms)

    def _of_time(self, table: Table, prefix: str) -> str:
        column, day = f"{prefix}{table.dated}", self.day()
        forms = [
            f"{column} >= '{self.day(MONTHS[:18])}'",
            f"{column} < DATE '{self.day(MONTHS[6:])}'",
            f"{column} BETWEEN '{self.day(MONTHS[:8])}' AND '{self.day(MONTHS[10:])}'",
            f"{column} >= DATE '{day}' AND {column} < DATE '{day}' + INTERVAL '{self.one([1, 7, 30, 90])} days'",
        ]
        return self.one(forms)

    def _of_a_flag(self, table: Table, prefix: str) -> str:
        flag = f"{prefix}{self.one(table.flags)}"
        return self.one([flag, f"NOT {flag}", f"{flag} IS NOT TRUE", f"{flag} = true"])

    def _about_null(self, table: Table, prefix: str) -> str:
        column = self.one(table.nullable)
        return f"{prefix}{column} IS {self.one(['NULL', 'NOT NULL', 'NOT NULL'])}"

    def _either(self, table: Table, prefix: str) -> str:
        other = self._of_a_number if table.numbers and self.chance(0.5) else self._of_time
        return f"({self._of_a_key(table, prefix)} OR {other(table, prefix)})"

    # Aggregates

    def aggregate(self, table: Table, prefix: str = "") -> str:
        """Of any kind; doubles among them, by which nothing may be cut off."""
        if table.numbers and self.chance(0.4):
            return f"avg({prefix}{self.number(table)})"
        return self.exact_aggregate(table, prefix)

    def exact_aggregate(self, table: Table, prefix: str = "") -> str:
        """Whole numbers, decimals, instants and texts, which all engines know to the last digit."""
        forms = [
            "count(*)",
            f"count({prefix}{self.one(table.nullable)})",
            f"min({prefix}{self.one(table.instants)})",
            f"max({prefix}{self.one(table.instants)})",
            f"sum(CASE WHEN {self.condition(table, prefix)} THEN 1 ELSE 0 END)",
            f"count(*) FILTER (WHERE {self.condition(table, prefix)})",
            f"count(DISTINCT {prefix}{self.key(table)})",
        ]
        if table.numbers:
            forms += [f"{self.one(['sum', 'min', 'max', 'sum'])}({prefix}{self.number(table)})" for _ in range(3)]
        return self.one(forms)

    def measures(self, table: Table, least: int = 1, most: int = 3, prefix: str = "") -> str:
        """Several aggregates with names, as columns of a SELECT."""
        count = self.whole(least, most)
        return ", ".join(f"{self.aggregate(table, prefix)} AS m{place}" for place in range(1, count + 1))


def texts(values: Sequence[str]) -> str:
    """Literals in a list.

    >>> texts(["a", "b"])
    "'a', 'b'"
    """
    return ", ".join(f"'{value}'" for value in values)
