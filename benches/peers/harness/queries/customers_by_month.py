"""Customers who asked for help."""

import polars as pl

from harness.expressions import month
from harness.query import Query

QUERY = Query(
    title="distinct customers by month",
    keys=1,
    function="""
        SELECT date_trunc('month', created_at) AS month, active_customers(customer_id) AS customers
        FROM tickets GROUP BY 1 ORDER BY 1""",
    portable="""
        SELECT date_trunc('month', created_at) AS month, count(DISTINCT customer_id) AS customers
        FROM tickets GROUP BY 1 ORDER BY 1""",
    duckdb="""
        SELECT date_trunc('month', created_at::DATE) AS month, count(DISTINCT customer_id) AS customers
        FROM tickets GROUP BY 1 ORDER BY 1""",
    clickhouse="""
        SELECT toStartOfMonth(created_at) AS month, uniqExact(customer_id) AS customers
        FROM tickets GROUP BY month ORDER BY month""",
    polars=lambda t: t["tickets"]
    .group_by(month("created_at").alias("month"))
    .agg(pl.col("customer_id").n_unique().alias("customers"))
    .sort("month"),
    decode={"tickets": ("created_at", "customer_id")},
)
