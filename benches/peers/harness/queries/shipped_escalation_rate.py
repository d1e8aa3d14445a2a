"""`deskql run escalation_rate`."""

import polars as pl

from harness import expressions as ex
from harness.dialects import Dialect, share, texts
from harness.query import Query


def text(d: Dialect) -> str:
    return f"""
        SELECT period, 'all' AS segment, n, hits, {share("hits", "n")}
        FROM (SELECT {d.months("created_at")} AS period, count(is_escalated) AS n,
                     {d.hits("is_escalated")} AS hits
              FROM tickets WHERE merged_into_id IS NULL GROUP BY period) AS counted
        ORDER BY period"""


QUERY = Query(
    title="shipped: escalation_rate",
    named="escalation_rate",
    keys=1,
    **texts(text),
    polars=lambda t: t["tickets"]
    .filter(ex.KEPT)
    .group_by(ex.month("created_at").alias("period"))
    .agg(pl.col("is_escalated").count().alias("n"), ex.hits(pl.col("is_escalated")).alias("hits"))
    .select("period", ex.ALL, "n", "hits", *ex.share("hits", "n"))
    .sort("period"),
    decode={"tickets": ("created_at", "is_escalated", "merged_into_id")},
)
