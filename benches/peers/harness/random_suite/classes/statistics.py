"""Means, deviations and correlations by some hundred keys."""

from harness.random_suite.desk_columns import CUSTOMERS, SURVEYS, TICKETS, Table
from harness.random_suite.draw import Draw
from harness.random_suite.question import QuestionClass
from harness.random_suite.wording import Wording

CLASS = QuestionClass("statistics", "avg, stddev, variance and corr by hundreds of keys on filtered rows")
COUNTED = (TICKETS, TICKETS, SURVEYS)


def hundreds(draw: Draw, table: Table) -> str:
    """A key of about a hundred values, or two that together have them."""
    return draw.one(["agent_id", "agent_id", f"agent_id, {draw.key(table)}", ", ".join(draw.keys(table, 2, 3))])


@CLASS.asks
def deviations_by_keys(draw: Draw, words: Wording) -> str:
    table = draw.table(COUNTED)
    keys, number = hundreds(draw, table), draw.number(table)
    shown = ", ".join(f"{name}({number}) AS s{place}" for place, name in
                      enumerate(draw.some(["avg", "stddev", "var_samp", "var_pop", "stddev_pop"], 2, 4)))
    return f"SELECT {keys}, count(*) AS n, {shown} FROM {table.name} {draw.where(table, 1, 3)} GROUP BY {keys}"


@CLASS.asks
def correlations_by_keys(draw: Draw, words: Wording) -> str:
    keys = hundreds(draw, TICKETS)
    one, other = draw.some(["replies", "customer_messages", "handle_seconds", "reopens", "internal_notes"], 2, 2)
    name = draw.one(["corr", "covar_samp", "covar_pop", "regr_slope"])
    return f"""SELECT {keys}, count(*) AS n, {name}({one}, {other}) AS together
        FROM tickets {draw.where(TICKETS, 0, 2)} GROUP BY {keys} HAVING count(*) > 20"""


@CLASS.asks
def means_of_many_columns(draw: Draw, words: Wording) -> str:
    table = draw.table((TICKETS, CUSTOMERS, SURVEYS))
    means = ", ".join(f"avg({column}) AS {column}" for column in draw.some([*table.numbers, *table.money], 1, 6))
    keys = ", ".join(draw.keys(table, 1, 2))
    return f"SELECT {keys}, {means} FROM {table.name} {draw.where(table)} GROUP BY {keys}"


@CLASS.asks
def means_of_conditions(draw: Draw, words: Wording) -> str:
    table = draw.table(COUNTED)
    keys = hundreds(draw, table)
    cases = ", ".join(f"avg(CASE WHEN {draw.condition(table)} THEN 1.0 ELSE 0.0 END) AS c{place}"
                      for place in range(draw.whole(1, 3)))
    return f"SELECT {keys}, {cases} FROM {table.name} {draw.where(table, 0, 2)} GROUP BY {keys}"


@CLASS.asks
def weighted_means(draw: Draw, words: Wording) -> str:
    keys = hundreds(draw, TICKETS)
    return f"""SELECT {keys}, CAST(sum(replies * handle_seconds) AS DOUBLE) / nullif(sum(replies), 0) AS weighted,
            CAST(sum(cost) AS DOUBLE) / count(*) AS mean_cost, 100.0 * count(resolved_at) / count(*) AS pct
        FROM tickets {draw.where(TICKETS)} GROUP BY {keys}"""


@CLASS.asks
def outliers(draw: Draw, words: Wording) -> str:
    table = draw.table(COUNTED)
    number, key = draw.number(table), draw.key(table)
    return f"""WITH bounds AS (SELECT {key} AS k, avg({number}) AS mean, stddev({number}) AS spread
                        FROM {table.name} GROUP BY {key})
        SELECT k, count(*) AS n, max({number}) AS most FROM {table.name} JOIN bounds ON {key} = k
        WHERE {number} > mean + {draw.one([1.237, 1.913, 3.071])} * spread GROUP BY k"""


@CLASS.asks
def means_and_deviations_of_lengths(draw: Draw, words: Wording) -> str:
    table = draw.table(COUNTED)
    keys, length = hundreds(draw, table), words.seconds(*draw.one(table.spans))
    return f"""SELECT {keys}, avg({length}) AS mean, stddev({length}) AS spread, count(*) AS n
        FROM {table.name} {draw.where(table, 1, 3)} GROUP BY {keys}"""


@CLASS.asks
def truths_by_keys(draw: Draw, words: Wording) -> str:
    keys = hundreds(draw, TICKETS)
    one, other = draw.some(TICKETS.flags, 2, 2)
    return f"""SELECT {keys}, bool_and({one}) AS every, bool_or({other}) AS any_of_them, count({one}) AS known,
            max(CASE WHEN {one} THEN {other} END) AS both_of_them
        FROM tickets {draw.where(TICKETS, 0, 2)} GROUP BY {keys}"""
