"""Questions whose answer is a row or a few, most of which need little work."""

from harness.random_suite.desk_columns import ALL, LARGE, NAMED, OF_CUSTOMERS
from harness.random_suite.draw import Draw
from harness.random_suite.question import QuestionClass
from harness.random_suite.wording import Wording

CLASS = QuestionClass("small", "share of a total, first and last instant, one key, one week, count(*)")


@CLASS.asks
def how_many(draw: Draw, words: Wording) -> str:
    table = draw.table(ALL)
    return f"SELECT count(*) AS n FROM {table.name} {draw.where(table, 0, 1)}"


@CLASS.asks
def first_and_last(draw: Draw, words: Wording) -> str:
    table = draw.table(ALL)
    column = draw.one(table.instants)
    return f"SELECT min({column}) AS first, max({column}) AS last FROM {table.name} {draw.where(table, 0, 1)}"


@CLASS.asks
def share_of_a_total(draw: Draw, words: Wording) -> str:
    table = draw.table(ALL)
    condition = draw.condition(table)
    form = draw.one([f"100.0 * sum(CASE WHEN {condition} THEN 1 ELSE 0 END) / count(*)",
                     f"100.0 * count(*) FILTER (WHERE {condition}) / nullif(count(*), 0)",
                     f"100.0 * (SELECT count(*) FROM {table.name} WHERE {condition}) / count(*)"])
    return f"SELECT {form} AS pct, count(*) AS n FROM {table.name}"


@CLASS.asks
def one_customer(draw: Draw, words: Wording) -> str:
    table = draw.table(OF_CUSTOMERS)
    return f"""SELECT {draw.key(table)} AS k, {draw.measures(table)} FROM {table.name}
        WHERE customer_id = {draw.whole(1, 4000)} GROUP BY 1"""


@CLASS.asks
def one_row(draw: Draw, words: Wording) -> str:
    table = draw.table(NAMED)
    return f"SELECT * FROM {table.name} WHERE {table.unique} = {draw.whole(1, 9000)}"


@CLASS.asks
def a_few_customers(draw: Draw, words: Wording) -> str:
    table = draw.table(OF_CUSTOMERS)
    listed = ", ".join(str(draw.whole(1, 4000)) for _ in range(draw.whole(2, 40)))
    return f"""SELECT customer_id, count(*) AS n, {draw.measures(table)} FROM {table.name}
        WHERE customer_id IN ({listed}) GROUP BY 1"""


@CLASS.asks
def one_week(draw: Draw, words: Wording) -> str:
    table = draw.table(NAMED)
    day = draw.day()
    return f"""SELECT {draw.key(table)} AS k, {draw.measures(table)} FROM {table.name}
        WHERE {table.dated} >= '{day}' AND {table.dated} < DATE '{day}' + INTERVAL '7 days' GROUP BY 1"""


@CLASS.asks
def totals(draw: Draw, words: Wording) -> str:
    table = draw.table(ALL)
    return f"SELECT {draw.measures(table, 2, 5)} FROM {table.name} {draw.where(table, 0, 2)}"


@CLASS.asks
def by_one_key(draw: Draw, words: Wording) -> str:
    table = draw.table(LARGE)
    key = draw.key(table)
    return f"SELECT {key}, {draw.measures(table, 1, 2)} FROM {table.name} {draw.where(table, 0, 1)} GROUP BY {key}"


@CLASS.asks_in_order
def latest_rows(draw: Draw, words: Wording) -> str:
    table = draw.table(NAMED)
    return f"""SELECT {table.unique}, {table.dated} FROM {table.name} {draw.where(table, 0, 1)}
        ORDER BY {table.dated} DESC, {table.unique} DESC LIMIT {draw.whole(1, 10)}"""
