"""First contact resolution by one reply, and escalations."""

import polars as pl

from harness.query import Query

ONE_TOUCH = (pl.col("replies") == 1) & (pl.col("reopens") == 0)

QUERY = Query(
    title="one-touch FCR and escalation by team",
    keys=1,
    function="""
        SELECT team, count(*) AS tickets, fcr(replies, reopens) AS one_touch_pct,
               escalation_rate(is_escalated) AS escalated_pct
        FROM tickets WHERE status IN ('solved', 'closed') GROUP BY team ORDER BY team""",
    portable="""
        SELECT team, count(*) AS tickets,
               100.0 * count(CASE WHEN replies = 1 AND reopens = 0 THEN 1 END) / count(*) AS one_touch_pct,
               100.0 * count(CASE WHEN is_escalated THEN 1 END) / count(*) AS escalated_pct
        FROM tickets WHERE status IN ('solved', 'closed') GROUP BY team ORDER BY team""",
    duckdb="""
        SELECT team, count(*) AS tickets,
               100.0 * count(*) FILTER (replies = 1 AND reopens = 0) / count(*) AS one_touch_pct,
               100.0 * count(*) FILTER (is_escalated) / count(*) AS escalated_pct
        FROM tickets WHERE status IN ('solved', 'closed') GROUP BY team ORDER BY team""",
    clickhouse="""
        SELECT team, count() AS tickets,
               100 * countIf(replies = 1 AND reopens = 0) / count() AS one_touch_pct,
               100 * countIf(is_escalated) / count() AS escalated_pct
        FROM tickets WHERE status IN ('solved', 'closed') GROUP BY team ORDER BY team""",
    polars=lambda t: t["tickets"]
    .filter(pl.col("status").is_in(["solved", "closed"]))
    .group_by("team")
    .agg(
        pl.len().alias("tickets"),
        (100 * ONE_TOUCH.sum() / pl.len()).alias("one_touch_pct"),
        (100 * pl.col("is_escalated").sum() / pl.len()).alias("escalated_pct"),
    )
    .sort("team", nulls_last=True),
    decode={"tickets": ("status", "team", "replies", "reopens", "is_escalated")},
)
