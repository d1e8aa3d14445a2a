"""A question, the classes of questions, and how a seed becomes a list of them."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from harness.random_suite.draw import Draw
from harness.random_suite.wording import BY_ENGINE, Wording

#: Writes a question with random parts in the words of an engine.
Template = Callable[[Draw, Wording], str]


@dataclass(frozen=True)
class Question:
    """One statement for all engines, but for the words in which their dialects differ."""

    name: str
    kind: str
    template: str
    #: Whether its ORDER BY leaves no two rows open, so that answers are compared row by row.
    in_order: bool
    #: The text by engine.
    texts: dict[str, str]

    def sql(self, engine: str) -> str:
        return self.texts[engine]


@dataclass
class QuestionClass:
    """Questions that put an engine to the same kind of work."""

    name: str
    about: str
    #: Each template, and whether its ORDER BY is total.
    templates: list[tuple[Template, bool]] = field(default_factory=list)

    def asks(self, template: Template) -> Template:
        """Adds a template whose rows come in any order."""
        self.templates.append((template, False))
        return template

    def asks_in_order(self, template: Template) -> Template:
        """Adds a template that orders all rows, with a unique column last."""
        self.templates.append((template, True))
        return template


def classes() -> dict[str, QuestionClass]:
    """Every class by its name, in the order of the files."""
    package = importlib.import_module("harness.random_suite.classes")
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    found = (importlib.import_module(f"{package.__name__}.{name}").CLASS for name in names)
    return {each.name: each for each in found}


def questions(seed: int, count: int, chosen: Iterable[str] | None = None) -> list[Question]:
    """As many of each class, and all templates of a class before one comes again.

    >>> one, other = questions(5, 30), questions(5, 30)
    >>> one == other, one == questions(6, 30), len({question.kind for question in one}) == len(classes())
    (True, False, True)
    """
    known = classes()
    kinds = [known[name] for name in chosen or known]
    written = []
    for place in range(count):
        kind = kinds[place % len(kinds)]
        turn, which = divmod(place // len(kinds), len(kind.templates))
        order = Draw(f"{seed}/{kind.name}/{turn}").some(range(len(kind.templates)), len(kind.templates), 1_000)
        template, in_order = kind.templates[order[which]]
        written.append(write(seed, f"{kind.name}-{place // len(kinds) + 1}", kind.name, template, in_order))
    return written


def write(seed: int, name: str, kind: str, template: Template, in_order: bool) -> Question:
    """The question in the words of every engine: the same draw for each."""
    texts = {
        engine: " ".join(template(Draw(f"{seed}/{name}"), wording).split()) + wording.settings
        for engine, wording in BY_ENGINE.items()
    }
    return Question(name, kind, template.__name__, in_order, texts)
