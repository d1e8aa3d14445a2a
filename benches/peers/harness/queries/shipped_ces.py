"""`deskql run ces`."""

import polars as pl

from harness import expressions as ex
from harness.dialects import Dialect, mean, net, share, texts
from harness.query import Query


def text(d: Dialect) -> str:
    return f"""
        SELECT period, 'all' AS segment, n, {mean("average", "variance", "n")},
               {share("easy", "n", "top_")}, {net("up", "down", "n", "index_")}
        FROM (SELECT {d.months("responded_at")} AS period, count(score) AS n,
                     avg(score) AS average, var_samp(score) AS variance,
                     {d.hits("score >= 5")} AS easy,
                     {d.hits("score >= 6")} AS up, {d.hits("score <= 3")} AS down
              FROM surveys WHERE kind = 'ces' AND responded_at IS NOT NULL GROUP BY period) AS counted
        ORDER BY period"""


SCORE = pl.col("score")

QUERY = Query(
    title="shipped: ces",
    named="ces",
    keys=1,
    **texts(text),
    polars=lambda t: t["surveys"]
    .filter(pl.col("kind") == "ces", pl.col("responded_at").is_not_null())
    .group_by(ex.month("responded_at").alias("period"))
    .agg(
        SCORE.count().alias("n"),
        SCORE.mean().alias("average"),
        SCORE.var().alias("variance"),
        ex.hits(SCORE >= 5).alias("easy"),
        ex.hits(SCORE >= 6).alias("up"),
        ex.hits(SCORE <= 3).alias("down"),
    )
    .select(
        "period", ex.ALL, "n", *ex.mean("average", "variance", "n"),
        *ex.share("easy", "n", "top_"), *ex.net("up", "down", "n", "index_"),
    )
    .sort("period"),
    decode={"surveys": ("kind", "responded_at", "score")},
)
