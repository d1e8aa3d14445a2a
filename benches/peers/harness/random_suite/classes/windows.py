"""Window functions: neighbours, running and moving aggregates, ranks, sessions, gaps."""

from harness.random_suite.desk_columns import LARGE, NAMED, Table
from harness.random_suite.draw import Draw
from harness.random_suite.question import QuestionClass
from harness.random_suite.wording import Wording

CLASS = QuestionClass("windows", "lag and lead, running sums, ranks, sessions, gaps, the latest of each, moving means")


def partition(draw: Draw, table: Table) -> str:
    """From five partitions to very many."""
    return draw.one([draw.key(table), *table.ids, ", ".join(draw.keys(table, 2, 2)), "customer_id"]
                    if "customer_id" in table.ids else [draw.key(table), *table.ids])


def by_time(table: Table, down: bool = False) -> str:
    """An order without ties, in which no row is NULL."""
    way = " DESC" if down else ""
    return f"ORDER BY {table.dated}{way}, {table.unique}{way}"


@CLASS.asks
def time_since_the_one_before(draw: Draw, words: Wording) -> str:
    table = draw.table()
    over = f"OVER (PARTITION BY {partition(draw, table)} {by_time(table)})"
    way, steps = draw.one(["lag", "lead"]), draw.one(["", "", f", {draw.whole(2, 3)}"])
    return f"""SELECT k, count(*) AS n, count(gap) AS pairs, avg(gap) AS mean, min(gap) AS least, max(gap) AS most
        FROM (SELECT {draw.key(table)} AS k,
                     {words.seconds(f"{way}({table.dated}{steps}) {over}", table.dated)} AS gap
              FROM {table.name} {draw.where(table, 0, 2)}) AS gaps
        GROUP BY k"""


@CLASS.asks
def repeats_within_days(draw: Draw, words: Wording) -> str:
    table = draw.table()
    over = f"OVER (PARTITION BY {draw.one(['customer_id', 'customer_id, channel'])} {by_time(table)})"
    limit = f"{table.dated} + INTERVAL '{draw.whole(1, 30)} days'"
    return f"""SELECT {draw.key(table)} AS k, count(*) AS n,
            sum(CASE WHEN following <= {limit} THEN 1 ELSE 0 END) AS repeated
        FROM (SELECT *, lead({table.dated}) {over} AS following FROM {table.name}) AS pairs
        {draw.where(table, 0, 2)} GROUP BY 1"""


@CLASS.asks
def running_sums(draw: Draw, words: Wording) -> str:
    table = draw.table()
    over = f"OVER (PARTITION BY {partition(draw, table)} {by_time(table)}{draw.one(['', ' ROWS UNBOUNDED PRECEDING'])})"
    return f"""SELECT k, max(running) AS highest, avg(running) AS mean, max(so_far) AS n
        FROM (SELECT {draw.key(table)} AS k, sum({draw.number(table)}) {over} AS running, count(*) {over} AS so_far
              FROM {table.name} {draw.where(table, 0, 2)}) AS run GROUP BY k"""


@CLASS.asks
def running_total_by_day(draw: Draw, words: Wording) -> str:
    table = draw.table()
    unit, measure = draw.one(["day", "week", "hour"]), draw.one(["count(*)", f"sum({draw.number(table)})"])
    return f"""SELECT day, n, sum(n) OVER (ORDER BY day) AS so_far,
            n - lag(n) OVER (ORDER BY day) AS change,
            avg(n) OVER (ORDER BY day ROWS BETWEEN {draw.whole(2, 27)} PRECEDING AND CURRENT ROW) AS moving
        FROM (SELECT date_trunc('{unit}', {table.dated}) AS day, {measure} AS n
              FROM {table.name} {draw.where(table)} GROUP BY 1) AS days"""


@CLASS.asks
def one_row_of_each(draw: Draw, words: Wording) -> str:
    table = draw.table(NAMED[:3])
    order = by_time(table, draw.chance(0.7))
    return f"""SELECT {draw.key(table)} AS k, count(*) AS n, {draw.measures(table)}
        FROM (SELECT *, row_number() OVER (PARTITION BY {draw.one(table.ids)} {order}) AS place
              FROM {table.name} {draw.where(table, 0, 2)}) AS ranked
        WHERE place {draw.one(['= 1', '= 1', '= 2', '<= 3'])} GROUP BY 1"""


@CLASS.asks
def latest_row_of_each_in_full(draw: Draw, words: Wording) -> str:
    table = draw.table()
    columns = ", ".join(draw.keys(table, 1, 3))
    return f"""SELECT customer_id, {table.unique}, {table.dated}, {columns}
        FROM (SELECT *, row_number() OVER (PARTITION BY customer_id {by_time(table, True)}) AS place
              FROM {table.name} {draw.where(table, 1, 3)}) AS ranked
        WHERE place = 1"""


@CLASS.asks
def qualified_rows(draw: Draw, words: Wording) -> str:
    table = draw.table()
    over = f"OVER (PARTITION BY {draw.one(table.ids)} {by_time(table, draw.chance(0.5))})"
    return f"""SELECT {table.unique}, {draw.key(table)} AS k FROM {table.name} {draw.where(table, 1, 3)}
        QUALIFY row_number() {over} = {draw.whole(1, 2)}"""


@CLASS.asks
def highest_ranks(draw: Draw, words: Wording) -> str:
    table = draw.table()
    rank = draw.one(["rank", "dense_rank"])
    number = draw.number(table)
    return f"""SELECT k, place, count(*) AS n, min({number}) AS least
        FROM (SELECT {number}, {draw.key(table)} AS k,
                     {rank}() OVER (PARTITION BY {partition(draw, table)} ORDER BY {number} DESC) AS place
              FROM {table.name} {draw.where(table, 1, 2)}) AS ranked
        WHERE place <= {draw.whole(1, 10)} GROUP BY k, place"""


