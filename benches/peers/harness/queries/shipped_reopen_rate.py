"""`deskql run reopen_rate`."""

import polars as pl

from harness.dialects import Dialect, share, texts
from harness import expressions as ex
from harness.query import Query


def text(d: Dialect) -> str:
    return f"""
        SELECT period, 'all' AS segment, n, hits, {share("hits", "n")}
        FROM (SELECT {d.months("first_resolved_at")} AS period, count(reopens) AS n,
                     {d.hits("reopens > 0")} AS hits
              FROM tickets WHERE merged_into_id IS NULL AND first_resolved_at IS NOT NULL
              GROUP BY period) AS counted
        ORDER BY period"""


QUERY = Query(
    title="shipped: reopen_rate",
    named="reopen_rate",
    keys=1,
    **texts(text),
    polars=lambda t: t["tickets"]
    .filter(ex.KEPT, pl.col("first_resolved_at").is_not_null())
    .group_by(ex.month("first_resolved_at").alias("period"))
    .agg(pl.col("reopens").count().alias("n"), ex.hits(pl.col("reopens") > 0).alias("hits"))
    .select("period", ex.ALL, "n", "hits", *ex.share("hits", "n"))
    .sort("period"),
    decode={"tickets": ("first_resolved_at", "reopens", "merged_into_id")},
)
