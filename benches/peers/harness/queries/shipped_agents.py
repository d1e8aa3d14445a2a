"""`deskql run agents`."""

import polars as pl

from harness import expressions as ex
from harness.dialects import Dialect, share, texts
from harness.query import Query


def text(d: Dialect) -> str:
    wait = d.between("created_at", "first_response_at")
    return f"""
        SELECT agents.team AS team, handled.agent_id AS agent, agents.name AS name, agents.level AS level,
               agents.site AS site, tickets, frt_median_h, frt_n,
               100.0 * one_touch / nullif(solved, 0) AS one_touch_pct, solved AS one_touch_n,
               100.0 * reopened / nullif(solved, 0) AS reopened_pct, solved AS reopened_n, aht_min, aht_n,
               {share("satisfied", "answered", "csat_")}, coalesce(answered, 0) AS csat_n
        FROM (SELECT agent_id, count(*) AS tickets, {d.at(0.5, wait)} / {d.hour} AS frt_median_h,
                     count(first_response_at) AS frt_n, count(first_resolved_at) AS solved,
                     {d.hits("first_resolved_at IS NOT NULL AND replies = 1 AND reopens = 0")} AS one_touch,
                     {d.hits("first_resolved_at IS NOT NULL AND reopens > 0")} AS reopened,
                     avg(handle_seconds) / 60 AS aht_min, count(handle_seconds) AS aht_n
              FROM tickets WHERE merged_into_id IS NULL AND agent_id IS NOT NULL
              GROUP BY agent_id) AS handled
        LEFT JOIN agents ON agents.agent_id = handled.agent_id
        LEFT JOIN (SELECT agent_id, count(score) AS answered, {d.hits("score >= 4")} AS satisfied
                   FROM surveys WHERE kind = 'csat' AND responded_at IS NOT NULL
                   GROUP BY agent_id) AS answers ON answers.agent_id = handled.agent_id
        ORDER BY team, tickets DESC, agent"""


def polars(t):
    wait, solved = ex.micros("created_at", "first_response_at"), pl.col("first_resolved_at").is_not_null()
    handled = (
        t["tickets"]
        .filter(ex.KEPT, pl.col("agent_id").is_not_null())
        .group_by("agent_id")
        .agg(
            pl.len().alias("tickets"),
            (wait.quantile(0.5, "linear") / 3.6e9).alias("frt_median_h"),
            wait.count().alias("frt_n"),
            ex.hits(solved).alias("solved"),
            ex.hits(solved & (pl.col("replies") == 1) & (pl.col("reopens") == 0)).alias("one_touch"),
            ex.hits(solved & (pl.col("reopens") > 0)).alias("reopened"),
            (pl.col("handle_seconds").mean() / 60).alias("aht_min"),
            pl.col("handle_seconds").count().alias("aht_n"),
        )
    )
    answers = (
        t["surveys"]
        .filter(pl.col("kind") == "csat", pl.col("responded_at").is_not_null())
        .group_by("agent_id")
        .agg(pl.col("score").count().alias("answered"), ex.hits(pl.col("score") >= 4).alias("satisfied"))
    )
    joined = handled.join(t["agents"], on="agent_id", how="left").join(answers, on="agent_id", how="left")
    return joined.sort("team", -pl.col("tickets").cast(pl.Int64), "agent_id", nulls_last=True).select(
        "team", "agent_id", "name", "level", "site", "tickets", "frt_median_h", "frt_n",
        (100 * pl.col("one_touch") / pl.col("solved")).alias("one_touch_pct"), pl.col("solved").alias("one_touch_n"),
        (100 * pl.col("reopened") / pl.col("solved")).alias("reopened_pct"), pl.col("solved").alias("reopened_n"),
        "aht_min", "aht_n", *ex.share("satisfied", "answered", "csat_"),
        pl.col("answered").fill_null(0).alias("csat_n"),
    )


QUERY = Query(
    title="shipped: agents",
    named="agents",
    keys=2,
    **texts(text),
    polars=polars,
)
