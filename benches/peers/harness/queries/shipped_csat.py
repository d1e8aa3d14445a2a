"""`deskql run csat`."""

import polars as pl

from harness import expressions as ex
from harness.dialects import Dialect, share, texts
from harness.query import Query


def text(d: Dialect) -> str:
    return f"""
        SELECT period, 'all' AS segment, n, hits, {share("hits", "n")}
        FROM (SELECT {d.months("responded_at")} AS period, count(score) AS n,
                     {d.hits("score >= 4")} AS hits
              FROM surveys WHERE kind = 'csat' AND responded_at IS NOT NULL GROUP BY period) AS counted
        ORDER BY period"""


QUERY = Query(
    title="shipped: csat",
    named="csat",
    keys=1,
    **texts(text),
    polars=lambda t: t["surveys"]
    .filter(pl.col("kind") == "csat", pl.col("responded_at").is_not_null())
    .group_by(ex.month("responded_at").alias("period"))
    .agg(pl.col("score").count().alias("n"), ex.hits(pl.col("score") >= 4).alias("hits"))
    .select("period", ex.ALL, "n", "hits", *ex.share("hits", "n"))
    .sort("period"),
    decode={"surveys": ("kind", "responded_at", "score")},
)
