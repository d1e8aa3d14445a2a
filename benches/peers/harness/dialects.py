"""Where the dialects of SQL differ in what several questions need.

A question that is one text but for these words is written once, as a function of a dialect.
"""

from collections.abc import Callable
from dataclasses import dataclass

#: Of the normal distribution, for intervals of 95 %.
Z = 1.959963984540054
Z2 = 3.841458820694124


@dataclass(frozen=True)
class Dialect:
    """Patterns of one engine."""

    month: str
    #: The time between two instants as a number, and how many of them are an hour.
    span: str
    hour: str
    count_if: str
    quantile: str
    lead: str = "lead({column})"
    #: Several quantiles by one pass, as a list that counts from 1; None where each is asked alone.
    quantiles: str | None = None

    def months(self, column: str) -> str:
        return self.month.format(column=column)

    def between(self, start: str, end: str) -> str:
        return self.span.format(start=start, end=end)

    def hits(self, condition: str) -> str:
        return self.count_if.format(condition=condition)

    def next(self, column: str, within: str, order: str) -> str:
        """The value of the next row of its partition."""
        frame = " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING" if "Frame" in self.lead else ""
        following = self.lead.format(column=column)
        return f"{following} OVER (PARTITION BY {within} ORDER BY {order}{frame})"

    def at(self, share: float, value: str) -> str:
        """One quantile."""
        return self.quantile.format(share=share, value=value)

    def median_and_p90(self, value: str) -> str:
        """Columns of an inner query, which `median` and `p90` read in the outer one."""
        if self.quantiles is not None:
            return f"{self.quantiles.format(value=value)} AS q"
        return f"{self.at(0.5, value)} AS q50, {self.at(0.9, value)} AS q90"

    @property
    def median(self) -> str:
        return "q50" if self.quantiles is None else "q[1]"

    @property
    def p90(self) -> str:
        return "q90" if self.quantiles is None else "q[2]"


PORTABLE = Dialect(
    month="date_trunc('month', {column})",
    span="date_part('epoch', {end}) - date_part('epoch', {start})",
    hour="3600",
    count_if="count(CASE WHEN {condition} THEN 1 END)",
    quantile="percentile_cont({share}) WITHIN GROUP (ORDER BY {value})",
)
DUCKDB = Dialect(
    month="date_trunc('month', {column}::DATE)",
    span="epoch_us({end}) - epoch_us({start})",
    hour="3.6e9",
    count_if="count(*) FILTER ({condition})",
    quantile="quantile_cont({value}, {share})",
    quantiles="quantile_cont({value}, [0.5, 0.9])",
)
DATAFUSION = Dialect(
    month="date_trunc('month', {column})",
    span="CAST({end} AS BIGINT) - CAST({start} AS BIGINT)",
    hour="3.6e9",
    count_if="count(*) FILTER (WHERE {condition})",
    quantile="percentile_cont({share}) WITHIN GROUP (ORDER BY CAST({value} AS DOUBLE))",
)
CLICKHOUSE = Dialect(
    month="toStartOfMonth({column})",
    span="reinterpretAsInt64({end}) - reinterpretAsInt64({start})",
    hour="3.6e9",
    count_if="countIf({condition})",
    quantile="quantileExactInclusive({share})({value})",
    # It gives the year 1970 after the last row unless the column can be NULL.
    lead="leadInFrame(toNullable({column}))",
    quantiles="quantilesExactInclusive(0.5, 0.9)({value})",
)


def texts(write: Callable[[Dialect], str]) -> dict[str, str]:
    """The question in every dialect, as the fields of a query."""
    return {
        "portable": write(PORTABLE),
        "duckdb": write(DUCKDB),
        "datafusion": write(DATAFUSION),
        "clickhouse": write(CLICKHOUSE),
    }


def share(hits: str, n: str, name: str = "") -> str:
    """Columns: hits in percent, and the ends of Wilson's interval."""
    p, c = f"(CAST({hits} AS DOUBLE) / nullif({n}, 0))", f"({Z2} / nullif({n}, 0))"
    middle, half = f"{p} + {c} / 2", f"sqrt({c} * {p} * (1 - {p}) + {c} * {c} / 4)"
    return (
        f"100.0 * {hits} / nullif({n}, 0) AS {name}pct, "
        f"100 * ({middle} - {half}) / (1 + {c}) AS {name}low, "
        f"100 * ({middle} + {half}) / (1 + {c}) AS {name}high"
    )


def mean(value: str, variance: str, n: str, name: str = "") -> str:
    """Columns: a mean, and the ends of its interval."""
    half = f"{Z} * sqrt({variance} / nullif({n}, 0))"
    return f"{value} AS {name}mean, {value} - {half} AS {name}low, {value} + {half} AS {name}high"


def net(up: str, down: str, n: str, name: str = "") -> str:
    """Columns: the share of one end less that of the other, in points, with its interval."""
    score = f"(CAST({up} - {down} AS DOUBLE) / nullif({n}, 0))"
    both = f"(CAST({up} + {down} AS DOUBLE) / nullif({n}, 0))"
    half = f"{Z} * 100 * sqrt(({both} - {score} * {score}) / nullif({n}, 0))"
    return f"100 * {score} AS {name}net, 100 * {score} - {half} AS {name}low, 100 * {score} + {half} AS {name}high"
