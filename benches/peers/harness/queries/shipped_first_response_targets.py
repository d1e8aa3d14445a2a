"""`deskql run first_response_targets`."""

import polars as pl

from harness import expressions as ex
from harness.dialects import Dialect, share, texts
from harness.query import Query


def text(d: Dialect) -> str:
    wait = d.between("created_at", "first_response_at")
    return f"""
        SELECT channel, level, tickets, n, {d.median} / {d.hour} AS median_h, {d.p90} / {d.hour} AS p90_h,
               mean_h, {share("hits", "n")}
        FROM (SELECT channel, CASE WHEN grouping(priority) = 1 THEN 'all' ELSE priority END AS level,
                     count(*) AS tickets, count(first_response_at) AS n, {d.median_and_p90(wait)},
                     avg({wait}) / {d.hour} AS mean_h, {d.hits(f"{wait} <= {d.hour}")} AS hits
              FROM tickets WHERE merged_into_id IS NULL
              GROUP BY GROUPING SETS ((channel, priority), (channel))) AS counted
        ORDER BY channel, level"""


WAIT = ex.micros("created_at", "first_response_at")


def polars(t):
    # Each level by itself: quantiles of parts do not add up.
    figures = [
        pl.len().alias("tickets"),
        WAIT.count().alias("n"),
        (WAIT.quantile(0.5, "linear") / 3.6e9).alias("median_h"),
        (WAIT.quantile(0.9, "linear") / 3.6e9).alias("p90_h"),
        (WAIT.mean() / 3.6e9).alias("mean_h"),
        ex.hits(WAIT <= 3_600_000_000).alias("hits"),
    ]
    kept = t["tickets"].filter(ex.KEPT)
    levels = pl.concat([
        kept.group_by("channel", "priority").agg(figures),
        kept.group_by("channel", pl.lit("all").alias("priority")).agg(figures),
    ])
    return levels.select(
        "channel", "priority", "tickets", "n", "median_h", "p90_h", "mean_h", *ex.share("hits", "n")
    ).sort("channel", "priority")


QUERY = Query(
    title="shipped: first_response_targets",
    named="first_response_targets",
    keys=2,
    **texts(text),
    polars=polars,
    decode={"tickets": ("channel", "priority", "created_at", "first_response_at", "merged_into_id")},
)
