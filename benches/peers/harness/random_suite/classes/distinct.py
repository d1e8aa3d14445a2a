"""DISTINCT over one to four columns."""

from harness.random_suite.desk_columns import ALL, LARGE, OF_CUSTOMERS
from harness.random_suite.draw import Draw
from harness.random_suite.question import QuestionClass
from harness.random_suite.wording import Wording

CLASS = QuestionClass("distinct", "DISTINCT over one to four columns of all kinds")


@CLASS.asks
def different_keys(draw: Draw, words: Wording) -> str:
    table = draw.table(ALL)
    return f"SELECT DISTINCT {', '.join(draw.keys(table, 1, 4))} FROM {table.name} {draw.where(table)}"


@CLASS.asks
def different_ids(draw: Draw, words: Wording) -> str:
    table = draw.table(OF_CUSTOMERS)
    columns = [draw.one(table.ids), *draw.keys(table, 0, 3)]
    return f"SELECT DISTINCT {', '.join(columns)} FROM {table.name} {draw.where(table)}"


@CLASS.asks
def different_days(draw: Draw, words: Wording) -> str:
    table = draw.table(LARGE)
    columns = [f"CAST({draw.one(table.instants)} AS DATE) AS day", *draw.some([*table.keys, *table.ids], 0, 2)]
    return f"SELECT DISTINCT {', '.join(columns)} FROM {table.name} {draw.where(table)}"


@CLASS.asks
def number_of_different_rows(draw: Draw, words: Wording) -> str:
    table = draw.table(OF_CUSTOMERS)
    columns = ", ".join(draw.some([*table.ids, *table.keys, *table.numbers], 2, 4))
    return f"SELECT count(*) AS n FROM (SELECT DISTINCT {columns} FROM {table.name} {draw.where(table)}) AS different"


@CLASS.asks_in_order
def first_different_rows(draw: Draw, words: Wording) -> str:
    table = draw.table(OF_CUSTOMERS)
    columns = ", ".join(draw.some([*table.ids, *table.keys, *table.numbers], 1, 3))
    return f"""SELECT DISTINCT {columns} FROM {table.name} {draw.where(table)}
        ORDER BY {columns} LIMIT {draw.one([10, 1000])}"""


@CLASS.asks
def one_row_for_each(draw: Draw, words: Wording) -> str:
    table = draw.table(LARGE)
    key = draw.one([draw.key(table), "customer_id", "agent_id"])
    return f"""SELECT DISTINCT ON ({key}) {key}, {table.unique}, {draw.one([*table.numbers, *table.keys])} AS shown
        FROM {table.name} {draw.where(table)} ORDER BY {key}, {table.dated} DESC, {table.unique} DESC"""
