"""`deskql run survey_response_rate`."""

import polars as pl

from harness import expressions as ex
from harness.dialects import Dialect, share, texts
from harness.query import Query


def text(d: Dialect) -> str:
    return f"""
        SELECT period, kind, n, hits, {share("hits", "n")}
        FROM (SELECT {d.months("offered_at")} AS period, kind, count(*) AS n, count(responded_at) AS hits
              FROM surveys GROUP BY period, kind) AS counted
        ORDER BY period, kind"""


QUERY = Query(
    title="shipped: survey_response_rate",
    named="survey_response_rate",
    keys=2,
    **texts(text),
    polars=lambda t: t["surveys"]
    .group_by(ex.month("offered_at").alias("period"), "kind")
    .agg(pl.len().alias("n"), pl.col("responded_at").count().alias("hits"))
    .select("period", "kind", "n", "hits", *ex.share("hits", "n"))
    .sort("period", "kind"),
    decode={"surveys": ("offered_at", "kind", "responded_at")},
)
