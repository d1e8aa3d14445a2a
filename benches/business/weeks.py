"""Business time of tickets: deskql beside the week explosion that dbt packages run, in DuckDB.

    python benches/business/weeks.py --deskql target/release/deskql --tickets 'desk/tickets.parquet'

The file has `created_at` and `resolved_at` with a time zone. Such packages know a schedule as minutes
of a week in UTC, valid from one change of the clocks to the next. They cut each ticket into those
periods, the periods into weeks, join each week with each opening of the schedule, and add up what
overlaps. Both read the same tickets from memory with the same number of threads; user CPU time is told
too.
The sums have to agree to the second.
"""

import argparse
import datetime
import json
import os
import resource
import subprocess
import tempfile
import time
import zoneinfo

import duckdb

ZONE = "America/New_York"
TOML = f"""[calendars.office]
time_zone = "{ZONE}"
hours = {{ mon-fri = ["09:00-17:00"] }}
"""
SECONDS = {"from": 9 * 3_600, "to": 17 * 3_600}


def periods() -> list[tuple[datetime.datetime, datetime.datetime, int]]:
    """From one change of the clocks to the next, with the offset from UTC in seconds."""
    zone = zoneinfo.ZoneInfo(ZONE)
    utc = datetime.timezone.utc
    hour = datetime.datetime(2015, 1, 1, tzinfo=utc)
    end = datetime.datetime(2035, 1, 1, tzinfo=utc)
    found, start, last = [], hour, None
    while hour < end:
        offset = int(hour.astimezone(zone).utcoffset().total_seconds())
        if last is not None and offset != last:
            found.append((start, hour, last))
            start = hour
        last = offset
        hour += datetime.timedelta(hours=1)
    found.append((start, end, last))
    return found


EXPLODED = """
WITH cut AS (
    SELECT ticket_id, period, greatest(created_at, valid_from) AS from_at, least(resolved_at, valid_until) AS to_at
    FROM tickets JOIN periods ON created_at < valid_until AND resolved_at > valid_from
), placed AS (
    SELECT ticket_id, period, date_diff('second', week, from_at) AS begins,
           date_diff('second', week, to_at) AS ends
    FROM (SELECT *, date_trunc('week', from_at) AS week FROM cut)
), weekly AS (
    SELECT ticket_id, period, greatest(begins - number * 604800, 0) AS begins,
           least(ends - number * 604800, 604800) AS ends
    FROM placed JOIN weeks ON number * 604800 < ends
), worked AS (
    SELECT ticket_id, sum(greatest(least(ends, closes) - greatest(begins, opens), 0)) AS seconds
    FROM weekly JOIN schedule ON schedule.period = weekly.period AND begins < closes AND ends > opens
    GROUP BY ticket_id
)
SELECT sum(seconds) FROM worked
"""


def exploded(tickets: str, rows: int, threads: int) -> dict[str, float]:
    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}; SET TimeZone = 'UTC'")
    connection.execute("CREATE TABLE periods (period INT, valid_from TIMESTAMPTZ, valid_until TIMESTAMPTZ)")
    connection.execute("CREATE TABLE schedule (period INT, opens BIGINT, closes BIGINT)")
    connection.execute("CREATE TABLE weeks AS SELECT range AS number FROM range(208)")
    for number, (start, end, offset) in enumerate(periods()):
        connection.execute("INSERT INTO periods VALUES (?, ?, ?)", [number, start, end])
        for day in range(5):
            spans = [day * 86_400 + SECONDS[edge] - offset for edge in ("from", "to")]
            connection.execute("INSERT INTO schedule VALUES (?, ?, ?)", [number, *spans])
    connection.execute(
        f"CREATE TABLE tickets AS SELECT ticket_id, created_at, resolved_at FROM '{tickets}' LIMIT {rows}"
    )
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    (total,) = connection.execute(EXPLODED).fetchone()
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    return {"total": int(total), "seconds": seconds, "cpu": after.ru_utime - before.ru_utime}


def program(deskql: str, statements: list[str], threads: int) -> tuple[str, dict[str, float]]:
    """What one run of the program prints last, and how long it takes."""
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as config:
        config.write(TOML)
        config.flush()
        command = [deskql, "--config", config.name, "--threads", str(threads), "--format", "ndjson"]
        for statement in statements:
            command += ["-c", statement]
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout, {"seconds": seconds, "cpu": after.ru_utime - before.ru_utime}


def looked_up(deskql: str, tickets: str, rows: int, threads: int) -> dict[str, float]:
    """From a table in memory, as in DuckDB: eleven questions less one, by ten."""
    load = f"CREATE TABLE t AS SELECT created_at, resolved_at FROM '{tickets}' LIMIT {rows}"
    ask = "SELECT CAST(sum(business_seconds(created_at, resolved_at, 'office')) AS BIGINT) AS total FROM t"
    printed, one = program(deskql, [load, ask], threads)
    _, eleven = program(deskql, [load] + [ask] * 11, threads)
    total = json.loads(printed.splitlines()[-1])["total"]
    return {"total": total} | {key: (eleven[key] - one[key]) / 10 for key in one}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--deskql", required=True)
    parser.add_argument("--tickets", required=True)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    ask = (options.deskql, options.tickets, options.rows, options.threads)
    found = [looked_up(*ask) for _ in range(options.runs)]
    weeks = exploded(options.tickets, options.rows, options.threads)
    best = {key: min(run[key] for run in found) for key in ("seconds", "cpu")}
    assert found[0]["total"] == weeks["total"], (found[0]["total"], weeks["total"])
    print(f"{options.rows:,} tickets in memory, {options.threads} threads, sum {weeks['total']:,} s by both")
    print(f"deskql, business_seconds {best['seconds']:9.3f} s {best['cpu']:9.3f} s CPU")
    print(f"DuckDB, exploded weeks   {weeks['seconds']:9.3f} s {weeks['cpu']:9.3f} s CPU")
    print(f"{weeks['seconds'] / best['seconds']:.0f} times as long, {weeks['cpu'] / best['cpu']:.0f} times the CPU")


if __name__ == "__main__":
    main()
