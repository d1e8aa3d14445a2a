"""Joins of all kinds: inner, outer, semi, anti, several tables, aggregates joined to rows."""

from harness.random_suite.desk_columns import CUSTOMERS, OF_CUSTOMERS, OUTREACH, SURVEYS, TICKETS
from harness.random_suite.draw import Draw
from harness.random_suite.question import QuestionClass
from harness.random_suite.wording import Wording

CLASS = QuestionClass("joins", "inner, left, EXISTS and IN, their negations, several tables, joins of aggregates")
#: Tables that are asked about and tables that tell whether; of several rows a customer each.
PAIRS = ((TICKETS, SURVEYS), (SURVEYS, TICKETS), (TICKETS, OUTREACH), (CUSTOMERS, TICKETS), (CUSTOMERS, OUTREACH))


@CLASS.asks
def with_the_customer(draw: Draw, words: Wording) -> str:
    table = draw.table(OF_CUSTOMERS)
    return f"""SELECT c.{draw.key(CUSTOMERS)} AS k, {draw.measures(table, 1, 3, "t.")}
        FROM {table.name} AS t JOIN customers AS c ON t.customer_id = c.customer_id
        {draw.where(table, 0, 2, "t.")} GROUP BY 1"""


@CLASS.asks
def filtered_on_both_sides(draw: Draw, words: Wording) -> str:
    table = draw.table(OF_CUSTOMERS)
    return f"""SELECT c.{draw.key(CUSTOMERS)} AS k, t.{draw.key(table)} AS l, {draw.measures(table, 1, 2, "t.")}
        FROM {table.name} AS t JOIN customers AS c USING (customer_id)
        WHERE {draw.conditions(table, 1, "t.")} AND {draw.conditions(CUSTOMERS, 1, "c.")} GROUP BY 1, 2"""


@CLASS.asks
def surveys_of_tickets(draw: Draw, words: Wording) -> str:
    join = draw.one(["JOIN", "JOIN", "LEFT JOIN"])
    return f"""SELECT t.{draw.key(TICKETS)} AS k, {draw.measures(SURVEYS, 1, 3, "s.")}, count(*) AS n
        FROM tickets AS t {join} surveys AS s ON s.ticket_id = t.ticket_id
        {draw.where(TICKETS, 0, 2, "t.")} GROUP BY 1"""


@CLASS.asks
def left_with_a_condition(draw: Draw, words: Wording) -> str:
    return f"""SELECT c.{draw.key(CUSTOMERS)} AS k, count(*) AS n, count(t.ticket_id) AS found,
            {draw.measures(TICKETS, 1, 2, "t.")}
        FROM customers AS c LEFT JOIN tickets AS t ON t.customer_id = c.customer_id AND {draw.condition(TICKETS, "t.")}
        {draw.where(CUSTOMERS, 0, 1, "c.")} GROUP BY 1"""


@CLASS.asks
def rows_with_a_partner(draw: Draw, words: Wording) -> str:
    asked, other = draw.one(PAIRS)
    inner = f"SELECT 1 FROM {other.name} AS o WHERE o.customer_id = a.customer_id AND {draw.condition(other, 'o.')}"
    return f"""SELECT a.{draw.key(asked)} AS k, {draw.measures(asked, 1, 3, "a.")} FROM {asked.name} AS a
        WHERE {draw.one(['', 'NOT '])}EXISTS ({inner}) GROUP BY 1"""


@CLASS.asks
def rows_among_others(draw: Draw, words: Wording) -> str:
    asked, other = draw.one(PAIRS)
    inner = f"SELECT customer_id FROM {other.name} WHERE {draw.conditions(other, draw.whole(1, 2))}"
    if draw.chance(0.4):
        inner += f" GROUP BY customer_id HAVING count(*) > {draw.whole(1, 4)}"
    return f"""SELECT {draw.key(asked)} AS k, {draw.measures(asked)} FROM {asked.name}
        WHERE customer_id {draw.one(['IN', 'IN', 'NOT IN'])} ({inner}) GROUP BY 1"""


@CLASS.asks
def partner_at_another_time(draw: Draw, words: Wording) -> str:
    soon = f"b.created_at < a.created_at + INTERVAL '{draw.one([1, 7, 30])} days'"
    later = draw.one([soon, "b.channel <> a.channel"])
    return f"""SELECT a.{draw.key(TICKETS)} AS k, count(*) AS n FROM tickets AS a
        WHERE {draw.condition(TICKETS, "a.")} AND {draw.one(['', 'NOT '])}EXISTS (
            SELECT 1 FROM tickets AS b WHERE b.customer_id = a.customer_id AND b.created_at > a.created_at AND {later})
        GROUP BY 1"""


@CLASS.asks
def without_a_partner_by_null(draw: Draw, words: Wording) -> str:
    return f"""SELECT t.{draw.key(TICKETS)} AS k, count(*) AS n FROM tickets AS t
        LEFT JOIN surveys AS s ON s.ticket_id = t.ticket_id
        WHERE s.ticket_id IS NULL AND {draw.condition(TICKETS, "t.")} GROUP BY 1"""


