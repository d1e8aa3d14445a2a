"""`deskql run fcr`."""

import polars as pl

from harness import expressions as ex
from harness.dialects import Dialect, share, texts
from harness.query import Query

WEEK = 7 * 86_400_000_000


def text(d: Dialect) -> str:
    return f"""
        SELECT period, 'all' AS segment, n1, {share("hits1", "n1", "one_touch_")},
               {share("hits2", "n1", "under_two_")}, n3, {share("hits3", "n3", "no_repeat_")}
        FROM (SELECT {d.months("created_at")} AS period, count(first_resolved_at) AS n1,
                     {d.hits("first_resolved_at IS NOT NULL AND replies = 1 AND reopens = 0")} AS hits1,
                     {d.hits("first_resolved_at IS NOT NULL AND replies < 2")} AS hits2,
                     count(is_last) AS n3, {d.hits("is_last")} AS hits3
              FROM (SELECT created_at, first_resolved_at, replies, reopens,
                           CASE WHEN next_at <= created_at + INTERVAL '7' DAY THEN FALSE
                                WHEN created_at + INTERVAL '7' DAY > newest_at THEN NULL
                                ELSE TRUE END AS is_last
                    FROM (SELECT created_at, first_resolved_at, replies, reopens,
                                 {d.next("created_at", "customer_id", "created_at, ticket_id")} AS next_at,
                                 (SELECT max(created_at) FROM tickets WHERE merged_into_id IS NULL)
                                   AS newest_at
                          FROM tickets WHERE merged_into_id IS NULL) AS contacts) AS told
              GROUP BY period) AS counted
        ORDER BY period"""


def polars(t):
    contacts = t["tickets"].filter(ex.KEPT).sort("customer_id", "created_at", "ticket_id")
    at = pl.col("created_at").to_physical()
    same = pl.col("customer_id").shift(-1) == pl.col("customer_id")
    again = (same & (at.shift(-1) <= at + WEEK)).fill_null(False)
    solved = pl.col("first_resolved_at").is_not_null()
    told = contacts.select(
        ex.month("created_at").alias("period"),
        solved=solved,
        one_touch=solved & (pl.col("replies") == 1) & (pl.col("reopens") == 0),
        under_two=solved & (pl.col("replies") < 2),
        again=again,
        decided=again | (at + WEEK <= at.max()),
    )
    counted = told.group_by("period").agg(
        ex.hits(pl.col("solved")).alias("n1"),
        ex.hits(pl.col("one_touch")).alias("hits1"),
        ex.hits(pl.col("under_two")).alias("hits2"),
        ex.hits(pl.col("decided")).alias("n3"),
        ex.hits(pl.col("decided") & ~pl.col("again")).alias("hits3"),
    )
    return counted.select(
        "period", ex.ALL, "n1", *ex.share("hits1", "n1", "one_touch_"),
        *ex.share("hits2", "n1", "under_two_"), "n3", *ex.share("hits3", "n3", "no_repeat_"),
    ).sort("period")


QUERY = Query(
    title="shipped: fcr (one touch, no repeat)",
    named="fcr",
    keys=1,
    **texts(text),
    polars=polars,
)
