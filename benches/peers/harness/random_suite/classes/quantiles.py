"""Medians, quantiles and several counts of different values."""

from harness.random_suite.desk_columns import OF_CUSTOMERS, SURVEYS, TICKETS
from harness.random_suite.draw import Draw
from harness.random_suite.question import QuestionClass
from harness.random_suite.wording import Wording

CLASS = QuestionClass("quantiles", "median, exact quantiles, several count(DISTINCT)")
SHARES = (0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)
COUNTED = (TICKETS, TICKETS, SURVEYS)


@CLASS.asks
def medians(draw: Draw, words: Wording) -> str:
    table = draw.table(COUNTED)
    keys = draw.one([draw.key(table), ", ".join(draw.keys(table, 2, 2)), "agent_id"])
    number = draw.one(list(table.numbers))
    return f"""SELECT {keys}, {words.median(number)} AS middle, count(*) AS n
        FROM {table.name} {draw.where(table)} GROUP BY {keys}"""


@CLASS.asks
def quantiles_of_numbers(draw: Draw, words: Wording) -> str:
    table = draw.table(COUNTED)
    number = draw.one(list(table.numbers))
    shown = ", ".join(f"{words.at(share, number)} AS q{place}" for place, share in enumerate(draw.some(SHARES, 1, 3)))
    return f"SELECT {draw.key(table)} AS k, {shown} FROM {table.name} {draw.where(table)} GROUP BY 1"


@CLASS.asks
def quantiles_of_lengths(draw: Draw, words: Wording) -> str:
    table = draw.table(COUNTED)
    length = words.seconds(*draw.one(table.spans))
    keys = draw.one([draw.key(table), f"date_trunc('month', {table.dated})", "agent_id"])
    return f"""SELECT {keys} AS k, {words.median(length)} AS middle, {words.at(draw.one(SHARES), length)} AS q
        FROM {table.name} {draw.where(table)} GROUP BY 1"""


@CLASS.asks
def quantile_of_everything(draw: Draw, words: Wording) -> str:
    table = draw.table(COUNTED)
    number = draw.one(list(table.numbers))
    return f"""SELECT {words.at(draw.one(SHARES), number)} AS q, avg({number}) AS mean
        FROM {table.name} {draw.where(table)}"""


@CLASS.asks
def several_distinct_counts(draw: Draw, words: Wording) -> str:
    table = draw.table(COUNTED)
    columns = draw.some([*table.ids, *table.keys, *table.numbers, f"CAST({table.dated} AS DATE)"], 2, 4)
    shown = ", ".join(f"count(DISTINCT {column}) AS d{place}" for place, column in enumerate(columns))
    return f"SELECT {draw.key(table)} AS k, {shown}, count(*) AS n FROM {table.name} {draw.where(table)} GROUP BY 1"


@CLASS.asks
def distinct_counts_of_everything(draw: Draw, words: Wording) -> str:
    table = draw.table(OF_CUSTOMERS)
    return f"""SELECT count(DISTINCT customer_id) AS a, count(DISTINCT {draw.one([*table.ids, *table.keys])}) AS b,
            count(DISTINCT CASE WHEN {draw.condition(table)} THEN customer_id END) AS c
        FROM {table.name} {draw.where(table)}"""


@CLASS.asks
def customers_by_period(draw: Draw, words: Wording) -> str:
    table = draw.table(COUNTED)
    return f"""SELECT date_trunc('{draw.one(['day', 'week', 'month'])}', {table.dated}) AS period,
            count(DISTINCT customer_id) AS customers, {draw.measures(table)}
        FROM {table.name} {draw.where(table)} GROUP BY 1"""


@CLASS.asks
def median_of_customers(draw: Draw, words: Wording) -> str:
    table = draw.table(OF_CUSTOMERS)
    return f"""SELECT {words.median('n')} AS middle, {words.at(draw.one(SHARES), 'n')} AS q, max(n) AS most FROM (
        SELECT customer_id, count(*) AS n FROM {table.name} {draw.where(table)} GROUP BY customer_id) AS counted"""
