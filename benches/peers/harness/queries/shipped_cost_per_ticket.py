"""`deskql run cost_per_ticket`."""

import polars as pl

from harness import expressions as ex
from harness.dialects import Dialect, mean, texts
from harness.query import Query


def text(d: Dialect) -> str:
    return f"""
        SELECT period, 'all' AS segment, n, total, {mean("total / nullif(n, 0)", "variance", "n")}
        FROM (SELECT {d.months("created_at")} AS period, count(cost) AS n,
                     CAST(sum(cost) AS DOUBLE) AS total, var_samp(CAST(cost AS DOUBLE)) AS variance
              FROM tickets WHERE merged_into_id IS NULL GROUP BY period) AS counted
        ORDER BY period"""


COST = pl.col("cost")

QUERY = Query(
    title="shipped: cost_per_ticket",
    named="cost_per_ticket",
    keys=1,
    **texts(text),
    polars=lambda t: t["tickets"]
    .filter(ex.KEPT)
    .group_by(ex.month("created_at").alias("period"))
    .agg(
        COST.count().alias("n"),
        COST.sum().cast(pl.Float64).alias("total"),
        COST.cast(pl.Float64).var().alias("variance"),
    )
    .with_columns(average=pl.col("total") / pl.col("n"))
    .select("period", ex.ALL, "n", "total", *ex.mean("average", "variance", "n"))
    .sort("period"),
    # deskql's squares of amounts are in 1024ths.
    tolerance={5: 1e-4, 6: 1e-4},
    decode={"tickets": ("created_at", "cost", "merged_into_id")},
)
