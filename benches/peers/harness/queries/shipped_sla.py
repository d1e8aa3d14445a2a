"""`deskql run sla`."""

import polars as pl

from harness import expressions as ex
from harness.dialects import Dialect, share, texts
from harness.query import Query


def text(d: Dialect) -> str:
    return f"""
        SELECT period, 'all' AS segment, n, {share("hits", "n")},
               finished, 100.0 * on_time / nullif(finished, 0) AS of_finished_pct,
               targeted, 100.0 * met_of_targeted / nullif(targeted, 0) AS of_targeted_pct
        FROM (SELECT {d.months("created_at")} AS period, count(sla_met) AS n, {d.hits("sla_met")} AS hits,
                     {d.hits("resolved_at IS NOT NULL AND due_at IS NOT NULL")} AS finished,
                     {d.hits("resolved_at <= due_at")} AS on_time,
                     count(due_at) AS targeted,
                     {d.hits("sla_met AND due_at IS NOT NULL")} AS met_of_targeted
              FROM tickets WHERE merged_into_id IS NULL GROUP BY period) AS counted
        ORDER BY period"""


MET, DONE, DUE = pl.col("sla_met"), pl.col("resolved_at"), pl.col("due_at")

QUERY = Query(
    title="shipped: sla",
    named="sla",
    keys=1,
    **texts(text),
    polars=lambda t: t["tickets"]
    .filter(ex.KEPT)
    .group_by(ex.month("created_at").alias("period"))
    .agg(
        MET.count().alias("n"),
        ex.hits(MET).alias("hits"),
        ex.hits(DONE.is_not_null() & DUE.is_not_null()).alias("finished"),
        ex.hits(DONE <= DUE).alias("on_time"),
        DUE.count().alias("targeted"),
        ex.hits(MET & DUE.is_not_null()).alias("met_of_targeted"),
    )
    .select(
        "period", ex.ALL, "n", *ex.share("hits", "n"),
        "finished", (100 * pl.col("on_time") / pl.col("finished")).alias("of_finished_pct"),
        "targeted", (100 * pl.col("met_of_targeted") / pl.col("targeted")).alias("of_targeted_pct"),
    )
    .sort("period"),
    decode={"tickets": ("created_at", "sla_met", "resolved_at", "due_at", "merged_into_id")},
)
