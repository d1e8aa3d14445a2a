"""The process of one Python engine: a line of JSON asks, a line of JSON answers.

    python -m harness.worker ENGINE DATA THREADS

The first line that it writes says which version is ready. `deskql bench --session` speaks the same.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from harness import answer_file, desk, engines, query


def answer(engine: engines.Engine, asked: dict[str, Any], known: dict[str, query.Query]) -> dict[str, Any]:
    """Runs one question, of the list by its name or any other by its SQL, and takes the time.

    The rows go to the file that is asked for.
    """
    name = asked.get("query", "")
    question = known[name] if name else query.Statement(asked["sql"])
    start = time.perf_counter()
    result = engine.run(name, question)
    seconds = time.perf_counter() - start
    if "file" in asked:
        answer_file.write(asked["file"], engine.table(result))
    return {"seconds": seconds}


def main() -> None:
    name, folder, threads = sys.argv[1:]
    # Engines print to standard output when they feel like it; the replies have it to themselves.
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    engine = engines.open_engine(name, desk.tables(Path(folder)), int(threads))
    known = query.load()
    print(json.dumps({"version": engine.version}), file=replies)
    for line in sys.stdin:
        try:
            reply = answer(engine, json.loads(line), known)
        except BaseException as error:  # a panic of an engine is no Exception
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), file=replies)


if __name__ == "__main__":
    main()
