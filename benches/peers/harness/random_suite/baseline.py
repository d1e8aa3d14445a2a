"""What became slower since an earlier run of the same questions."""

from harness.figures import geometric_mean, median
from harness.random_suite.findings import Asked, Result
from harness.random_suite.race import LABELS
from harness.report import number

#: A question that took this many times as long as before is slower,
SLOWER = 1.15
#: unless it is about less than this many seconds, which the machine's mood explains.
NOTICED = 1e-3
CLOCKS = {"seconds": "wall", "cpu": "CPU"}


def compare(before: Result, after: Result) -> str:
    """The report: what became slower, and how the peers did, which say how far the machine is to be trusted."""
    pairs = same_questions(before, after)
    if not pairs:
        return "## Since the baseline\n\nIt asks none of these questions: repeat it with its seed and its desk.\n"
    lines = ["## Since the baseline", "", f"{len(pairs)} of the questions are the same.", ""]
    for name in after["versions"]:
        lines.append(f"- {LABELS[name]}: " + ", ".join(changed(pairs, name, clock) for clock in CLOCKS))
    slower = {name: text for name, (old, new) in pairs.items() if (text := slowed(old, new))}
    lines += ["", f"Slower by more than {SLOWER - 1:.0%}: {len(slower) or 'none'}", ""]
    for name, text in slower.items():
        lines += [f"- {name}: {text}", "", f"  `{pairs[name][1]['sql']['deskql']}`", ""]
    return "\n".join(lines)


def same_questions(before: Result, after: Result) -> dict[str, tuple[Asked, Asked]]:
    """The questions of both runs by their name in the later one, if both are about the same desk."""
    if any(before[key] != after[key] for key in ("tickets", "shape", "threads")):
        return {}
    earlier = {asked["sql"]["deskql"]: asked for asked in before["questions"].values()}
    return {name: (earlier[asked["sql"]["deskql"]], asked) for name, asked in after["questions"].items()
            if asked["sql"]["deskql"] in earlier}


def changed(pairs: dict[str, tuple[Asked, Asked]], engine: str, clock: str) -> str:
    """The mean of an engine's times by those before."""
    known = [(old, new) for both in pairs.values()
             if all(old_or_new["engines"].get(engine, {}).get(clock) for old_or_new in both)
             for old, new in [tuple(median(each["engines"][engine][clock]) for each in both)] if old and new]
    return f"{CLOCKS[clock]} {geometric_mean([new / old for old, new in known]):.2f}" if known else f"{CLOCKS[clock]} –"


def slowed(before: Asked, after: Asked) -> str | None:
    """How deskql became slower, by either clock.

    >>> run = lambda seconds: {"engines": {"deskql": {"seconds": [seconds], "cpu": [0.5]}}}
    >>> slowed(run(0.1), run(0.2))
    'wall 100 → 200 ms (+100 %)'
    >>> slowed(run(0.1), run(0.11)), slowed(run(0.0001), run(0.0004))
    (None, None)
    """
    found = []
    for clock, word in CLOCKS.items():
        runs = [asked["engines"].get("deskql", {}).get(clock) for asked in (before, after)]
        if not all(runs):
            continue
        old, new = map(median, runs)
        if new > old * SLOWER and new - old > NOTICED:
            found.append(f"{word} {number(old * 1e3)} → {number(new * 1e3)} ms (+{100 * (new / old - 1):.0f} %)")
    return ", ".join(found) or None
