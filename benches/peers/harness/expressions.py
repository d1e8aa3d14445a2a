"""What several Polars queries say."""

import polars as pl


def seconds(start: str, end: str) -> pl.Expr:
    """The seconds from one instant to another."""
    return (pl.col(end).to_physical() - pl.col(start).to_physical()) / 1e6


def month(column: str) -> pl.Expr:
    """The month of an instant."""
    return pl.col(column).dt.truncate("1mo")


def share(hits: pl.Expr, of: pl.Expr) -> pl.Expr:
    """Hits in percent of the rows where `of` is known."""
    return 100 * hits.sum() / of.count()