@CLASS.asks
def sessions(draw: Draw, words: Wording) -> str:
    table = draw.table()
    over = f"OVER (PARTITION BY customer_id {by_time(table)})"
    new = f"{table.dated} > lag({table.dated}) {over} + INTERVAL '{draw.one([1, 6, 24, 72, 168])} hours'"
    return f"""WITH marked AS (
            SELECT *, CASE WHEN {new} THEN 1 ELSE 0 END AS is_new FROM {table.name} {draw.where(table, 0, 1)}),
        numbered AS (SELECT *, sum(is_new) {over} AS session FROM marked),
        sized AS (SELECT customer_id, session, count(*) AS contacts, max({draw.key(table)}) AS k
                  FROM numbered GROUP BY customer_id, session)
        SELECT k, count(*) AS sessions, avg(contacts) AS mean, max(contacts) AS most FROM sized GROUP BY k"""


@CLASS.asks
def gaps_between_days(draw: Draw, words: Wording) -> str:
    table = draw.table()
    gap = words.seconds("lag(day) OVER (PARTITION BY customer_id ORDER BY day)", "day")
    day = f"date_trunc('{draw.one(['day', 'week'])}', {table.dated})"
    return f"""WITH days AS (SELECT DISTINCT customer_id, {day} AS day FROM {table.name} {draw.where(table, 0, 2)})
        SELECT gap, count(*) AS n FROM (SELECT {gap} AS gap FROM days) AS gaps GROUP BY gap"""


@CLASS.asks
def moving_means(draw: Draw, words: Wording) -> str:
    table = draw.table()
    frame = f"ROWS BETWEEN {draw.whole(1, 20)} PRECEDING AND {draw.one(['CURRENT ROW', '1 PRECEDING', '3 FOLLOWING'])}"
    over = f"OVER (PARTITION BY {partition(draw, table)} {by_time(table)} {frame})"
    return f"""SELECT k, avg(moving) AS mean, max(highest) AS most FROM (
            SELECT {draw.key(table)} AS k, avg({draw.number(table)}) {over} AS moving,
                   max({draw.number(table)}) {over} AS highest
            FROM {table.name} {draw.where(table, 0, 2)}) AS moved GROUP BY k"""


@CLASS.asks
def contacts_of_the_last_days(draw: Draw, words: Wording) -> str:
    table = draw.table()
    frame = f"RANGE BETWEEN INTERVAL '{draw.one([1, 7, 30])} days' PRECEDING AND CURRENT ROW"
    return f"""SELECT recent, count(*) AS n FROM (
            SELECT count(*) OVER (PARTITION BY {draw.one(table.ids)} ORDER BY {table.dated} {frame}) AS recent
            FROM {table.name} {draw.where(table, 1, 2)}) AS counted GROUP BY recent"""


@CLASS.asks
def several_over_the_same_keys(draw: Draw, words: Wording) -> str:
    table = draw.table()
    keys, number = partition(draw, table), draw.number(table)
    over, whole = f"OVER (PARTITION BY {keys} {by_time(table)})", f"OVER (PARTITION BY {keys})"
    return f"""SELECT k, sum(place) AS places, avg(share) AS mean, count(before) AS n, max(first) AS latest
        FROM (SELECT {draw.key(table)} AS k, row_number() {over} AS place, lag({number}) {over} AS before,
                     first_value({table.dated}) {over} AS first,
                     CAST({number} AS DOUBLE) / nullif(sum({number}) {whole}, 0) AS share
              FROM {table.name} {draw.where(table, 0, 2)}) AS described GROUP BY k"""


@CLASS.asks
def shares_within_keys(draw: Draw, words: Wording) -> str:
    table = draw.table()
    one, other = draw.keys(table, 2, 2)
    whole = draw.one([f"PARTITION BY {one}", f"PARTITION BY {one}", ""])
    return f"""SELECT {one} AS a, {other} AS b, count(*) AS n,
            100.0 * count(*) / sum(count(*)) OVER ({whole}) AS share,
            rank() OVER (PARTITION BY {one} ORDER BY count(*) DESC) AS place
        FROM {table.name} {draw.where(table)} GROUP BY {one}, {other}"""


@CLASS.asks
def tiles_of_rows(draw: Draw, words: Wording) -> str:
    table = draw.table(LARGE)
    return f"""SELECT tile, count(*) AS n, {draw.measures(table)} FROM (
            SELECT *, ntile({draw.whole(2, 12)}) OVER ({by_time(table)}) AS tile FROM {table.name}
            {draw.where(table, 1, 2)}) AS tiled GROUP BY tile"""


@CLASS.asks
def values_at_the_ends(draw: Draw, words: Wording) -> str:
    table = draw.table()
    frame = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
    over = f"OVER (PARTITION BY {partition(draw, table)} {by_time(table)} {frame})"
    return f"""SELECT first, last, count(second) AS n, count(*) AS rows_of_them FROM (
            SELECT first_value({draw.key(table)}) {over} AS first, last_value({draw.key(table)}) {over} AS last,
                   nth_value({table.unique}, 2) {over} AS second
            FROM {table.name} {draw.where(table, 0, 2)}) AS ends GROUP BY first, last"""


@CLASS.asks
def filtered_windows(draw: Draw, words: Wording) -> str:
    table = draw.table()
    over = f"OVER (PARTITION BY {draw.one(table.ids)} {by_time(table)})"
    return f"""SELECT hits, count(*) AS n FROM (
            SELECT count(*) FILTER (WHERE {draw.condition(table)}) {over} AS hits
            FROM {table.name} {draw.where(table, 0, 2)}) AS counted GROUP BY hits"""
