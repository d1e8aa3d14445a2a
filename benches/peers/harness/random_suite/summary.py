"""The report of a run: a table by class, the worst ten, and every finding with its SQL."""

from harness.figures import geometric_mean, median
from harness.random_suite.findings import Asked, Result, classes, is_wrong, ratio
from harness.random_suite.race import LABELS
from harness.report import count, factor, number, table

WORST = 10


def report(result: Result) -> str:
    """Everything that a person reads."""
    parts = [head(result), wrong(result), differences(result), refusals(result)]
    if result["rounds"]:
        parts += [by_class(result), worst(result)]
    return "\n".join(part for part in parts if part)


def head(result: Result) -> str:
    """What was asked of whom, and what repeats it."""
    versions = ", ".join(f"{LABELS[name]} {version}" for name, version in result["versions"].items())
    absent = [f"\n{LABELS[name]} did not take part: {reason}\n" for name, reason in result["absent"].items()]
    return (
        f"# {len(result['questions'])} random questions, seed {result['seed']}\n\n"
        f"{count(result['tickets'])} tickets ({result['shape']}), {result['threads']} threads, "
        f"{result['rounds']} rounds. {versions}; commit {result['commit']}.\n{''.join(absent)}"
    )


def wrong(result: Result) -> str:
    """What must be looked into, with the SQL."""
    found = {name: asked for name, asked in result["questions"].items() if is_wrong(asked)}
    if not found:
        return "All of deskql's answers agree.\n"
    lines = ["## To be looked into", ""]
    for name, asked in found.items():
        lines += [f"### {name} ({asked['template']})", "", *verdicts(asked), "", *statement(asked), ""]
    return "\n".join(lines)


def verdicts(asked: Asked) -> list[str]:
    """What each engine did about a question."""
    lines = []
    for name, runs in asked["engines"].items():
        said = runs.get("failed") or runs.get("differs")
        word = "failed: " if "failed" in runs else "differs: " if said else "agrees"
        if name != "deskql" or said:
            lines.append(f"- {LABELS[name]} {word}{said or ''}")
    return lines


def statement(asked: Asked) -> list[str]:
    """The SQL as deskql was asked, and where a peer was asked in other words."""
    texts = asked["sql"]
    others = {name: text for name, text in texts.items() if text != texts["deskql"]}
    lines = ["```sql", texts["deskql"], "```"]
    for name, text in others.items():
        lines += ["", f"{LABELS[name]}:", "", "```sql", text, "```"]
    return lines


def differences(result: Result) -> str:
    """Peers that stand alone against deskql and DuckDB, in short."""
    lines = [f"- {name}: {LABELS[peer]}: {runs['differs'][:200]}\n  `{asked['sql'][peer]}`"
             for name, asked in result["questions"].items() if not is_wrong(asked)
             for peer, runs in asked["engines"].items() if "differs" in runs]
    return "\n".join(["## Peers that differ from deskql and DuckDB", "", *lines, ""]) if lines else ""


def refusals(result: Result) -> str:
    """Which questions were not asked of whom, because it has no answer."""
    lines = [f"- {name} ({asked['template']}): {LABELS[peer]}: {runs['failed'][:200]}"
             for name, asked in result["questions"].items()
             for peer, runs in asked["engines"].items() if peer != "deskql" and "failed" in runs]
    return "\n".join(["## Not asked there", "", *lines, ""]) if lines else ""


def by_class(result: Result) -> str:
    """A row a class, and one for all."""
    names = [name for name in ("duckdb", "datafusion", "clickhouse", "polars") if name in result["versions"]]
    columns = [(clock, peer) for clock in ("seconds", "cpu") for peer in (None, *names)]
    words = {"seconds": "wall", "cpu": "CPU"}
    means = [f"{words[clock]} by {LABELS[peer] if peer else 'best'}" for clock, peer in columns]
    header = ["class", "questions", *means, "at or under the best"]
    rows = [row(name, asked, columns) for name, asked in classes(result).items()]
    rows.append(row("all", list(result["questions"].values()), columns))
    note = "deskql's time by that of its peers, geometric means over the questions; below 1, deskql is quicker."
    return "\n".join(["## By class", "", note, "", table(header, rows), ""])


def row(name: str, questions: list[Asked], columns: list[tuple[str, str | None]]) -> list[str]:
    """The means of some questions."""
    cells = [name, str(len(questions))]
    for clock, peer in columns:
        known = [value for asked in questions if (value := ratio(asked, clock, peer)) is not None]
        cells.append(factor(geometric_mean(known) if known else None))
    best = [value for asked in questions if (value := ratio(asked, "seconds")) is not None]
    return [*cells, f"{100 * sum(value <= 1 for value in best) / len(best):.0f} %" if best else "–"]


def worst(result: Result) -> str:
    """Where deskql stands worst beside the best peer, with the SQL in full."""
    known = {name: value for name, asked in result["questions"].items()
             if (value := ratio(asked, "seconds")) is not None}
    lines = [f"## The worst {WORST}", ""]
    for name in sorted(known, key=known.__getitem__, reverse=True)[:WORST]:
        asked = result["questions"][name]
        processor = ratio(asked, "cpu")
        lines += [f"### {name} ({asked['template']}): wall {known[name]:.2f}, CPU {processor or 0:.2f} of the best", "",
                  times(asked), "", *statement(asked), ""]
    return "\n".join(lines)


def times(asked: Asked) -> str:
    """Milliseconds of the wall's clock and of the processor's."""
    cells = [f"{LABELS[name]} {number(median(runs['seconds']) * 1e3)} ({number(median(runs['cpu']) * 1e3)})"
             for name, runs in asked["engines"].items() if runs.get("seconds") and runs.get("cpu")]
    return f"ms, of the processor in brackets: {', '.join(cells)}; {asked['rows']} rows"


def line(asked: Asked) -> str:
    """One question in short, for someone who waits."""
    cells = []
    for name, runs in asked["engines"].items():
        if "failed" in runs:
            cells.append(f"{name} has no answer")
        else:
            spent = runs.get("seconds") or [runs["warmup"]]
            cells.append(f"{name} {number(median(spent) * 1e3)}{' differs' if 'differs' in runs else ''}")
    return f"{', '.join(cells)}; {asked['rows']} rows"
