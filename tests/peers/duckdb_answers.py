"""Answers SQL questions with DuckDB.

Reads a JSON object {"tables": {name: parquet file}, "queries": [sql, ..]} from standard input and
writes one line of JSON for each query: its rows, or {"error": text}. A script of its own needs
nothing but Python and the duckdb package.
"""

import datetime
import decimal
import json
import sys

import duckdb


def plain(value):
    """A value that JSON can hold, exact where it can be."""
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else plain(float(value))
    if isinstance(value, float):
        return f"~{value!r}"  # as text: readers of JSON numbers may be off in the last digit
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return value


def main():
    task = json.load(sys.stdin)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")  # its days, wherever the test runs
    for name, path in task["tables"].items():
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}')")
    for query in task["queries"]:
        try:
            rows = connection.execute(query).fetchall()
            answer = [[plain(value) for value in row] for row in rows]
        except duckdb.Error as error:
            answer = {"error": str(error)}
        print(json.dumps(answer))


main()
