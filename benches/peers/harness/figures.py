"""Medians, spreads and means of ratios."""

import math
from collections.abc import Iterable


def quantile(values: Iterable[float], share: float) -> float:
    """Between the two nearest values in proportion.

    >>> quantile([3.0, 1.0, 2.0], 0.5), quantile([4.0, 1.0, 2.0, 3.0], 0.25)
    (2.0, 1.75)
    """
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def median(values: Iterable[float]) -> float:
    return quantile(values, 0.5)


def spread(values: list[float]) -> float:
    """Half the distance between the quartiles: half of the runs lie that near the median."""
    return (quantile(values, 0.75) - quantile(values, 0.25)) / 2


def geometric_mean(values: list[float]) -> float:
    """Of ratios: twice as slow and twice as fast come to 1.

    >>> geometric_mean([0.5, 2.0])
    1.0
    """
    return math.exp(sum(map(math.log, values)) / len(values))
