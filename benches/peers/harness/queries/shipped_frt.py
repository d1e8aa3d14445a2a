"""`deskql run frt`."""

import polars as pl

from harness import expressions as ex
from harness.dialects import Dialect, mean, texts
from harness.query import Query


def text(d: Dialect) -> str:
    wait = d.between("created_at", "first_response_at")
    return f"""
        SELECT period, 'all' AS segment, tickets, n, {d.median} / {d.hour} AS median_h,
               {d.p90} / {d.hour} AS p90_h, {mean("average", "variance", "n")}
        FROM (SELECT {d.months("created_at")} AS period, count(*) AS tickets,
                     count(first_response_at) AS n, {d.median_and_p90(wait)},
                     avg(({wait}) / {d.hour}) AS average, var_samp(({wait}) / {d.hour}) AS variance
              FROM tickets WHERE merged_into_id IS NULL GROUP BY period) AS counted
        ORDER BY period"""


WAIT = ex.micros("created_at", "first_response_at")

QUERY = Query(
    title="shipped: frt (mean, median, p90)",
    named="frt",
    keys=1,
    **texts(text),
    polars=lambda t: t["tickets"]
    .filter(ex.KEPT)
    .group_by(ex.month("created_at").alias("period"))
    .agg(
        pl.len().alias("tickets"),
        WAIT.count().alias("n"),
        (WAIT.quantile(0.5, "linear") / 3.6e9).alias("median_h"),
        (WAIT.quantile(0.9, "linear") / 3.6e9).alias("p90_h"),
        WAIT.mean().alias("average"),
        WAIT.var().alias("variance"),
    )
    .select("period", ex.ALL, "tickets", "n", "median_h", "p90_h", *ex.mean("average", "variance", "n", 3.6e9))
    .sort("period"),
    decode={"tickets": ("created_at", "first_response_at", "merged_into_id")},
)
