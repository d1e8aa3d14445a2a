"""The desk that is measured: generated once, and written again by DuckDB."""

import shutil
import subprocess
import sys
from pathlib import Path

LAYOUTS = ("duckdb", "deskql")
#: Half of the disk that a desk takes, and no question reads it.
UNREAD = "ticket_events"


def prepare(deskql: Path, cache: Path, tickets: int, layout: str, threads: int) -> Path:
    """The folder of a desk of that size; what is there from an earlier run is used again."""
    folder = cache / "desks" / str(tickets)
    own = folder / "deskql"
    if not (folder / "deskql.done").exists():
        print(f"generating {tickets} tickets into {own}", file=sys.stderr)
        command = [deskql, "generate", "--tickets", str(tickets), "--output", own, "--force", "--quiet"]
        subprocess.run(command, check=True)
        shutil.rmtree(own / UNREAD, ignore_errors=True)
        (own / f"{UNREAD}.parquet").unlink(missing_ok=True)
        (folder / "deskql.done").touch()
    if layout == "deskql":
        return own
    other = folder / "duckdb"
    if not (folder / "duckdb.done").exists():
        print(f"writing it by DuckDB into {other}", file=sys.stderr)
        # In a process of its own, which gives back what sorting took.
        command = [sys.executable, "-m", "harness.variant", own, other, str(threads)]
        subprocess.run(command, check=True)
        (folder / "duckdb.done").touch()
    return other
