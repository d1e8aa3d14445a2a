"""The columns that a shipped query rounds for people, read from its text."""

import re
from pathlib import Path

ROUNDED = re.compile(r",\s*(\d+)\)\s*AS\s+(\w+)")


def digits(root: Path, named: str | None) -> dict[str, int]:
    """Digits after the point by column; peers do not round."""
    if named is None:
        return {}
    [path] = (root / "queries").rglob(f"{named}.sql")
    return {name: int(count) for count, name in ROUNDED.findall(path.read_text())}
