"""`deskql run ticket_volume`."""

import polars as pl

from harness import expressions as ex
from harness.dialects import Dialect, texts
from harness.query import Query


def text(d: Dialect) -> str:
    return f"""
        SELECT period, segment, tickets,
               100.0 * tickets / sum(tickets) OVER (PARTITION BY period) AS share_pct,
               100.0 * tickets / nullif(lag(tickets) OVER (PARTITION BY segment ORDER BY period), 0) - 100
                 AS change_pct
        FROM (SELECT {d.months("created_at")} AS period, 'all' AS segment, count(*) AS tickets
              FROM tickets WHERE merged_into_id IS NULL GROUP BY 1) AS counted
        ORDER BY period, segment"""


def polars(t):
    counted = (
        t["tickets"]
        .filter(ex.KEPT)
        .group_by(ex.month("created_at").alias("period"))
        .agg(pl.len().alias("tickets"))
        .sort("period")
    )
    return counted.select(
        "period",
        ex.ALL,
        "tickets",
        share_pct=pl.lit(100.0),
        change_pct=100 * pl.col("tickets") / pl.col("tickets").shift(1) - 100,
    )


QUERY = Query(
    title="shipped: ticket_volume",
    named="ticket_volume",
    keys=1,
    **texts(text),
    polars=polars,
    decode={"tickets": ("created_at", "merged_into_id")},
)
