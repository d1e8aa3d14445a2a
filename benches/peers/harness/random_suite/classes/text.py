"""Text functions in SELECT, GROUP BY and WHERE."""

from harness.random_suite.desk_columns import CUSTOMERS, SURVEYS, TICKETS, Table
from harness.random_suite.draw import Draw
from harness.random_suite.question import QuestionClass
from harness.random_suite.wording import Wording

CLASS = QuestionClass("text", "LIKE, upper, substr, replace, concat, regular expressions, CASE and OR over texts")
WORDY = (TICKETS, TICKETS, SURVEYS, CUSTOMERS)
PATTERNS = ("^[A-Z]{2,}", "[0-9]+", "(re|ex)port", "o.*t", "e$", "^(Can|How)", "s{2}")


def expression(draw: Draw, table: Table) -> str:
    """A text made of a text."""
    column, word = draw.words(table)
    forms = [
        f"upper({column})",
        f"lower(substr({column}, {draw.whole(1, 3)}, {draw.whole(2, 6)}))",
        f"replace({column}, '{word}', '{draw.one(['', '-', 'XX'])}')",
        f"concat({column}, '/', {draw.key(table)})",
        f"coalesce({column}, '?') || ' ' || {draw.key(table)}",
        f"regexp_replace({column}, '{draw.one(['[aeiou]', '[A-Z]', '[0-9]+', ' +'])}', '#', 'g')",
        f"left({column}, {draw.whole(1, 5)})",
        f"right({column}, {draw.whole(1, 4)})",
        f"split_part({column}, '{draw.one([' ', '_'])}', {draw.whole(1, 2)})",
        f"reverse({column})",
        f"trim(substr({column}, 4))",
        f"lpad({draw.key(table)}, {draw.whole(4, 12)}, '.')",
    ]
    return draw.one(forms)


def text_condition(draw: Draw, words: Wording, table: Table) -> str:
    """A condition about a text."""
    column, word = draw.words(table)
    forms = [
        f"{column} LIKE '%{word}%'",
        f"{column} NOT LIKE '{word}%'",
        f"{column} ILIKE '%{word.lower()}%'",
        f"{column} LIKE '%{word[:1]}_{word[-1:]}%'",
        f"{column} LIKE '%{word}'",
        f"starts_with({column}, '{word}')",
        f"strpos({column}, '{word}') > {draw.whole(0, 4)}",
        f"length({column}) > {draw.whole(3, 24)}",
        f"upper({column}) = '{word.upper()}'",
        f"lower({column}) LIKE '%{word.lower()}%'",
        words.matches(column, draw.one(PATTERNS)),
    ]
    return draw.one(forms)


@CLASS.asks
def groups_by_a_made_text(draw: Draw, words: Wording) -> str:
    table = draw.table(WORDY)
    return f"""SELECT {expression(draw, table)} AS made, {draw.measures(table)}
        FROM {table.name} {draw.where(table)} GROUP BY 1"""


@CLASS.asks
def groups_by_two_made_texts(draw: Draw, words: Wording) -> str:
    table = draw.table(WORDY)
    return f"""SELECT {expression(draw, table)} AS one, {expression(draw, table)} AS other, count(*) AS n
        FROM {table.name} {draw.where(table, 1, 2)} GROUP BY 1, 2"""


@CLASS.asks
def filters_by_text(draw: Draw, words: Wording) -> str:
    table = draw.table(WORDY)
    return f"""SELECT {draw.key(table)} AS k, {draw.measures(table)} FROM {table.name}
        WHERE {text_condition(draw, words, table)} GROUP BY 1"""


@CLASS.asks
def either_of_several_texts(draw: Draw, words: Wording) -> str:
    table = draw.table(WORDY)
    either = " OR ".join(text_condition(draw, words, table) for _ in range(draw.whole(2, 4)))
    return f"SELECT count(*) AS n, {draw.measures(table)} FROM {table.name} WHERE {either}"


@CLASS.asks
def sorts_texts_into_bins(draw: Draw, words: Wording) -> str:
    table = draw.table(WORDY)
    cases = " ".join(f"WHEN {text_condition(draw, words, table)} THEN 'bin {place}'"
                     for place in range(draw.whole(2, 5)))
    rest = draw.one(["ELSE 'rest'", f"ELSE {draw.key(table)}", ""])
    return f"""SELECT CASE {cases} {rest} END AS bin, {draw.measures(table)}
        FROM {table.name} {draw.where(table, 0, 2)} GROUP BY 1"""


@CLASS.asks
def counts_by_text_conditions(draw: Draw, words: Wording) -> str:
    table = draw.table(WORDY)
    counts = ", ".join(f"sum(CASE WHEN {text_condition(draw, words, table)} THEN 1 ELSE 0 END) AS n{place}"
                       for place in range(draw.whole(2, 4)))
    return f"SELECT {draw.key(table)} AS k, {counts} FROM {table.name} GROUP BY 1"


@CLASS.asks
def lengths_of_texts(draw: Draw, words: Wording) -> str:
    table = draw.table(WORDY)
    column, _ = draw.words(table)
    return f"""SELECT {draw.key(table)} AS k, avg(length({column})) AS mean, max(length({column})) AS longest,
            min({column}) AS first, max({column}) AS last
        FROM {table.name} {draw.where(table)} GROUP BY 1"""


@CLASS.asks
def distinct_made_texts(draw: Draw, words: Wording) -> str:
    table = draw.table(WORDY)
    return f"""SELECT count(DISTINCT {expression(draw, table)}) AS a, count(DISTINCT {expression(draw, table)}) AS b
        FROM {table.name} {draw.where(table)}"""


@CLASS.asks
def lists_of_texts(draw: Draw, words: Wording) -> str:
    table = draw.table(WORDY)
    one, other = draw.keys(table, 2, 2)
    return f"""SELECT {one} AS k, string_agg(DISTINCT {other}, ',' ORDER BY {other}) AS listed
        FROM {table.name} {draw.where(table)} GROUP BY 1"""


@CLASS.asks_in_order
def most_frequent_made_texts(draw: Draw, words: Wording) -> str:
    table = draw.table(WORDY)
    return f"""SELECT {expression(draw, table)} AS made, count(*) AS n FROM {table.name} {draw.where(table)}
        GROUP BY 1 ORDER BY n DESC, made LIMIT {draw.whole(3, 30)}"""
