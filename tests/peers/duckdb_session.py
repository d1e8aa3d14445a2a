"""Answers SQL statements with DuckDB, one at a time.

The first line of standard input is a JSON object of Parquet files by table; every further one is a
statement as JSON text. Each is answered by one line: {"types": [..], "rows": [[text or null, ..], ..]}
or {"error": text}.
"""

import json
import sys
import threading

import duckdb

LIMIT = 10  # seconds for a statement


def answer(connection, statement):
    relation = connection.sql(statement)
    if relation is None:
        return {"types": [], "rows": []}
    types = [str(kind) for kind in relation.types]
    # By position: names may occur twice.
    names = [f"c{number}" for number in range(len(types))]
    texts = ", ".join(f"CAST({name} AS VARCHAR)" for name in names)
    alias = f"answer({', '.join(names)})"
    rows = connection.execute(f"SELECT {texts} FROM ({statement}) AS {alias}").fetchall()
    return {"types": types, "rows": rows}


def main():
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET threads = 1")
    # As PostgreSQL has it, so that two witnesses are not lost to a matter of taste.
    connection.execute("SET default_null_order = 'nulls_last_on_asc_first_on_desc'")
    connection.execute("SET integer_division = true")
    lines = iter(sys.stdin.readline, "")
    for name, path in json.loads(next(lines)).items():
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM read_parquet('{path}')")
    for line in lines:
        timer = threading.Timer(LIMIT, connection.interrupt)
        timer.start()
        try:
            reply = answer(connection, json.loads(line))
        except Exception as error:  # whatever it is, the next statement has its turn
            reply = {"error": str(error)}
        finally:
            timer.cancel()
        print(json.dumps(reply), flush=True)


main()
