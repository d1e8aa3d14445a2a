"""What several Polars queries say."""

import polars as pl

from harness.dialects import Z, Z2

KEPT = pl.col("merged_into_id").is_null()


def micros(start: str, end: str) -> pl.Expr:
    """The microseconds from one instant to another."""
    return pl.col(end).to_physical() - pl.col(start).to_physical()


def seconds(start: str, end: str) -> pl.Expr:
    """The seconds from one instant to another."""
    return micros(start, end) / 1e6


def month(column: str) -> pl.Expr:
    """The month of an instant."""
    return pl.col(column).dt.truncate("1mo")


def hits(condition: pl.Expr) -> pl.Expr:
    """How many rows fulfil a condition, as a number that can be subtracted from."""
    return condition.sum().cast(pl.Int64)


def percent(condition: pl.Expr, of: pl.Expr) -> pl.Expr:
    """Hits in percent of the rows where `of` is known."""
    return 100 * condition.sum() / of.count()


def share(hits: str, n: str, name: str = "") -> list[pl.Expr]:
    """Columns: hits in percent, and the ends of Wilson's interval."""
    p, c = pl.col(hits) / pl.col(n), Z2 / pl.col(n)
    half = (c * p * (1 - p) + c * c / 4).sqrt()
    return [
        (100 * p).alias(f"{name}pct"),
        (100 * (p + c / 2 - half) / (1 + c)).alias(f"{name}low"),
        (100 * (p + c / 2 + half) / (1 + c)).alias(f"{name}high"),
    ]


def mean(value: str, variance: str, n: str, unit: float = 1.0, name: str = "") -> list[pl.Expr]:
    """Columns: a mean in that unit, and the ends of its interval."""
    half = Z * (pl.col(variance) / pl.col(n)).sqrt()
    middle = pl.col(value)
    return [
        (middle / unit).alias(f"{name}mean"),
        ((middle - half) / unit).alias(f"{name}low"),
        ((middle + half) / unit).alias(f"{name}high"),
    ]


def net(up: str, down: str, n: str, name: str = "") -> list[pl.Expr]:
    """Columns: the share of one end less that of the other, in points, with its interval."""
    score = (pl.col(up) - pl.col(down)) / pl.col(n)
    both = (pl.col(up) + pl.col(down)) / pl.col(n)
    half = Z * 100 * ((both - score * score) / pl.col(n)).sqrt()
    return [
        (100 * score).alias(f"{name}net"),
        (100 * score - half).alias(f"{name}low"),
        (100 * score + half).alias(f"{name}high"),
    ]


ALL = pl.lit("all").alias("segment")
