"""`deskql run backlog`: what was open at the end of each month, from what opened and closed."""

import polars as pl

from harness import expressions as ex
from harness.dialects import CLICKHOUSE, DATAFUSION, DUCKDB, PORTABLE, Dialect
from harness.query import Query

TICK = "INTERVAL '1' MICROSECOND"


def text(d: Dialect, moves: str) -> str:
    # A ticket that opens or closes at midnight has done so by the end of the day before.
    return f"""
        SELECT period, 'all' AS segment, opened, closed,
               sum(opened - closed) OVER (ORDER BY period) AS open_at_end,
               sum(overdue) OVER (ORDER BY period) AS overdue_at_end
        FROM (SELECT period, sum(opened) AS opened, sum(closed) AS closed, sum(overdue) AS overdue
              FROM ({moves.format(lives=f'''
                    SELECT *, greatest(opens, due) AS late,
                           max(CASE WHEN closes > opens THEN closes ELSE opens END) OVER () AS last
                    FROM (SELECT {d.months("(created_at - " + TICK + ")")} AS opens,
                                 {d.months("(closed_at - " + TICK + ")")} AS closes,
                                 {d.months("due_at")} AS due,
                                 count(*) AS tickets, count(due_at) AS targeted
                          FROM tickets WHERE merged_into_id IS NULL AND created_at IS NOT NULL
                          GROUP BY opens, closes, due) AS lives''')}) AS moves
              WHERE period IS NOT NULL AND period < last GROUP BY period) AS flows
        ORDER BY period"""


LISTS = """SELECT last,
                     unnest([opens, closes, late, CASE WHEN closes < late THEN late ELSE closes END]) AS period,
                     unnest([tickets, 0, 0, 0]) AS opened, unnest([0, tickets, 0, 0]) AS closed,
                     unnest([0, 0, targeted, -targeted]) AS overdue
              FROM ({lives}) AS told"""
ARRAYS = """SELECT last, period, opened, closed, overdue
              FROM ({lives}) AS told
              ARRAY JOIN [opens, closes, late, if(closes < late, late, closes)] AS period,
                         [toInt64(tickets), 0, 0, 0] AS opened, [0, toInt64(tickets), 0, 0] AS closed,
                         [0, 0, toInt64(targeted), -toInt64(targeted)] AS overdue"""


def polars(t):
    """In microseconds, since expressions on months of NULL need them."""
    before = lambda column: (pl.col(column) - pl.duration(microseconds=1)).dt.truncate("1mo")
    lives = (
        t["tickets"]
        .filter(ex.KEPT, pl.col("created_at").is_not_null())
        .group_by(before("created_at").alias("opens"), before("closed_at").alias("closes"),
                  ex.month("due_at").alias("due"))
        .agg(pl.len().cast(pl.Int64).alias("tickets"), pl.col("due_at").count().cast(pl.Int64).alias("targeted"))
        .with_columns(late=pl.max_horizontal("opens", "due"), last=pl.max_horizontal("opens", "closes").max())
    )
    leaves = pl.when(pl.col("closes") < pl.col("late")).then("late").otherwise("closes")
    zero = pl.lit(0, pl.Int64)
    moves = pl.concat([
        lives.select("last", period="opens", opened="tickets", closed=zero, overdue=zero),
        lives.select("last", period="closes", opened=zero, closed="tickets", overdue=zero),
        lives.select("last", period="late", opened=zero, closed=zero, overdue="targeted"),
        lives.select("last", period=leaves, opened=zero, closed=zero, overdue=-pl.col("targeted")),
    ])
    flows = (
        moves.filter(pl.col("period") < pl.col("last"))
        .group_by("period")
        .agg(pl.col("opened", "closed", "overdue").sum())
        .sort("period")
    )
    return flows.select(
        "period", ex.ALL, "opened", "closed",
        open_at_end=(pl.col("opened") - pl.col("closed")).cum_sum(),
        overdue_at_end=pl.col("overdue").cum_sum(),
    )


QUERY = Query(
    title="shipped: backlog",
    named="backlog",
    keys=1,
    portable=text(PORTABLE, LISTS),
    duckdb=text(DUCKDB, LISTS),
    datafusion=text(DATAFUSION, LISTS),
    clickhouse=text(CLICKHOUSE, ARRAYS),
    polars=polars,
    decode={"tickets": ("created_at", "closed_at", "due_at", "merged_into_id")},
)
