"""First contact resolution by the customer's silence: no other contact in the week after."""

import polars as pl

from harness.query import Query

WEEK = 7 * 86_400_000_000


def polars(t):
    """The next contact of each customer, beside the last instant of all."""
    contacts = t["tickets"].select("customer_id", at=pl.col("created_at").to_physical())
    contacts = contacts.sort("customer_id", "at")
    same = pl.col("customer_id").shift(-1) == pl.col("customer_id")
    again = (same & (pl.col("at").shift(-1) <= pl.col("at") + WEEK)).fill_null(False)
    is_decided = again | (pl.col("at") + WEEK <= pl.col("at").max())
    return contacts.select(again=again, is_decided=is_decided).select(
        contacts=pl.col("is_decided").sum(),
        no_repeat_pct=100 * (pl.col("is_decided") & ~pl.col("again")).sum() / pl.col("is_decided").sum(),
    )


QUERY = Query(
    title="FCR by no repeat contact in 7 days",
    keys=0,
    function="""
        SELECT found.n AS contacts, found.fcr AS no_repeat_pct
        FROM (SELECT fcr_detail(customer_id, created_at, INTERVAL '7 days') AS found FROM tickets)""",
    portable="""
        SELECT count(is_last) AS contacts,
               100.0 * count(CASE WHEN is_last THEN 1 END) / nullif(count(is_last), 0) AS no_repeat_pct
        FROM (SELECT CASE WHEN next_at <= created_at + INTERVAL '7 days' THEN FALSE
                          WHEN created_at + INTERVAL '7 days' > newest_at THEN NULL
                          ELSE TRUE END AS is_last
              FROM (SELECT created_at,
                           lead(created_at) OVER (PARTITION BY customer_id ORDER BY created_at) AS next_at,
                           (SELECT max(created_at) FROM tickets) AS newest_at
                    FROM tickets) AS contacts) AS told""",
    clickhouse="""
        WITH (SELECT max(created_at) FROM tickets) AS newest_at
        SELECT countIf(decided) AS contacts, 100 * countIf(decided AND NOT again) / contacts AS no_repeat_pct
        FROM (SELECT ifNull(leadInFrame(toNullable(created_at)) OVER (
                         PARTITION BY customer_id ORDER BY created_at
                         ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
                       <= created_at + INTERVAL 7 DAY, 0) AS again,
                     again OR created_at + INTERVAL 7 DAY <= newest_at AS decided
              FROM tickets)""",
    polars=polars,
)
