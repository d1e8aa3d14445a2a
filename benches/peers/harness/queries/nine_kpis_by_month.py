"""A dashboard's monthly line."""

import polars as pl

from harness.expressions import month, percent, seconds
from harness.query import Query

ONE_TOUCH = (pl.col("replies") == 1) & (pl.col("reopens") == 0)


def portable(trunc: str, minutes: str) -> str:
    """The question with an engine's own words for months and minutes."""
    frt = minutes.format(end="first_response_at")
    art = minutes.format(end="resolved_at")
    return f"""
        SELECT {trunc} AS month, count(*) AS tickets,
               avg({frt}) AS frt_min,
               avg({art}) AS art_min,
               100.0 * count(CASE WHEN replies = 1 AND reopens = 0 THEN 1 END) / count(*) AS one_touch_pct,
               100.0 * count(CASE WHEN sla_met THEN 1 END) / count(sla_met) AS sla_pct,
               100.0 * count(CASE WHEN reopens > 0 THEN 1 END) / count(*) AS reopened_pct,
               100.0 * count(CASE WHEN is_escalated THEN 1 END) / count(*) AS escalated_pct,
               avg(handle_seconds) AS aht_s,
               CAST(sum(cost) AS DOUBLE) / count(cost) AS cost_per_ticket
        FROM tickets GROUP BY 1 ORDER BY 1"""


QUERY = Query(
    title="nine KPIs by month",
    keys=1,
    function="""
        SELECT date_trunc('month', created_at) AS month, count(*) AS tickets,
               frt(created_at, first_response_at) AS frt_min,
               art(created_at, resolved_at) AS art_min,
               fcr(replies, reopens) AS one_touch_pct,
               sla_rate(sla_met) AS sla_pct,
               rate(reopens > 0) AS reopened_pct,
               escalation_rate(is_escalated) AS escalated_pct,
               aht(handle_seconds) AS aht_s,
               cost_per_ticket(cost) AS cost_per_ticket
        FROM tickets GROUP BY 1 ORDER BY 1""",
    portable=portable(
        "date_trunc('month', created_at)",
        "(date_part('epoch', {end}) - date_part('epoch', created_at)) / 60",
    ),
    duckdb=portable(
        "date_trunc('month', created_at::DATE)", "(epoch_us({end}) - epoch_us(created_at)) / 6e7"
    ),
    datafusion=portable(
        "date_trunc('month', created_at)", "(arrow_cast({end}, 'Int64') - arrow_cast(created_at, 'Int64')) / 6e7"
    ),
    clickhouse="""
        SELECT toStartOfMonth(created_at) AS month, count() AS tickets,
               avg(reinterpretAsInt64(first_response_at) - reinterpretAsInt64(created_at)) / 6e7 AS frt_min,
               avg(reinterpretAsInt64(resolved_at) - reinterpretAsInt64(created_at)) / 6e7 AS art_min,
               100 * countIf(replies = 1 AND reopens = 0) / count() AS one_touch_pct,
               100 * countIf(sla_met) / count(sla_met) AS sla_pct,
               100 * countIf(reopens > 0) / count() AS reopened_pct,
               100 * countIf(is_escalated) / count() AS escalated_pct,
               avg(handle_seconds) AS aht_s,
               toFloat64(sum(cost)) / count(cost) AS cost_per_ticket
        FROM tickets GROUP BY month ORDER BY month""",
    polars=lambda t: t["tickets"]
    .group_by(month("created_at").alias("month"))
    .agg(
        pl.len().alias("tickets"),
        (seconds("created_at", "first_response_at").mean() / 60).alias("frt_min"),
        (seconds("created_at", "resolved_at").mean() / 60).alias("art_min"),
        percent(ONE_TOUCH, pl.col("created_at")).alias("one_touch_pct"),
        percent(pl.col("sla_met"), pl.col("sla_met")).alias("sla_pct"),
        percent(pl.col("reopens") > 0, pl.col("reopens")).alias("reopened_pct"),
        percent(pl.col("is_escalated"), pl.col("is_escalated")).alias("escalated_pct"),
        pl.col("handle_seconds").mean().alias("aht_s"),
        (pl.col("cost").sum().cast(pl.Float64) / pl.col("cost").count()).alias("cost_per_ticket"),
    )
    .sort("month"),
    decode={
        "tickets": (
            "created_at", "first_response_at", "resolved_at", "replies", "reopens", "sla_met",
            "is_escalated", "handle_seconds", "cost",
        )
    },
)
