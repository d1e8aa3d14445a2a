"""Customer satisfaction by the team that solved the ticket."""

import polars as pl

from harness.query import Query

QUERY = Query(
    title="CSAT by team (surveys joined to tickets)",
    keys=1,
    function="""
        SELECT team, count(score) AS answers, csat(score) AS csat
        FROM surveys JOIN tickets ON tickets.ticket_id = surveys.ticket_id
        WHERE kind = 'csat' AND score IS NOT NULL GROUP BY team ORDER BY team""",
    portable="""
        SELECT team, count(score) AS answers,
               100.0 * count(CASE WHEN score >= 4 THEN 1 END) / nullif(count(score), 0) AS csat
        FROM surveys JOIN tickets ON tickets.ticket_id = surveys.ticket_id
        WHERE kind = 'csat' AND score IS NOT NULL GROUP BY team ORDER BY team""",
    duckdb="""
        SELECT team, count(score) AS answers,
               100.0 * count(*) FILTER (score >= 4) / nullif(count(score), 0) AS csat
        FROM surveys JOIN tickets USING (ticket_id)
        WHERE kind = 'csat' AND score IS NOT NULL GROUP BY team ORDER BY team""",
    clickhouse="""
        SELECT team, count(score) AS answers, 100 * countIf(score >= 4) / nullIf(count(score), 0) AS csat
        FROM tickets JOIN surveys ON tickets.ticket_id = surveys.ticket_id
        WHERE kind = 'csat' AND score IS NOT NULL GROUP BY team ORDER BY team""",
    polars=lambda t: t["surveys"]
    .filter(pl.col("kind") == "csat", pl.col("score").is_not_null())
    .join(t["tickets"].select("ticket_id", "team"), on="ticket_id")
    .group_by("team")
    .agg(
        pl.col("score").count().alias("answers"),
        (100 * (pl.col("score") >= 4).sum() / pl.col("score").count()).alias("csat"),
    )
    .sort("team", nulls_last=True),
)
