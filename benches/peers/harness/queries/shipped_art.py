"""`deskql run art`."""

import polars as pl

from harness import expressions as ex
from harness.dialects import Dialect, mean, texts
from harness.query import Query


def text(d: Dialect) -> str:
    took = d.between("created_at", "resolved_at")
    return f"""
        SELECT period, 'all' AS segment, n, {d.median} / {d.hour} AS median_h, {d.p90} / {d.hour} AS p90_h,
               {mean("average", "variance", "n")}
        FROM (SELECT {d.months("resolved_at")} AS period, count(*) AS n, {d.median_and_p90(took)},
                     avg(({took}) / {d.hour}) AS average, var_samp(({took}) / {d.hour}) AS variance
              FROM tickets WHERE merged_into_id IS NULL AND resolved_at IS NOT NULL
              GROUP BY period) AS counted
        ORDER BY period"""


TOOK = ex.micros("created_at", "resolved_at")

QUERY = Query(
    title="shipped: art (mean, median, p90)",
    named="art",
    keys=1,
    **texts(text),
    polars=lambda t: t["tickets"]
    .filter(ex.KEPT, pl.col("resolved_at").is_not_null())
    .group_by(ex.month("resolved_at").alias("period"))
    .agg(
        pl.len().alias("n"),
        (TOOK.quantile(0.5, "linear") / 3.6e9).alias("median_h"),
        (TOOK.quantile(0.9, "linear") / 3.6e9).alias("p90_h"),
        TOOK.mean().alias("average"),
        TOOK.var().alias("variance"),
    )
    .select("period", ex.ALL, "n", "median_h", "p90_h", *ex.mean("average", "variance", "n", 3.6e9))
    .sort("period"),
    decode={"tickets": ("created_at", "resolved_at", "merged_into_id")},
)
