"""The wait that nine in ten do not exceed, nearly: each engine by the sketch that it offers."""

import polars as pl

from harness.expressions import seconds
from harness.query import Query

QUERY = Query(
    title="p90 FRT by team (sketch)",
    keys=1,
    function="""
        SELECT team, approx_duration_quantile(created_at, first_response_at, 0.9) AS p90_min
        FROM tickets GROUP BY team ORDER BY team""",
    portable="""
        SELECT team, approx_percentile_cont(0.9) WITHIN GROUP (
                 ORDER BY date_part('epoch', first_response_at) - date_part('epoch', created_at)) / 60 AS p90_min
        FROM tickets GROUP BY team ORDER BY team""",
    duckdb="""
        SELECT team, approx_quantile(epoch_us(first_response_at) - epoch_us(created_at), 0.9) / 6e7 AS p90_min
        FROM tickets GROUP BY team ORDER BY team""",
    datafusion="""
        SELECT team, approx_percentile_cont(0.9) WITHIN GROUP (
                 ORDER BY arrow_cast(first_response_at, 'Int64') - arrow_cast(created_at, 'Int64')) / 6e7 AS p90_min
        FROM tickets GROUP BY team ORDER BY team""",
    clickhouse="""
        SELECT team, quantileDD(0.01, 0.9)(
                 reinterpretAsInt64(first_response_at) - reinterpretAsInt64(created_at)) / 6e7 AS p90_min
        FROM tickets GROUP BY team ORDER BY team""",
    # Polars has no sketch: its users ask for the exact quantile.
    polars=lambda t: t["tickets"]
    .group_by("team")
    .agg((seconds("created_at", "first_response_at").quantile(0.9, "linear") / 60).alias("p90_min"))
    .sort("team", nulls_last=True),
    decode={"tickets": ("team", "created_at", "first_response_at")},
    tolerance={1: 0.03},
)
