"""First contact resolution by the customer's silence, by the team that had the first contact."""

import polars as pl

from harness import expressions as ex
from harness.dialects import Dialect, texts
from harness.query import Query

WEEK = 7 * 86_400_000_000


def text(d: Dialect) -> str:
    return f"""
        SELECT team, count(is_last) AS contacts,
               100.0 * {d.hits("is_last")} / nullif(count(is_last), 0) AS no_repeat_pct
        FROM (SELECT team,
                     CASE WHEN next_at <= created_at + INTERVAL '7' DAY THEN FALSE
                          WHEN created_at + INTERVAL '7' DAY > newest_at THEN NULL
                          ELSE TRUE END AS is_last
              FROM (SELECT team, created_at, {d.next("created_at", "customer_id", "created_at, ticket_id")} AS next_at,
                           (SELECT max(created_at) FROM tickets) AS newest_at
                    FROM tickets) AS contacts) AS told
        GROUP BY team ORDER BY team"""


def polars(t):
    contacts = t["tickets"].select("customer_id", "ticket_id", "team", at=pl.col("created_at").to_physical())
    contacts = contacts.sort("customer_id", "at", "ticket_id")
    same = pl.col("customer_id").shift(-1) == pl.col("customer_id")
    again = (same & (pl.col("at").shift(-1) <= pl.col("at") + WEEK)).fill_null(False)
    is_decided = again | (pl.col("at") + WEEK <= pl.col("at").max())
    return (
        contacts.select("team", again=again, is_decided=is_decided)
        .group_by("team")
        .agg(
            pl.col("is_decided").sum().alias("contacts"),
            (100 * ex.hits(pl.col("is_decided") & ~pl.col("again")) / pl.col("is_decided").sum())
            .alias("no_repeat_pct"),
        )
        .sort("team", nulls_last=True)
    )


QUERY = Query(
    title="no repeat contact in 7 days by team",
    keys=1,
    function="""
        SELECT team, count(again) AS contacts, rate(NOT again) AS no_repeat_pct
        FROM (SELECT team, recontacted(created_at, INTERVAL '7 days') OVER (
                PARTITION BY customer_id ORDER BY created_at, ticket_id) AS again
              FROM tickets)
        GROUP BY team ORDER BY team""",
    **texts(text),
    polars=polars,
)
