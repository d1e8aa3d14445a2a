"""Results of very many rows, fetched whole."""

from harness.random_suite.desk_columns import CUSTOMERS, LARGE, SUBSCRIPTIONS, Table
from harness.random_suite.draw import Draw
from harness.random_suite.question import QuestionClass
from harness.random_suite.wording import Wording

CLASS = QuestionClass("result-sets", "a hundred thousand to a million rows, fetched to memory as Arrow")


def columns(draw: Draw, table: Table, least: int, most: int) -> str:
    others = [*table.keys, *table.numbers, *table.money, *table.instants, *table.ids, *table.texts, *table.flags]
    return ", ".join([table.unique, *(column for column in draw.some(others, least, most) if column != table.unique)])


@CLASS.asks
def few_columns(draw: Draw, words: Wording) -> str:
    table = draw.table((*LARGE, SUBSCRIPTIONS))
    return f"SELECT {columns(draw, table, 1, 3)} FROM {table.name} {draw.where(table, 0, 1)}"


@CLASS.asks
def more_columns(draw: Draw, words: Wording) -> str:
    table = draw.table(LARGE)
    return f"SELECT {columns(draw, table, 4, 8)} FROM {table.name} {draw.where(table, 1, 1)}"


@CLASS.asks
def computed_columns(draw: Draw, words: Wording) -> str:
    table = draw.table(LARGE)
    return f"""SELECT {table.unique}, upper({draw.key(table)}) AS k, {words.seconds(*draw.one(table.spans))} AS seconds,
            date_trunc('day', {table.dated}) AS day, CASE WHEN {draw.condition(table)} THEN 1 ELSE 0 END AS hit
        FROM {table.name} {draw.where(table, 0, 1)}"""


@CLASS.asks
def joined_rows(draw: Draw, words: Wording) -> str:
    table = draw.table((*LARGE, SUBSCRIPTIONS))
    return f"""SELECT t.{table.unique}, t.{table.dated}, c.{draw.one([*CUSTOMERS.keys, "name", "seats", "mrr"])} AS told
        FROM {table.name} AS t {draw.one(['', 'LEFT '])}JOIN customers AS c ON t.customer_id = c.customer_id
        {draw.where(table, 0, 1, "t.")}"""


@CLASS.asks
def windowed_rows(draw: Draw, words: Wording) -> str:
    table = draw.table(LARGE)
    over = f"OVER (PARTITION BY customer_id ORDER BY {table.dated}, {table.unique})"
    return f"""SELECT {table.unique}, row_number() {over} AS place
        FROM {table.name} {draw.where(table, 0, 1)}"""
