"""Instants: parts, truncation, differences, arithmetic, CASE over them."""

from harness.random_suite.desk_columns import CUSTOMERS, NAMED, SURVEYS, TICKETS, Table
from harness.random_suite.draw import Draw
from harness.random_suite.question import QuestionClass
from harness.random_suite.wording import Wording

CLASS = QuestionClass("time", "epoch, date_trunc, parts of dates, differences, arithmetic and CASE over instants")
PARTS = ("year", "quarter", "month", "week", "doy", "day", "dow", "hour", "minute")
UNITS = ("year", "quarter", "month", "week", "day", "hour")


def lasting(draw: Draw, words: Wording, table: Table) -> str:
    """A length of time in seconds."""
    return words.seconds(*draw.one(table.spans))


@CLASS.asks
def by_a_truncated_instant(draw: Draw, words: Wording) -> str:
    table = draw.table(NAMED)
    key = draw.one(["", f", {draw.key(table)} AS k"])
    return f"""SELECT date_trunc('{draw.one(UNITS)}', {draw.one(table.instants)}) AS period{key}, {draw.measures(table)}
        FROM {table.name} {draw.where(table)} GROUP BY 1{', 2' if key else ''}"""


@CLASS.asks
def by_parts(draw: Draw, words: Wording) -> str:
    table = draw.table(NAMED)
    one, other = draw.some(PARTS, 2, 2)
    return f"""SELECT {words.part(one, table.dated)} AS a, {words.part(other, table.dated)} AS b, {draw.measures(table)}
        FROM {table.name} {draw.where(table)} GROUP BY 1, 2"""


@CLASS.asks
def mean_lengths(draw: Draw, words: Wording) -> str:
    table = draw.table(NAMED)
    return f"""SELECT {draw.key(table)} AS k, avg({lasting(draw, words, table)}) AS mean,
            max({lasting(draw, words, table)}) AS longest, count(*) AS n
        FROM {table.name} {draw.where(table)} GROUP BY 1"""


@CLASS.asks
def lengths_in_bins(draw: Draw, words: Wording) -> str:
    table = draw.table(NAMED)
    length = lasting(draw, words, table)
    bounds = sorted(draw.some([60, 600, 3600, 4 * 3600, 86400, 3 * 86400, 7 * 86400], 2, 4))
    cases = " ".join(f"WHEN {length} < {bound} THEN {place}" for place, bound in enumerate(bounds))
    return f"""SELECT CASE {cases} ELSE {len(bounds)} END AS bin, count(*) AS n, {draw.measures(table)}
        FROM {table.name} {draw.where(table)} GROUP BY 1"""


@CLASS.asks
def lengths_as_intervals(draw: Draw, words: Wording) -> str:
    table = draw.table(NAMED)
    start, end = draw.one(table.spans)
    limit = f"INTERVAL '{draw.one(['30 minutes', '4 hours', '1 day', '3 days'])}'"
    condition = draw.one([f"{end} - {start} > {limit}", f"{end} <= {start} + {limit}", f"{end} - {limit} > {start}"])
    return f"""SELECT {draw.key(table)} AS k, count(*) AS n, sum(CASE WHEN {condition} THEN 1 ELSE 0 END) AS late
        FROM {table.name} {draw.where(table)} GROUP BY 1"""


@CLASS.asks
def parts_of_the_day(draw: Draw, words: Wording) -> str:
    table = draw.table(NAMED)
    hour, day = words.part("hour", table.dated), words.part("dow", table.dated)
    return f"""SELECT CASE WHEN {day} IN (0, 6) THEN 'weekend'
                    WHEN {hour} BETWEEN {draw.whole(6, 9)} AND {draw.whole(15, 19)} THEN 'office'
                    ELSE 'night' END AS shift, {draw.measures(table)}
        FROM {table.name} {draw.where(table)} GROUP BY 1"""


@CLASS.asks
def at_certain_hours(draw: Draw, words: Wording) -> str:
    table = draw.table(NAMED)
    part = words.part(draw.one(["hour", "dow", "month", "day"]), table.dated)
    return f"""SELECT {draw.key(table)} AS k, count(*) AS n FROM {table.name}
        WHERE {part} {draw.one(['=', '<', '>='])} {draw.whole(1, 6)} GROUP BY 1"""


@CLASS.asks
def cohorts(draw: Draw, words: Wording) -> str:
    table = draw.table((TICKETS, SURVEYS, CUSTOMERS))
    start, end = draw.one(table.spans)
    return f"""SELECT date_trunc('month', {start}) AS started, date_trunc('month', {end}) AS ended, count(*) AS n
        FROM {table.name} {draw.where(table)} GROUP BY 1, 2"""


@CLASS.asks
def shifted_instants(draw: Draw, words: Wording) -> str:
    table = draw.table(NAMED)
    shift = f"INTERVAL '{draw.one(['5 hours', '1 day', '90 minutes', '1 month'])}'"
    return f"""SELECT CAST({table.dated} {draw.one(['-', '+'])} {shift} AS DATE) AS local_day, {draw.measures(table)}
        FROM {table.name} {draw.where(table)} GROUP BY 1"""


@CLASS.asks
def seconds_in_arithmetic(draw: Draw, words: Wording) -> str:
    table = draw.table(NAMED)
    length = f"({lasting(draw, words, table)})"
    scaled = draw.one([f"floor({length} / {draw.one([3600, 86400])})", f"round({length} / 60)",
                       f"CAST(floor({length} / 60) AS BIGINT) % 60"])
    return f"""SELECT {scaled} AS unit, count(*) AS n FROM {table.name} {draw.where(table)} GROUP BY 1"""


@CLASS.asks
def instant_of_a_condition(draw: Draw, words: Wording) -> str:
    table = draw.table(NAMED)
    start, end = draw.one(table.spans)
    return f"""SELECT {draw.key(table)} AS k, min(CASE WHEN {draw.condition(table)} THEN {start} END) AS first,
            max(coalesce({end}, {start})) AS last, max(greatest({start}, {end})) AS later
        FROM {table.name} {draw.where(table)} GROUP BY 1"""
