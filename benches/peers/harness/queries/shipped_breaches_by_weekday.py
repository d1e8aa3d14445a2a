"""`deskql run breaches_by_weekday`."""

import polars as pl

from harness import expressions as ex
from harness.dialects import CLICKHOUSE, DATAFUSION, DUCKDB, PORTABLE, Dialect, share
from harness.query import Query

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
NAMES = " ".join(f"WHEN {place} THEN '{name}'" for place, name in enumerate(DAYS, 1))


def text(d: Dialect, weekday: str) -> str:
    return f"""
        SELECT 'all' AS segment, part_name, weekday, n, hits, {share("hits", "n")},
               100.0 * hits / nullif(max(hits) OVER (), 0) AS share_of_breaches_pct
        FROM (SELECT CASE WHEN grouping(part) = 1 THEN 'all' ELSE part END AS part_name,
                     CASE WHEN grouping(day) = 1 THEN 'all' ELSE CASE day {NAMES} END END AS weekday,
                     sum(tickets) AS n, sum(late) AS hits
              FROM (SELECT day, tickets, late,
                           CASE WHEN day >= 6 THEN 'weekend' ELSE 'workdays' END AS part
                    FROM (SELECT {weekday} AS day, count(*) AS tickets,
                                 {d.hits("NOT first_response_sla_met")} AS late
                          FROM tickets
                          WHERE merged_into_id IS NULL AND first_response_sla_met IS NOT NULL
                            AND first_response_due_at IS NOT NULL
                          GROUP BY day) AS counted) AS parts
              GROUP BY GROUPING SETS ((part, day), (part), ())) AS summed
        ORDER BY part_name, weekday"""


def polars(t):
    day = pl.col("first_response_due_at").dt.weekday()
    met = pl.col("first_response_sla_met")
    days = (
        t["tickets"]
        .filter(ex.KEPT, met.is_not_null(), pl.col("first_response_due_at").is_not_null())
        .group_by(day.alias("day"))
        .agg(pl.len().cast(pl.Int64).alias("n"), ex.hits(~met).alias("hits"))
        .with_columns(part=pl.when(pl.col("day") >= 6).then(pl.lit("weekend")).otherwise(pl.lit("workdays")))
    )
    names = pl.col("day").replace_strict(dict(enumerate(DAYS, 1)), return_dtype=pl.String)
    sums = pl.col("n", "hits").sum()
    levels = pl.concat([
        days.select("part", "n", "hits", weekday=names).select("part", "weekday", "n", "hits"),
        days.group_by("part").agg(sums).select("part", pl.lit("all").alias("weekday"), "n", "hits"),
        days.select(sums).select(pl.lit("all").alias("part"), pl.lit("all").alias("weekday"), "n", "hits"),
    ])
    total = 100 * pl.col("hits") / pl.col("hits").max()
    return levels.select(ex.ALL, "part", "weekday", "n", "hits", *ex.share("hits", "n"), total.alias("of_all"))


QUERY = Query(
    title="shipped: breaches_by_weekday",
    named="breaches_by_weekday",
    keys=3,
    portable=text(PORTABLE, "date_part('isodow', first_response_due_at)"),
    duckdb=text(DUCKDB, "isodow(first_response_due_at::DATE)"),
    datafusion=text(DATAFUSION, "date_part('isodow', first_response_due_at)"),
    clickhouse=text(CLICKHOUSE, "toDayOfWeek(first_response_due_at)"),
    polars=polars,
    decode={"tickets": ("first_response_due_at", "first_response_sla_met", "merged_into_id")},
)
