"""Passes on what `cargo test` prints, and says at the end how long each test module took.

Stable Rust prints no times of tests. But tests begin in the order of their names, and one begins whenever one ends,
so that the moments at which their lines appear tell when each began. Times of modules are sums over tests, of which
as many run at once as there are threads.
"""

import os
import re
import sys
import time
from collections import Counter

STARTS = re.compile(r"running \d+ tests?$")
ENDS = re.compile(r"test (\S+)(?: - should panic)? \.\.\. (?:ok|FAILED|ignored.*)$")
COLOURS = re.compile("\x1b\\[[0-9;]*m")
BINARY = re.compile(r"^\s*Running (?:unittests )?(\S+)")


def durations(start, ends, threads):
    """Seconds of each test, from the moments at which they ended.

    Of two threads, one takes `a` and `c` after it, the other `b`:

    >>> durations(10, {"a": 11, "b": 14, "c": 13}, 2)
    {'a': 1, 'b': 4, 'c': 2}
    """
    begins = [start] * threads + sorted(ends.values())
    return {test: ends[test] - begin for test, begin in zip(sorted(ends), begins)}


def module(binary, test):
    """The suite that a test belongs to.

    >>> module("tests/main.rs", "slt::kpi::nps"), module("src/lib.rs", "sql::parse")
    ('slt', 'unit tests')
    """
    if binary.startswith("tests/"):
        return test.split("::")[0]
    return "unit tests" if binary.startswith("src/") else binary


def watch(lines, threads, clock=time.monotonic):
    """Prints the lines and gives seconds and number of tests by suite."""
    seconds, count = Counter(), Counter()
    binary, start, ends = "", 0.0, {}
    for line in lines:
        print(line, end="", flush=True)
        line = COLOURS.sub("", line).rstrip()
        if found := BINARY.match(line):
            binary = found[1]
        elif line.lstrip().startswith("Doc-tests "):
            binary = "documentation"
        elif STARTS.match(line):
            start, ends = clock(), {}
        elif found := ENDS.search(line):
            ends[found[1]] = clock()
        elif line.startswith("test result: "):
            for test, took in durations(start, ends, threads).items():
                seconds[module(binary, test)] += took
                count[module(binary, test)] += 1
            ends = {}
    return seconds, count


def main():
    threads = int(os.environ.get("RUST_TEST_THREADS") or os.cpu_count())
    seconds, count = watch(sys.stdin, threads)
    print(f"time by module, with {threads} tests at once:")
    for suite, took in seconds.most_common():
        print(f"{took:8.1f} s {count[suite]:5} tests  {suite}")


if __name__ == "__main__":
    main()
