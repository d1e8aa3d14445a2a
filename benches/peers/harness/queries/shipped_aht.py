"""`deskql run aht`."""

import polars as pl

from harness import expressions as ex
from harness.dialects import Dialect, mean, texts
from harness.query import Query


def text(d: Dialect) -> str:
    return f"""
        SELECT period, 'all' AS segment, n, total / 3600.0 AS total_h,
               {mean("average / 60", "variance / 3600", "n")}
        FROM (SELECT {d.months("resolved_at")} AS period, count(handle_seconds) AS n,
                     sum(handle_seconds) AS total, avg(handle_seconds) AS average,
                     var_samp(handle_seconds) AS variance
              FROM tickets WHERE merged_into_id IS NULL AND resolved_at IS NOT NULL
              GROUP BY period) AS counted
        ORDER BY period"""


WORK = pl.col("handle_seconds")

QUERY = Query(
    title="shipped: aht",
    named="aht",
    keys=1,
    **texts(text),
    polars=lambda t: t["tickets"]
    .filter(ex.KEPT, pl.col("resolved_at").is_not_null())
    .group_by(ex.month("resolved_at").alias("period"))
    .agg(
        WORK.count().alias("n"),
        (WORK.sum() / 3600).alias("total_h"),
        WORK.mean().alias("average"),
        WORK.var().alias("variance"),
    )
    .select("period", ex.ALL, "n", "total_h", *ex.mean("average", "variance", "n", 60))
    .sort("period"),
    decode={"tickets": ("resolved_at", "handle_seconds", "merged_into_id")},
)
