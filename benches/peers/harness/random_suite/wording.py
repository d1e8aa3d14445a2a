"""Where the dialects of SQL differ in what random questions need; everything else is one text for all."""

from dataclasses import dataclass

from harness.dialects import CLICKHOUSE, DATAFUSION, DUCKDB


@dataclass(frozen=True)
class Wording:
    """How one engine wants it said."""

    #: Whether a text contains a match of a regular expression.
    match: str = "regexp_matches({text}, '{pattern}')"
    #: Of whole numbers too, between the two values in the middle.
    middle: str = "median({value})"
    quantile: str = "percentile_cont({share}) WITHIN GROUP (ORDER BY {value})"
    date_part: str = "date_part('{part}', {instant})"
    #: Ends the statement.
    settings: str = ""

    def matches(self, text: str, pattern: str) -> str:
        return self.match.format(text=text, pattern=pattern)

    def median(self, value: str) -> str:
        return self.middle.format(value=value)

    def at(self, share: float, value: str) -> str:
        """A quantile."""
        return self.quantile.format(share=share, value=value)

    def part(self, part: str, instant: str) -> str:
        """A number of the calendar or the clock: hour, dow, month, .."""
        return self.date_part.format(part=part, instant=instant)

    def seconds(self, start: str, end: str) -> str:
        """The time between two instants.

        >>> DESKQL.seconds("a", "b")
        "date_part('epoch', b) - date_part('epoch', a)"
        """
        return f"{self.part('epoch', end)} - {self.part('epoch', start)}"


@dataclass(frozen=True)
class ClickHouseWording(Wording):
    """It knows parts of an instant by functions of their own."""

    def part(self, part: str, instant: str) -> str:
        names = {"epoch": "toUnixTimestamp64Micro({}) / 1e6", "dow": "toDayOfWeek({}) % 7", "week": "toISOWeek({})"}
        return names.get(part, f"EXTRACT({part} FROM {{}})").format(instant)


DESKQL = Wording()
#: The patterns of quantiles are those of the fixed questions.
BY_ENGINE = {
    "deskql": DESKQL,
    "duckdb": Wording(quantile=DUCKDB.quantile),
    "datafusion": Wording(
        match="regexp_like({text}, '{pattern}')",
        # Its own median of whole numbers is a whole number.
        middle="median(CAST({value} AS DOUBLE))",
        quantile=DATAFUSION.quantile,
    ),
    "clickhouse": ClickHouseWording(
        match="match({text}, '{pattern}')",
        middle="quantileExactInclusive(0.5)({value})",
        quantile=CLICKHOUSE.quantile,
        settings=" SETTINGS join_use_nulls = 1, union_default_mode = 'DISTINCT', intersect_default_mode = 'DISTINCT', "
        "except_default_mode = 'DISTINCT', cast_keep_nullable = 1, aggregate_functions_null_for_empty = 1",
    ),
    "polars": Wording(match="regexp_like({text}, '{pattern}')"),
}
