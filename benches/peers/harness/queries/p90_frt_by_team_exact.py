"""The wait that nine in ten do not exceed, to the microsecond."""

import polars as pl

from harness.expressions import seconds
from harness.query import Query

QUERY = Query(
    title="p90 FRT by team (exact)",
    keys=1,
    function="""
        SELECT team, duration_quantile(created_at, first_response_at, 0.9) AS p90_min
        FROM tickets GROUP BY team ORDER BY team""",
    portable="""
        SELECT team, percentile_cont(0.9) WITHIN GROUP (
                 ORDER BY date_part('epoch', first_response_at) - date_part('epoch', created_at)) / 60 AS p90_min
        FROM tickets GROUP BY team ORDER BY team""",
    duckdb="""
        SELECT team, quantile_cont(epoch_us(first_response_at) - epoch_us(created_at), 0.9) / 6e7 AS p90_min
        FROM tickets GROUP BY team ORDER BY team""",
    datafusion="""
        SELECT team, percentile_cont(0.9) WITHIN GROUP (
                 ORDER BY CAST(arrow_cast(first_response_at, 'Int64') - arrow_cast(created_at, 'Int64') AS DOUBLE)) / 6e7 AS p90_min
        FROM tickets GROUP BY team ORDER BY team""",
    clickhouse="""
        SELECT team, quantileExactInclusive(0.9)(
                 reinterpretAsInt64(first_response_at) - reinterpretAsInt64(created_at)) / 6e7 AS p90_min
        FROM tickets GROUP BY team ORDER BY team""",
    polars=lambda t: t["tickets"]
    .group_by("team")
    .agg((seconds("created_at", "first_response_at").quantile(0.9, "linear") / 60).alias("p90_min"))
    .sort("team", nulls_last=True),
    # DataFusion interpolates with six digits.
    tolerance={1: 1e-7},
    decode={"tickets": ("team", "created_at", "first_response_at")},
)
