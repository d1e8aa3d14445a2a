"""`deskql run teams`."""

import polars as pl

from harness import expressions as ex
from harness.dialects import Dialect, share, texts
from harness.query import Query

WEEK = 7 * 86_400_000_000


def percent(hits: str, n: str) -> str:
    return f"100.0 * {hits} / nullif({n}, 0) AS {hits}_pct, {n} AS {hits}_n"


def text(d: Dialect) -> str:
    wait = d.between("created_at", "first_response_at")
    columns = (
        "created_at, team, agent_id, first_response_at, first_resolved_at, first_response_sla_met, sla_met, "
        "replies, reopens, handle_seconds, cost"
    )
    return f"""
        SELECT work.its_team AS its, tickets, agents, frt_median_h, frt_n,
               {percent("answered_in_time", "answered")}, {percent("one_touch", "solved")},
               {percent("no_repeat", "decided")}, {percent("reopened", "solved")},
               {percent("in_time", "targeted")}, aht_min, aht_n, cost_per_ticket, cost_n,
               {share("satisfied", "csat_answers", "csat_")}, coalesce(csat_answers, 0) AS csat_n
        FROM (SELECT coalesce(team, 'none') AS its_team, count(*) AS tickets,
                     count(DISTINCT agent_id) AS agents,
                     {d.at(0.5, wait)} / {d.hour} AS frt_median_h, count(first_response_at) AS frt_n,
                     count(first_response_sla_met) AS answered,
                     {d.hits("first_response_sla_met")} AS answered_in_time,
                     count(first_resolved_at) AS solved,
                     {d.hits("first_resolved_at IS NOT NULL AND replies = 1 AND reopens = 0")} AS one_touch,
                     {d.hits("first_resolved_at IS NOT NULL AND reopens > 0")} AS reopened,
                     count(is_last) AS decided, {d.hits("is_last")} AS no_repeat,
                     count(sla_met) AS targeted, {d.hits("sla_met")} AS in_time,
                     avg(handle_seconds) / 60 AS aht_min, count(handle_seconds) AS aht_n,
                     CAST(sum(cost) AS DOUBLE) / nullif(count(cost), 0) AS cost_per_ticket,
                     count(cost) AS cost_n
              FROM (SELECT {columns},
                           CASE WHEN next_at <= created_at + INTERVAL '7' DAY THEN FALSE
                                WHEN created_at + INTERVAL '7' DAY > newest_at THEN NULL
                                ELSE TRUE END AS is_last
                    FROM (SELECT {columns}, {d.next("created_at", "customer_id", "created_at")} AS next_at,
                                 (SELECT max(created_at) FROM tickets WHERE merged_into_id IS NULL)
                                   AS newest_at
                          FROM tickets WHERE merged_into_id IS NULL) AS contacts) AS told
              GROUP BY 1) AS work
        LEFT JOIN (SELECT coalesce(team, 'none') AS answered_team, count(score) AS csat_answers,
                          {d.hits("score >= 4")} AS satisfied
                   FROM tickets JOIN surveys ON tickets.ticket_id = surveys.ticket_id
                   WHERE kind = 'csat' AND responded_at IS NOT NULL AND merged_into_id IS NULL
                   GROUP BY 1) AS answers ON answered_team = work.its_team
        ORDER BY its"""


def polars(t):
    kept = t["tickets"].filter(ex.KEPT).with_columns(pl.col("team").fill_null("none"))
    at = pl.col("created_at").to_physical()
    same = pl.col("customer_id").shift(-1) == pl.col("customer_id")
    again = (same & (at.shift(-1) <= at + WEEK)).fill_null(False)
    told = kept.sort("customer_id", "created_at").with_columns(again=again, newest=at.max())
    decided = pl.col("again") | (at + WEEK <= pl.col("newest"))
    solved = pl.col("first_resolved_at").is_not_null()
    first, met = pl.col("first_response_sla_met"), pl.col("sla_met")
    wait = ex.micros("created_at", "first_response_at")
    work = told.group_by("team").agg(
        pl.len().alias("tickets"),
        pl.col("agent_id").drop_nulls().n_unique().alias("agents"),
        (wait.quantile(0.5, "linear") / 3.6e9).alias("frt_median_h"),
        wait.count().alias("frt_n"),
        ex.percent(first, first).alias("answered_in_time_pct"), first.count().alias("answered_in_time_n"),
        (100 * ex.hits(solved & (pl.col("replies") == 1) & (pl.col("reopens") == 0)) / solved.sum())
        .alias("one_touch_pct"), solved.sum().alias("one_touch_n"),
        (100 * ex.hits(decided & ~pl.col("again")) / decided.sum()).alias("no_repeat_pct"),
        decided.sum().alias("no_repeat_n"),
        (100 * ex.hits(solved & (pl.col("reopens") > 0)) / solved.sum()).alias("reopened_pct"),
        solved.sum().alias("reopened_n"),
        ex.percent(met, met).alias("in_time_pct"), met.count().alias("in_time_n"),
        (pl.col("handle_seconds").mean() / 60).alias("aht_min"), pl.col("handle_seconds").count().alias("aht_n"),
        (pl.col("cost").sum().cast(pl.Float64) / pl.col("cost").count()).alias("cost_per_ticket"),
        pl.col("cost").count().alias("cost_n"),
    )
    answers = (
        t["surveys"]
        .filter(pl.col("kind") == "csat", pl.col("responded_at").is_not_null())
        .join(kept.select("ticket_id", "team"), on="ticket_id")
        .group_by("team")
        .agg(pl.col("score").count().alias("answers"), ex.hits(pl.col("score") >= 4).alias("satisfied"))
    )
    joined = work.join(answers, on="team", how="left")
    return joined.with_columns(
        *ex.share("satisfied", "answers", "csat_"), pl.col("answers").fill_null(0).alias("csat_n")
    ).drop("answers", "satisfied").sort("team")


QUERY = Query(
    title="shipped: teams",
    named="teams",
    keys=1,
    **texts(text),
    polars=polars,
)
