"""Grouping by keys of very many values."""

from harness.random_suite.desk_columns import OF_CUSTOMERS, SURVEYS, TICKETS, Table
from harness.random_suite.draw import Draw
from harness.random_suite.question import QuestionClass
from harness.random_suite.wording import Wording

CLASS = QuestionClass("many-groups", "grouping by customer, ticket, day and customer; top customers, HAVING")


def many(draw: Draw, table: Table) -> str:
    """Keys that together have very many values."""
    day = "month" if table.dated == "month" else f"CAST({table.dated} AS DATE)"
    return draw.one(["customer_id", "customer_id", f"customer_id, {draw.key(table)}", f"{day}, {draw.key(table)}",
                     f"customer_id, {day}", table.ids[-1]])


@CLASS.asks
def everything_by_many_keys(draw: Draw, words: Wording) -> str:
    table = draw.table(OF_CUSTOMERS)
    keys = many(draw, table)
    return f"SELECT {keys}, {draw.measures(table, 1, 4)} FROM {table.name} {draw.where(table)} GROUP BY {keys}"


@CLASS.asks
def first_and_last_of_each_customer(draw: Draw, words: Wording) -> str:
    table = draw.table(OF_CUSTOMERS)
    return f"""SELECT customer_id, min({table.dated}) AS first, max({table.dated}) AS last, count(*) AS n
        FROM {table.name} {draw.where(table)} GROUP BY customer_id"""


@CLASS.asks_in_order
def top_customers(draw: Draw, words: Wording) -> str:
    table = draw.table(OF_CUSTOMERS)
    return f"""SELECT customer_id, {draw.exact_aggregate(table)} AS m, count(*) AS n
        FROM {table.name} {draw.where(table)} GROUP BY customer_id
        ORDER BY {draw.one(['m', 'n'])} DESC, customer_id LIMIT {draw.one([1, 5, 10, 20, 100, 1000])}"""


@CLASS.asks
def customers_having_many(draw: Draw, words: Wording) -> str:
    table = draw.table((TICKETS, SURVEYS))
    number = draw.number(table)
    having = draw.one([f"count(*) > {draw.whole(3, 30)}", f"max({number}) > 5 AND count(*) > 2",
                       f"sum({number}) >= {draw.whole(10, 60)}",
                       f"count(DISTINCT {draw.key(table)}) >= {draw.whole(2, 3)}"])
    return f"""SELECT customer_id, {draw.measures(table)} FROM {table.name} {draw.where(table)}
        GROUP BY customer_id HAVING {having}"""


@CLASS.asks
def distribution_over_customers(draw: Draw, words: Wording) -> str:
    table = draw.table(OF_CUSTOMERS)
    number = draw.one(["count(*)", f"count(DISTINCT {draw.key(table)})", f"count({draw.one(table.nullable)})"])
    return f"""SELECT n, count(*) AS customers FROM (
            SELECT customer_id, {number} AS n
            FROM {table.name} {draw.where(table)} GROUP BY customer_id) AS counted GROUP BY n"""


@CLASS.asks
def means_of_customers(draw: Draw, words: Wording) -> str:
    table = draw.table((TICKETS, SURVEYS))
    number, key = draw.number(table), draw.key(table)
    return f"""SELECT k, count(*) AS customers, avg(mean) AS mean_of_means, max(most) AS most FROM (
            SELECT customer_id, {key} AS k, avg({number}) AS mean, max({number}) AS most
            FROM {table.name} {draw.where(table, 0, 2)} GROUP BY customer_id, {key}) AS each_customer GROUP BY k"""


@CLASS.asks
def totals_of_keys_and_customers(draw: Draw, words: Wording) -> str:
    table = draw.table((TICKETS, SURVEYS))
    one, other = draw.keys(table, 2, 2)
    form = draw.one([f"ROLLUP ({one}, {other})", f"CUBE ({one}, {other})",
                     f"GROUPING SETS (({one}), ({other}), (agent_id), ())"])
    keys = f"{one}, {other}, agent_id" if "SETS" in form else f"{one}, {other}"
    return f"SELECT {keys}, {draw.measures(table)} FROM {table.name} {draw.where(table)} GROUP BY {form}"
