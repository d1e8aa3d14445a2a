"""CTEs, nested and correlated subqueries."""

from harness.random_suite.desk_columns import CUSTOMERS, OF_CUSTOMERS, SURVEYS, TICKETS
from harness.random_suite.draw import Draw
from harness.random_suite.question import QuestionClass
from harness.random_suite.wording import Wording

CLASS = QuestionClass("subqueries", "CTEs that are read several times, nested and correlated scalar subqueries")


@CLASS.asks
def above_the_mean(draw: Draw, words: Wording) -> str:
    table = draw.table((TICKETS, SURVEYS))
    number = draw.one(list(table.numbers))
    return f"""SELECT {draw.key(table)} AS k, count(*) AS n FROM {table.name}
        WHERE {number} > (SELECT avg({number}) FROM {table.name} {draw.where(table, 0, 2)}) GROUP BY 1"""


@CLASS.asks
def above_the_mean_of_its_key(draw: Draw, words: Wording) -> str:
    key, number = draw.one([draw.key(TICKETS), "agent_id", "customer_id"]), draw.one(list(TICKETS.numbers))
    return f"""SELECT t.{draw.key(TICKETS)} AS k, count(*) AS n FROM tickets AS t
        WHERE t.{number} > (SELECT avg(o.{number}) FROM tickets AS o WHERE o.{key} = t.{key}) GROUP BY 1"""


@CLASS.asks
def scalars_of_each_customer(draw: Draw, words: Wording) -> str:
    table = draw.table(OF_CUSTOMERS)
    return f"""SELECT c.customer_id, c.{draw.key(CUSTOMERS)} AS k,
            (SELECT {draw.exact_aggregate(table, "t.")} FROM {table.name} AS t
             WHERE t.customer_id = c.customer_id AND {draw.condition(table, "t.")}) AS m
        FROM customers AS c {draw.where(CUSTOMERS, 1, 2, "c.")}"""


@CLASS.asks
def cte_read_twice(draw: Draw, words: Wording) -> str:
    table = draw.table((TICKETS, SURVEYS))
    unit = draw.one(["month", "week"])
    return f"""WITH periods AS (
            SELECT date_trunc('{unit}', {table.dated}) AS period, {draw.exact_aggregate(table)} AS m, count(*) AS n
            FROM {table.name} {draw.where(table, 0, 2)} GROUP BY 1)
        SELECT a.period, a.n, b.n AS before, a.n - b.n AS change, a.m
        FROM periods AS a LEFT JOIN periods AS b ON b.period = a.period - INTERVAL '1 {unit}'"""


@CLASS.asks
def share_of_the_whole(draw: Draw, words: Wording) -> str:
    key = draw.one([draw.key(TICKETS), "agent_id"])
    number = draw.number(TICKETS)
    return f"""WITH kept AS (SELECT * FROM tickets {draw.where(TICKETS, 1, 2)})
        SELECT {key}, CAST(sum({number}) AS DOUBLE) / (SELECT nullif(sum({number}), 0) FROM kept) AS share
        FROM kept GROUP BY {key}"""


@CLASS.asks
def steps_of_a_funnel(draw: Draw, words: Wording) -> str:
    key = draw.key(TICKETS)
    return f"""WITH asked AS (SELECT * FROM tickets {draw.where(TICKETS, 0, 2)}),
             answered AS (SELECT * FROM asked WHERE first_response_at IS NOT NULL),
             rated AS (SELECT a.{key}, s.score FROM answered AS a JOIN surveys AS s ON s.ticket_id = a.ticket_id
                       WHERE s.kind = 'csat')
        SELECT x.{key}, x.n AS asked, y.n AS answered, z.n AS rated, z.score
        FROM (SELECT {key}, count(*) AS n FROM asked GROUP BY {key}) AS x
        LEFT JOIN (SELECT {key}, count(*) AS n FROM answered GROUP BY {key}) AS y ON x.{key} = y.{key}
        LEFT JOIN (SELECT {key}, count(score) AS n, avg(score) AS score FROM rated GROUP BY {key}) AS z
            ON x.{key} = z.{key}"""


@CLASS.asks
def nested_aggregates(draw: Draw, words: Wording) -> str:
    one, other = draw.keys(TICKETS, 2, 2)
    return f"""SELECT {one}, max(n) AS most, avg(n) AS mean, count(*) AS days FROM (
            SELECT {one}, day, sum(n) AS n FROM (
                SELECT {one}, {other}, CAST(created_at AS DATE) AS day, count(*) AS n
                FROM tickets {draw.where(TICKETS, 0, 2)} GROUP BY {one}, {other}, CAST(created_at AS DATE)) AS fine
            GROUP BY {one}, day) AS coarse GROUP BY {one}"""


@CLASS.asks
def rows_of_the_largest_keys(draw: Draw, words: Wording) -> str:
    key = draw.one(["customer_id", "agent_id", "subject"])
    return f"""SELECT {draw.key(TICKETS)} AS k, {draw.measures(TICKETS)} FROM tickets
        WHERE {key} IN (SELECT {key} FROM tickets {draw.where(TICKETS, 0, 1)} GROUP BY {key}
                        ORDER BY count(*) DESC, {key} LIMIT {draw.one([5, 50, 500])}) GROUP BY 1"""


@CLASS.asks
def several_scalars(draw: Draw, words: Wording) -> str:
    tables = [draw.table((TICKETS, SURVEYS, CUSTOMERS)) for _ in range(draw.whole(2, 4))]
    listed = ", ".join(f"(SELECT {draw.exact_aggregate(table)} FROM {table.name} {draw.where(table, 0, 2)}) AS m{place}"
                       for place, table in enumerate(tables))
    return f"SELECT {listed}"


@CLASS.asks
def latest_by_its_instant(draw: Draw, words: Wording) -> str:
    table = draw.table((TICKETS, SURVEYS))
    return f"""SELECT {draw.key(table)} AS k, count(*) AS n FROM {table.name} AS t
        WHERE t.{table.dated} = (SELECT {draw.one(['max', 'min'])}(o.{table.dated}) FROM {table.name} AS o
                                 WHERE o.customer_id = t.customer_id) GROUP BY 1"""


@CLASS.asks
def months_without_rows_too(draw: Draw, words: Wording) -> str:
    return f"""WITH RECURSIVE months(month) AS (
            SELECT CAST('2024-01-01' AS DATE) AS month
            UNION ALL SELECT CAST(month + INTERVAL '1 month' AS DATE) FROM months WHERE month < DATE '2025-12-01'),
        counted AS (SELECT CAST(date_trunc('month', created_at) AS DATE) AS month, count(*) AS n
                    FROM tickets {draw.where(TICKETS, 2, 3)} GROUP BY 1)
        SELECT m.month, coalesce(c.n, 0) AS n FROM months AS m LEFT JOIN counted AS c ON c.month = m.month"""


@CLASS.asks
def first_rows_in_a_subquery(draw: Draw, words: Wording) -> str:
    table = draw.table((TICKETS, SURVEYS))
    return f"""SELECT {draw.key(table)} AS k, {draw.measures(table)} FROM (
            SELECT * FROM {table.name} {draw.where(table, 0, 2)}
            ORDER BY {table.dated}{draw.one(['', ' DESC'])}, {table.unique}
            LIMIT {draw.one([10, 1000, 20_000])}) AS first_ones
        {draw.where(table, 0, 1)} GROUP BY 1"""
