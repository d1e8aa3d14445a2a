"""How many tickets come in."""

import polars as pl

from harness.query import Query

QUERY = Query(
    title="ticket volume by month and channel",
    keys=2,
    portable="""
        SELECT date_trunc('month', created_at) AS month, channel, count(*) AS tickets
        FROM tickets GROUP BY 1, 2 ORDER BY 1, 2""",
    duckdb="""
        SELECT date_trunc('month', created_at::DATE) AS month, channel, count(*) AS tickets
        FROM tickets GROUP BY ALL ORDER BY ALL""",
    clickhouse="""
        SELECT toStartOfMonth(created_at) AS month, channel, count() AS tickets
        FROM tickets GROUP BY month, channel ORDER BY month, channel""",
    polars=lambda t: t["tickets"]
    .group_by(pl.col("created_at").dt.truncate("1mo").alias("month"), "channel")
    .agg(pl.len().alias("tickets"))
    .sort("month", "channel"),
    decode={"tickets": ("created_at", "channel")},
)
