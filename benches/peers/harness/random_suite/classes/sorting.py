"""ORDER BY, with and without LIMIT and OFFSET."""

from harness.random_suite.desk_columns import LARGE, NAMED, Table
from harness.random_suite.draw import Draw
from harness.random_suite.question import QuestionClass
from harness.random_suite.wording import Wording

CLASS = QuestionClass("sorting", "ORDER BY with small and large LIMIT, of everything with few columns, OFFSET")


def total_order(draw: Draw, table: Table) -> str:
    """One to three columns of any kind, and the unique one last."""
    columns = draw.some([*table.instants, *table.numbers, *table.money, *table.keys, *table.texts, *table.ids], 1, 3)
    ways = ["", " DESC", " DESC NULLS LAST", " NULLS FIRST", " DESC", ""]
    listed = [f"{column}{draw.one(ways)}" for column in columns if column != table.unique]
    return "ORDER BY " + ", ".join([*listed, f"{table.unique}{draw.one(['', ' DESC'])}"])


def few_columns(draw: Draw, table: Table) -> str:
    others = [*table.keys, *table.numbers, *table.money, *table.instants]
    return ", ".join([table.unique, *draw.some(others, 1, 4)])


@CLASS.asks_in_order
def first_rows(draw: Draw, words: Wording) -> str:
    table = draw.table(NAMED)
    return f"""SELECT {few_columns(draw, table)} FROM {table.name} {draw.where(table)}
        {total_order(draw, table)} LIMIT {draw.one([1, 10, 50, 100])}"""


@CLASS.asks_in_order
def first_rows_in_full(draw: Draw, words: Wording) -> str:
    table = draw.table(NAMED)
    return f"SELECT * FROM {table.name} {draw.where(table)} {total_order(draw, table)} LIMIT {draw.one([5, 20, 100])}"


@CLASS.asks_in_order
def many_first_rows(draw: Draw, words: Wording) -> str:
    table = draw.table(NAMED)
    return f"""SELECT {few_columns(draw, table)} FROM {table.name} {draw.where(table, 0, 2)}
        {total_order(draw, table)} LIMIT {draw.one([1000, 10_000, 50_000])}"""


@CLASS.asks_in_order
def later_rows(draw: Draw, words: Wording) -> str:
    table = draw.table(NAMED)
    return f"""SELECT {few_columns(draw, table)} FROM {table.name} {draw.where(table, 0, 2)}
        {total_order(draw, table)} LIMIT {draw.whole(5, 100)} OFFSET {draw.one([10, 1000, 20_000])}"""


@CLASS.asks_in_order
def everything_in_order(draw: Draw, words: Wording) -> str:
    table = draw.table(LARGE)
    return f"""SELECT {table.unique}, {draw.one([*table.numbers, *table.keys])} AS shown
        FROM {table.name} {draw.where(table, 0, 1)} {total_order(draw, table)}"""


@CLASS.asks_in_order
def by_an_expression(draw: Draw, words: Wording) -> str:
    table = draw.table(NAMED)
    expression = draw.one([f"lower({draw.key(table)})", f"abs({draw.one([*table.numbers, table.unique])} - 7)",
                           f"CASE WHEN {draw.condition(table)} THEN 0 ELSE 1 END",
                           f"coalesce({draw.one(table.ids)}, 0)", words.seconds(*draw.one(table.spans))])
    return f"""SELECT {few_columns(draw, table)} FROM {table.name} {draw.where(table, 0, 2)}
        ORDER BY {expression}{draw.one(['', ' DESC'])}, {table.unique} LIMIT {draw.one([10, 200])}"""


@CLASS.asks_in_order
def groups_in_order(draw: Draw, words: Wording) -> str:
    table = draw.table(LARGE)
    keys = draw.keys(table, 1, 3)
    listed = ", ".join(keys)
    return f"""SELECT {listed}, {draw.exact_aggregate(table)} AS m FROM {table.name} {draw.where(table)}
        GROUP BY {listed} ORDER BY m{draw.one(['', ' DESC'])}, {listed} LIMIT {draw.one([3, 10, 500])}"""
