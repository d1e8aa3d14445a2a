"""UNION, INTERSECT and EXCEPT."""

from harness.random_suite.desk_columns import CUSTOMERS, OF_CUSTOMERS, TICKETS
from harness.random_suite.draw import Draw
from harness.random_suite.question import QuestionClass
from harness.random_suite.wording import Wording

CLASS = QuestionClass("set-operations", "UNION [ALL], INTERSECT, EXCEPT")
OPERATIONS = ("UNION", "INTERSECT", "EXCEPT", "UNION ALL")


def customers_of(draw: Draw) -> str:
    table = draw.table((*OF_CUSTOMERS, CUSTOMERS))
    return f"SELECT customer_id FROM {table.name} WHERE {draw.conditions(table, draw.whole(1, 2))}"


@CLASS.asks
def customers_in_both(draw: Draw, words: Wording) -> str:
    return f"{customers_of(draw)} {draw.one(OPERATIONS)} {customers_of(draw)}"


@CLASS.asks
def how_many_in_both(draw: Draw, words: Wording) -> str:
    return f"""SELECT count(*) AS n, min(customer_id) AS least, sum(customer_id) AS total FROM (
        {customers_of(draw)} {draw.one(OPERATIONS)} {customers_of(draw)}) AS both_of_them"""


@CLASS.asks
def three_of_them(draw: Draw, words: Wording) -> str:
    return f"""SELECT count(*) AS n FROM (({customers_of(draw)} {draw.one(OPERATIONS)} {customers_of(draw)})
        {draw.one(OPERATIONS)} {customers_of(draw)}) AS all_of_them"""


@CLASS.asks
def events_of_several_tables(draw: Draw, words: Wording) -> str:
    unit = draw.one(["month", "week", "day"])
    return f"""SELECT date_trunc('{unit}', happened) AS period, what, count(*) AS n,
            count(DISTINCT customer_id) AS customers FROM (
            SELECT created_at AS happened, customer_id, 'ticket' AS what FROM tickets {draw.where(TICKETS, 0, 1)}
            UNION ALL SELECT offered_at, customer_id, kind FROM surveys
            UNION ALL SELECT sent_at, customer_id, 'outreach' FROM outreach) AS events GROUP BY 1, 2"""


@CLASS.asks
def rows_with_a_total(draw: Draw, words: Wording) -> str:
    key, measure = draw.key(TICKETS), draw.exact_aggregate(TICKETS)
    where = draw.where(TICKETS)
    return f"""SELECT {key} AS k, {measure} AS m FROM tickets {where} GROUP BY {key}
        UNION ALL SELECT 'total', {measure} FROM tickets {where}"""


@CLASS.asks
def different_pairs(draw: Draw, words: Wording) -> str:
    one, other = draw.keys(TICKETS, 2, 2)
    columns = draw.one([f"{one}, {other}", f"customer_id, {one}", f"agent_id, {one}"])
    return f"""SELECT {columns} FROM tickets WHERE {draw.condition(TICKETS)}
        {draw.one(OPERATIONS[:3])} SELECT {columns} FROM tickets WHERE {draw.condition(TICKETS)}"""


@CLASS.asks
def left_over_with_duplicates(draw: Draw, words: Wording) -> str:
    operation = draw.one(["EXCEPT ALL", "INTERSECT ALL", "UNION ALL"])
    return f"""SELECT customer_id, count(*) AS n FROM (
            {customers_of(draw)} {operation} {customers_of(draw)}) AS left_over GROUP BY customer_id"""
