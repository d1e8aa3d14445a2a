"""`deskql run nps`."""

import polars as pl

from harness import expressions as ex
from harness.dialects import Dialect, net, texts
from harness.query import Query


def text(d: Dialect) -> str:
    return f"""
        SELECT period, 'all' AS segment, n, up, n - up - down AS passives, down, {net("up", "down", "n")}
        FROM (SELECT {d.months("responded_at")} AS period, count(score) AS n,
                     {d.hits("score >= 9")} AS up, {d.hits("score <= 6")} AS down
              FROM surveys WHERE kind = 'nps' AND responded_at IS NOT NULL GROUP BY period) AS counted
        ORDER BY period"""


SCORE = pl.col("score")

QUERY = Query(
    title="shipped: nps",
    named="nps",
    keys=1,
    **texts(text),
    polars=lambda t: t["surveys"]
    .filter(pl.col("kind") == "nps", pl.col("responded_at").is_not_null())
    .group_by(ex.month("responded_at").alias("period"))
    .agg(
        SCORE.count().cast(pl.Int64).alias("n"),
        ex.hits(SCORE >= 9).alias("up"),
        ex.hits(SCORE <= 6).alias("down"),
    )
    .with_columns(passives=pl.col("n") - pl.col("up") - pl.col("down"))
    .select("period", ex.ALL, "n", "up", "passives", "down", *ex.net("up", "down", "n"))
    .sort("period"),
    decode={"surveys": ("kind", "responded_at", "score")},
)
