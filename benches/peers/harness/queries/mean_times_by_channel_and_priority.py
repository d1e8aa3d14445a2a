"""Mean time to the first response and to the resolution."""

import polars as pl

from harness.expressions import seconds
from harness.query import Query

QUERY = Query(
    title="mean FRT and ART by channel and priority",
    keys=2,
    function="""
        SELECT channel, priority, frt(created_at, first_response_at) AS frt_min,
               art(created_at, resolved_at) AS art_min
        FROM tickets GROUP BY channel, priority ORDER BY channel, priority""",
    portable="""
        SELECT channel, priority,
               avg(date_part('epoch', first_response_at) - date_part('epoch', created_at)) / 60 AS frt_min,
               avg(date_part('epoch', resolved_at) - date_part('epoch', created_at)) / 60 AS art_min
        FROM tickets GROUP BY channel, priority ORDER BY channel, priority""",
    duckdb="""
        SELECT channel, priority,
               avg(epoch_us(first_response_at) - epoch_us(created_at)) / 6e7 AS frt_min,
               avg(epoch_us(resolved_at) - epoch_us(created_at)) / 6e7 AS art_min
        FROM tickets GROUP BY channel, priority ORDER BY channel, priority""",
    datafusion="""
        SELECT channel, priority,
               avg(arrow_cast(first_response_at, 'Int64') - arrow_cast(created_at, 'Int64')) / 6e7 AS frt_min,
               avg(arrow_cast(resolved_at, 'Int64') - arrow_cast(created_at, 'Int64')) / 6e7 AS art_min
        FROM tickets GROUP BY channel, priority ORDER BY channel, priority""",
    clickhouse="""
        SELECT channel, priority,
               avg(reinterpretAsInt64(first_response_at) - reinterpretAsInt64(created_at)) / 6e7 AS frt_min,
               avg(reinterpretAsInt64(resolved_at) - reinterpretAsInt64(created_at)) / 6e7 AS art_min
        FROM tickets GROUP BY channel, priority ORDER BY channel, priority""",
    polars=lambda t: t["tickets"]
    .group_by("channel", "priority")
    .agg(
        (seconds("created_at", "first_response_at").mean() / 60).alias("frt_min"),
        (seconds("created_at", "resolved_at").mean() / 60).alias("art_min"),
    )
    .sort("channel", "priority"),
    decode={"tickets": ("channel", "priority", "created_at", "first_response_at", "resolved_at")},
)