@CLASS.asks
def several_tables(draw: Draw, words: Wording) -> str:
    return f"""SELECT c.{draw.key(CUSTOMERS)} AS k, a.{draw.one(['level', 'site', 'team'])} AS l,
            {draw.measures(TICKETS, 1, 2, "t.")}, avg(s.score) AS score
        FROM tickets AS t JOIN customers AS c ON t.customer_id = c.customer_id
        {draw.one(['', 'LEFT '])}JOIN agents AS a ON t.agent_id = a.agent_id
        {draw.one(['', 'LEFT '])}JOIN surveys AS s ON s.ticket_id = t.ticket_id
        {draw.where(TICKETS, 0, 2, "t.")} GROUP BY 1, 2"""


@CLASS.asks
def aggregates_joined(draw: Draw, words: Wording) -> str:
    join = draw.one(["JOIN", "LEFT JOIN", "FULL JOIN"])
    return f"""WITH t AS (SELECT customer_id, count(*) AS contacts, {draw.exact_aggregate(TICKETS)} AS m
                   FROM tickets {draw.where(TICKETS, 0, 2)} GROUP BY customer_id),
             s AS (SELECT customer_id, avg(score) AS score, count(*) AS offered
                   FROM surveys {draw.where(SURVEYS, 0, 1)} GROUP BY customer_id)
        SELECT t.contacts, count(*) AS customers, avg(s.score) AS score, sum(s.offered) AS offered, max(t.m) AS m
        FROM t {join} s ON t.customer_id = s.customer_id GROUP BY t.contacts"""


@CLASS.asks
def rows_beside_their_group(draw: Draw, words: Wording) -> str:
    number, key = draw.number(TICKETS), draw.one(["agent_id", "customer_id", draw.key(TICKETS)])
    return f"""SELECT t.{draw.key(TICKETS)} AS k, count(*) AS n,
            sum(CASE WHEN t.{number} > g.mean THEN 1 ELSE 0 END) AS above
        FROM tickets AS t JOIN (SELECT {key}, avg({number}) AS mean FROM tickets GROUP BY {key}) AS g
            ON t.{key} = g.{key}
        {draw.where(TICKETS, 0, 2, "t.")} GROUP BY 1"""


@CLASS.asks
def during_incidents(draw: Draw, words: Wording) -> str:
    return f"""SELECT i.{draw.one(['severity', 'service', 'cause'])} AS k, {draw.measures(TICKETS, 1, 2, "t.")}
        FROM tickets AS t JOIN incidents AS i
        ON t.created_at BETWEEN i.started_at AND i.resolved_at AND {draw.condition(TICKETS, "t.")} GROUP BY 1"""


@CLASS.asks
def one_partner_or_another(draw: Draw, words: Wording) -> str:
    same = "o.customer_id = c.customer_id"
    surveyed, reached = (f"EXISTS (SELECT 1 FROM {other.name} AS o WHERE {same} AND {draw.condition(other, 'o.')})"
                         for other in draw.some((SURVEYS, OUTREACH, TICKETS), 2, 2))
    return f"""SELECT c.{draw.key(CUSTOMERS)} AS k, count(*) AS n FROM customers AS c
        WHERE {surveyed} {draw.one(['OR', 'AND NOT', 'OR NOT'])} {reached} GROUP BY 1"""


@CLASS.asks
def typed_in_targets(draw: Draw, words: Wording) -> str:
    key = draw.key(TICKETS)
    rows = ", ".join(f"('{value}', {draw.whole(1, 9)})" for value in draw.some(TICKETS.keys[key], 2, 4))
    return f"""SELECT v.k, v.target, count(t.ticket_id) AS n,
            sum(CASE WHEN t.replies > v.target THEN 1 ELSE 0 END) AS above
        FROM (VALUES {rows}) AS v(k, target) {draw.one(['LEFT ', ''])}JOIN tickets AS t
            ON t.{key} = v.k AND {draw.condition(TICKETS, "t.")} GROUP BY v.k, v.target"""


@CLASS.asks
def days_of_two_tables(draw: Draw, words: Wording) -> str:
    unit = draw.one(["day", "week"])
    join = draw.one(["FULL JOIN", "LEFT JOIN"])
    return f"""SELECT coalesce(a.day, b.day) AS day, a.n AS tickets, b.n AS surveys
        FROM (SELECT date_trunc('{unit}', created_at) AS day, count(*) AS n FROM tickets {draw.where(TICKETS, 1, 2)}
              GROUP BY 1) AS a
        {join} (SELECT date_trunc('{unit}', offered_at) AS day, count(*) AS n FROM surveys {draw.where(SURVEYS, 1, 2)}
              GROUP BY 1) AS b ON a.day = b.day"""
